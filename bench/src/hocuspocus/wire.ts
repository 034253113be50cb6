/** As much of the Hocuspocus protocol as the bench has to read and write itself. */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/** The workspace is one document. */
export const documentName = 'workspace';
/** A single byte that comes and goes outside any document. */
export const ping = 9;
export const pong = 10;

const sync = 0;
const auth = 2;
const syncReply = 4;
const syncStatus = 8;

export type HocuspocusMessage =
  | { readonly kind: 'state-vector'; readonly vector: Uint8Array; readonly wantsReply: boolean }
  /** `first` when it answers a state vector, otherwise a change as it happens. */
  | { readonly kind: 'update'; readonly first: boolean; readonly update: Uint8Array }
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'other' };

export function decodeMessage(data: Uint8Array): HocuspocusMessage {
  const decoder = decoding.createDecoder(data);
  decoding.readVarString(decoder);
  const type = decoding.readVarUint(decoder);
  if (type === syncStatus) return { kind: 'acknowledged' };
  if (type !== sync && type !== syncReply) return { kind: 'other' };
  const step = decoding.readVarUint(decoder);
  const payload = decoding.readVarUint8Array(decoder);
  if (step === 0) return { kind: 'state-vector', vector: payload, wantsReply: type === sync };
  return { kind: 'update', first: step === 1, update: payload };
}

/** Hocuspocus expects a token from everyone, also where nothing checks it. */
export function encodeEmptyToken(): Uint8Array {
  return encode((encoder) => {
    encoding.writeVarUint(encoder, auth);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, '');
    encoding.writeVarString(encoder, '4.8.0');
  });
}

export function encodeStateVector(vector: Uint8Array): Uint8Array {
  return encode((encoder) => {
    encoding.writeVarUint(encoder, sync);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint8Array(encoder, vector);
  });
}

function encode(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarString(encoder, documentName);
  write(encoder);
  return encoding.toUint8Array(encoder);
}
