/** An order as the collection of one request that the library runs. */
import { basename } from 'node:path';
import mime from 'mime-types';
import type { FormField, PlainBody, SendOrder } from '../exchange.ts';

/** Names under which the library asks for what is no file of the order. */
export const CERTIFICATE_SOURCES = {
  certificate: 'waypost:certificate',
  key: 'waypost:key',
  pfx: 'waypost:pfx',
  authorities: 'waypost:authorities',
} as const;

/** The collection format's JSON. */
export function collectionOf(order: SendOrder, userAgent: string): object {
  const { request, auth, behaviour } = order;
  return {
    item: [
      {
        name: 'request',
        request: {
          method: request.method,
          url: request.url,
          header: [...request.header, ...ownHeaders(order, userAgent)],
          ...(request.body === null ? {} : { body: bodyOf(request.body) }),
          ...(auth === null ? {} : { auth: { type: auth.type, [auth.type]: auth.parameters } }),
        },
        protocolProfileBehavior: { strictSSL: true, ...behaviour },
      },
    ],
  };
}

/** Headers that are ours to add where the person has not written them. */
function ownHeaders({ request, behaviour, files }: SendOrder, userAgent: string): object[] {
  const isOurs = (name: string): boolean =>
    behaviour.disabledSystemHeaders?.[name] !== true &&
    !request.header.some(({ key, disabled }) => disabled !== true && key.toLowerCase() === name);
  const own: object[] = [];
  if (isOurs('user-agent')) own.push({ key: 'User-Agent', value: userAgent, system: true });
  // A body that is a file is sent as what its name says it is.
  const { body } = request;
  const source = body?.mode === 'file' ? body.file?.src : undefined;
  if (source !== undefined && files.some(({ src }) => src === source) && isOurs('content-type')) {
    const type = mime.lookup(source);
    own.push({ key: 'Content-Type', value: type === false ? 'application/octet-stream' : type, system: true });
  }
  return own;
}

/** File fields get the name of their file, which the library would take from an open file and here has only its bytes. */
function bodyOf(body: PlainBody): object {
  if (body.mode !== 'formdata') return body;
  return { ...body, formdata: (body.formdata ?? []).flatMap(fieldsOf) };
}

function fieldsOf(field: FormField): object[] {
  // A field that names no file is sent with an empty one.
  if (field.type !== 'file' || field.src === undefined || field.src.length === 0) return [field];
  const sources = typeof field.src === 'string' ? [field.src] : field.src;
  return sources.map((src) => ({ ...field, src, fileName: field.fileName ?? basename(src) }));
}
