/** base64url as bytes. Every platform has this function, but no ECMAScript library declares it. */

declare function atob(text: string): string;

/** What is no base64url is no bytes: an empty array. */
export function fromBase64url(text: string): Uint8Array {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
