/**
 * An exchange across a network. An order is one JSON frame and then the bytes of its files, one after the other; the events
 * are JSON frames, and frames of bytes for pieces of the body. What comes from outside is checked here, once.
 */
import * as z from 'zod/mini';
import { behaviourSchema } from './behaviour.ts';
import { cookieSchema as cookie } from './cookie-schema.ts';
import { BYTES_FRAME_BYTES_MAX, COOKIES_MAX, ORDER_FILES_BYTES_MAX, ORDER_FILES_MAX, ROWS_MAX } from './bounds.ts';
import type { SendEvent, SendFile, Sender, SendOrder } from './exchange.ts';
import { failure, FAILURE_CODES, type FailureCode } from './failure.ts';
import { bytesFrameHead, bytesFrames, ExchangeError, type Frame, jsonFrame, readFrames } from './frames.ts';

/** The order as what a browser or Node sends without reading its files into memory. */
export function encodeOrder(order: SendOrder): Blob {
  const files = order.files.map(({ src, content }) => ({ src, size: content.size }));
  const contents = order.files.flatMap(({ content }) => framed(content));
  return new Blob([jsonFrame({ ...order, files }), ...contents]);
}

function framed(content: Blob): BlobPart[] {
  const parts: BlobPart[] = [];
  for (let at = 0; at < content.size; at += BYTES_FRAME_BYTES_MAX) {
    const piece = content.slice(at, at + BYTES_FRAME_BYTES_MAX);
    parts.push(bytesFrameHead(piece.size), piece);
  }
  return parts;
}

export interface OrderBounds {
  /** All files together. */
  readonly filesBytesMax: number;
}

/** Throws {@link ExchangeError}. Takes no more from the stream than the order says there is. */
export async function decodeOrder(
  chunks: AsyncIterable<Uint8Array>,
  bounds: OrderBounds = { filesBytesMax: ORDER_FILES_BYTES_MAX },
): Promise<SendOrder> {
  const frames = readFrames(chunks);
  try {
    const first = await frames.next();
    const checked = orderSchema.safeParse(first.done === true ? undefined : jsonOf(first.value));
    if (!checked.success) throw new ExchangeError(failure('invalid-request', problemOf(checked.error)));
    const { files, ...order } = checked.data;
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (size > bounds.filesBytesMax) throw new ExchangeError(failure('too-large', `${size} bytes of files`));
    return { ...order, files: await filesOf(files, frames) };
  } finally {
    await frames.return();
  }
}

async function filesOf(
  announced: readonly { readonly src: string; readonly size: number }[],
  frames: AsyncGenerator<Frame, void, undefined>,
): Promise<SendFile[]> {
  const files: SendFile[] = [];
  for (const { src, size } of announced) {
    const pieces: BlobPart[] = [];
    let missing = size;
    while (missing > 0) {
      const next = await frames.next();
      // As large as frames get, but the last: many small ones would take many times the memory of what they hold.
      const due = Math.min(missing, BYTES_FRAME_BYTES_MAX);
      if (next.done === true || next.value.kind !== 'bytes' || next.value.bytes.length !== due) {
        throw new ExchangeError(failure('invalid-request', 'the files are not as long as announced'));
      }
      pieces.push(next.value.bytes.slice());
      missing -= due;
    }
    files.push({ src, content: new Blob(pieces) });
  }
  return files;
}

export function* encodeEvent(event: SendEvent): Iterable<Uint8Array<ArrayBuffer>> {
  if (event.kind === 'body') yield* bytesFrames(event.bytes);
  else yield jsonFrame(event);
}

/** Throws {@link ExchangeError} for what is no event, and where the stream ends before the last one. */
export async function* decodeEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SendEvent, void, undefined> {
  for await (const frame of readFrames(chunks)) {
    if (frame.kind === 'bytes') {
      yield { kind: 'body', bytes: frame.bytes };
      continue;
    }
    const checked = eventSchema.safeParse(frame.value);
    if (!checked.success) throw new ExchangeError(failure('sender-failed', problemOf(checked.error)));
    yield checked.data;
    if (checked.data.kind === 'ended' || checked.data.kind === 'failed') return;
  }
  throw new ExchangeError(failure('connection-lost', 'the sender stopped in the middle'));
}

