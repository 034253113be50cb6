/** Bytes as base64, in a browser as in Node. */

/** A call takes so many arguments without trouble anywhere; a multiple of three, so that pieces can be put together. */
const PIECE_BYTES = 3 * 8_192;

export function toBase64(bytes: Uint8Array): string {
  // Newer platforms do it by themselves, and a hundred times faster.
  const own: unknown = Reflect.get(bytes, 'toBase64');
  if (typeof own === 'function') return String(Reflect.apply(own, bytes, []));
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES))));
  }
  return pieces.join('');
}

/** As it may stand in an address. */
export function base64UrlOf(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
