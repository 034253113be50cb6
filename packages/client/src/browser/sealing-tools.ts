/** What boxes are made with in a browser. */
import type { SealingTools } from '../portable/seal.ts';
import { type WebCrypto, webCryptoPrimitives } from '../portable/web-crypto.ts';
import { browserCompression } from './compression.ts';

export async function browserSealing(): Promise<SealingTools> {
  return { primitives: webCryptoPrimitives(crypto as unknown as WebCrypto), compression: browserCompression };
}
