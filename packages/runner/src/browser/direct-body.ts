/** The body of a request as `fetch` takes it. */
import type { FormField, PlainBody, Row, SendFile } from '../exchange.ts';

export interface FetchBody {
  readonly body: BodyInit | null;
  /** Where none was written; null where `fetch` says it by itself. */
  readonly contentType: string | null;
  /** Without what separates the parts of a form. */
  readonly bytes: number;
  readonly note: string | null;
}

const LANGUAGES: Readonly<Record<string, string>> = {
  json: 'application/json',
  xml: 'application/xml',
  html: 'text/html',
  javascript: 'application/javascript',
};

const NOTHING: FetchBody = { body: null, contentType: null, bytes: 0, note: null };

export function bodyOf(body: PlainBody | null, files: readonly SendFile[]): FetchBody {
  if (body === null) return NOTHING;
  switch (body.mode) {
    case 'raw': {
      const text = body.raw ?? '';
      return text === '' ? NOTHING : textBody(text, LANGUAGES[body.options?.raw?.language ?? ''] ?? 'text/plain');
    }
    case 'urlencoded':
      return textBody(encoded(body.urlencoded ?? []), 'application/x-www-form-urlencoded');
    case 'graphql': {
      const { query = '', operationName, variables } = body.graphql ?? {};
      return textBody(
        JSON.stringify({
          query,
          ...(operationName === undefined ? {} : { operationName }),
          variables: parsed(variables),
        }),
        'application/json',
      );
    }
    case 'file': {
      const { src, content } = body.file ?? {};
      if (content !== undefined) return textBody(content, 'text/plain');
      const file = files.find((one) => one.src === src);
      if (file === undefined) return src === undefined ? NOTHING : missing([src]);
      return { body: file.content, contentType: null, bytes: file.content.size, note: null };
    }
    case 'formdata':
      return formBody(body.formdata ?? [], files);
  }
}

function textBody(text: string, contentType: string): FetchBody {
  const bytes = new TextEncoder().encode(text);
  return { body: bytes, contentType, bytes: bytes.length, note: null };
}

function missing(sources: readonly string[]): FetchBody {
  return { ...NOTHING, note: missingNote(sources) };
}

function missingNote(sources: readonly string[]): string {
  return `Files that are not on this device were left out: ${sources.join(', ')}.`;
}

function encoded(rows: readonly Row[]): string {
  const escaped = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  return rows
    .filter(({ disabled }) => disabled !== true)
    .map(({ key, value }) => `${escaped(key)}=${escaped(value)}`)
    .join('&');
}

function formBody(fields: readonly FormField[], files: readonly SendFile[]): FetchBody {
  const form = new FormData();
  const absent: string[] = [];
  let bytes = 0;
  for (const { key, type, value = '', src, fileName, contentType, disabled } of fields) {
    if (disabled === true) continue;
    if (type !== 'file') {
      const content = contentType === undefined ? value : new Blob([value], { type: contentType });
      if (typeof content === 'string') form.append(key, content);
      else form.append(key, content);
      bytes += value.length;
      continue;
    }
    for (const source of typeof src === 'string' ? [src] : (src ?? [])) {
      const found = files.find((one) => one.src === source);
      if (found === undefined) {
        absent.push(source);
        continue;
      }
      const typed = contentType === undefined ? found.content : new Blob([found.content], { type: contentType });
      form.append(key, typed, fileName ?? source.split(/[\\/]/).at(-1) ?? source);
      bytes += typed.size;
    }
  }
  return { body: form, contentType: null, bytes, note: absent.length === 0 ? null : missingNote(absent) };
}

/** GraphQL variables are written as JSON text. */
function parsed(variables: unknown): unknown {
  if (typeof variables !== 'string') return variables ?? {};
  try {
    return variables.trim() === '' ? {} : (JSON.parse(variables) as unknown);
  } catch {
    return {};
  }
}
