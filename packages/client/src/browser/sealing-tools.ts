/** What boxes are made with in a browser. */
import type { SealingTools } from '../portable/seal.ts';
import { type WebCrypto, webCryptoPrimitives } from '../portable/web-crypto.ts';
import { browserCompression, hasWebCrypto } from './compression.ts';

export async function browserSealing(): Promise<SealingTools> {
  const primitives = hasWebCrypto()
    ? webCryptoPrimitives(crypto as unknown as WebCrypto)
    : (await import('./crypto-without-platform.ts')).noblePrimitives;
  return { primitives, compression: browserCompression };
}
