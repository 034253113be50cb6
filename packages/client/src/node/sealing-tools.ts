/** What boxes are made with on Node. */
import { webcrypto } from 'node:crypto';
import type { SealingTools } from '../portable/seal.ts';
import { type WebCrypto, webCryptoPrimitives } from '../portable/web-crypto.ts';
import { nodeCompression } from './compression.ts';

export const nodeSealing: SealingTools = {
  primitives: webCryptoPrimitives(webcrypto as unknown as WebCrypto),
  compression: nodeCompression,
};