/** A whole exchange at the sender's end of a stream: reads the order, sends it, and yields what goes back. Never throws. */
export async function* answerOrder(
  sender: Sender,
  chunks: AsyncIterable<Uint8Array>,
  options: { readonly bounds?: OrderBounds; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  try {
    const order = await decodeOrder(chunks, options.bounds);
    for await (const event of sender.send(order, options.signal)) yield* encodeEvent(event);
  } catch (error) {
    const said = error instanceof ExchangeError ? error.failure : failure('sender-failed', String(error));
    yield* encodeEvent({ kind: 'failed', failure: said, timings: null });
  }
}

function jsonOf(frame: Frame): unknown {
  return frame.kind === 'json' ? frame.value : undefined;
}

/** Where it is wrong; never what stands there. */
function problemOf(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'it has another shape' : `${issue.path.map(String).join('.')}: ${issue.message}`;
}

const text = z.string();
const flag = z.exactOptional(z.boolean());
const row = z.object({ key: text, value: text, disabled: flag });
const rows = z.array(row).check(z.maxLength(ROWS_MAX));
const count = z.number().check(z.nonnegative());

const formField = z.object({
  key: text,
  type: z.exactOptional(z.enum(['text', 'file'])),
  value: z.exactOptional(text),
  src: z.exactOptional(z.union([text, z.array(text).check(z.maxLength(ORDER_FILES_MAX))])),
  fileName: z.exactOptional(text),
  contentType: z.exactOptional(text),
  disabled: flag,
});

const body = z.object({
  mode: z.enum(['raw', 'urlencoded', 'formdata', 'file', 'graphql']),
  raw: z.exactOptional(text),
  urlencoded: z.exactOptional(rows),
  formdata: z.exactOptional(z.array(formField).check(z.maxLength(ROWS_MAX))),
  file: z.exactOptional(z.object({ src: z.exactOptional(text), content: z.exactOptional(text) })),
  graphql: z.exactOptional(
    z.object({
      query: z.exactOptional(text),
      operationName: z.exactOptional(text),
      variables: z.exactOptional(z.unknown()),
    }),
  ),
  options: z.exactOptional(z.object({ raw: z.exactOptional(z.object({ language: z.exactOptional(text) })) })),
});

const orderSchema = z.object({
  request: z.object({ method: text, url: text, header: rows, body: z.nullable(body) }),
  auth: z.nullable(
    z.object({
      type: text,
      parameters: z.array(z.object({ key: text, value: z.unknown() })).check(z.maxLength(ROWS_MAX)),
    }),
  ),
  files: z.array(z.object({ src: text, size: count })).check(z.maxLength(ORDER_FILES_MAX)),
  behaviour: behaviourSchema,
  timeoutMs: z.nullable(count),
  responseBytesMax: count,
  cookies: z.array(cookie).check(z.maxLength(COOKIES_MAX)),
  certificate: z.nullable(
    z.union([
      z.object({ kind: z.literal('pem'), certificate: text, key: text, passphrase: z.nullable(text) }),
      z.object({ kind: z.literal('pfx'), pfx: text, passphrase: z.nullable(text) }),
    ]),
  ),
  authorities: z.nullable(text),
  proxy: z.union([
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('system') }),
    z.object({ kind: z.literal('given'), url: text, tunnel: z.boolean() }),
  ]),
});

const headers = z.array(z.readonly(z.tuple([text, text])));
const time = z.nullable(z.number());
const timings = z.object({
  startedAt: z.number(),
  dnsMs: time,
  connectMs: time,
  tlsMs: time,
  firstByteMs: time,
  downloadMs: time,
  totalMs: z.number(),
});
const tls = z.object({
  protocol: text,
  cipher: text,
  untrusted: z.nullable(text),
  subject: text,
  issuer: text,
  validFrom: text,
  validTo: text,
  fingerprint: text,
});

const eventSchema = z.union([
  z.object({
    kind: z.literal('note'),
    note: z.object({ level: z.enum(['info', 'warn']), message: text }),
  }),
  z.object({
    kind: z.literal('sent'),
    sent: z.object({
      reason: z.enum(['request', 'redirect', 'auth']),
      method: text,
      url: text,
      headers,
      httpVersion: text,
      answer: z.nullable(z.object({ status: z.number(), headers })),
      timings: z.nullable(timings),
    }),
  }),
  z.object({
    kind: z.literal('head'),
    head: z.object({
      status: z.number(),
      reason: text,
      headers,
      httpVersion: text,
      remote: z.nullable(z.object({ address: text, port: z.number() })),
      tls: z.nullable(tls),
    }),
  }),
  z.object({
    kind: z.literal('ended'),
    end: z.object({
      timings,
      sizes: z.object({
        requestHeaders: count,
        requestBody: count,
        responseHeaders: count,
        responseBody: count,
        responseBodyEncoded: count,
      }),
      cookies: z.object({
        set: z.array(cookie).check(z.maxLength(COOKIES_MAX)),
        removed: z.array(z.object({ name: text, domain: text, path: text })).check(z.maxLength(COOKIES_MAX)),
      }),
    }),
  }),
  z.object({
    kind: z.literal('failed'),
    failure: z.object({
      code: z.enum(Object.keys(FAILURE_CODES) as [FailureCode, ...FailureCode[]]),
      message: text,
    }),
    timings: z.nullable(timings),
  }),
]);
