/**
 * What Web Crypto does, for pages that browsers keep it from: those of plain http under a name that is not this machine's.
 * By the audited noble libraries. Loaded only there.
 */
import { gcm } from '@noble/ciphers/aes.js';
import { randomBytes } from '@noble/ciphers/utils.js';
import { p256 } from '@noble/curves/nist.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Lock, SealingPrimitives } from '../portable/seal.ts';

export { sha256 };

const KEY_BYTES = 32;
/** In the PKCS #8 of a P-256 key: version 1 of an EC key, and an octet string of 32 bytes, which follow. */
const BEFORE_KEY = [0x02, 0x01, 0x01, 0x04, 0x20];

export const noblePrimitives: SealingPrimitives = {
  random: (count) => randomBytes(count),
  async agree(point) {
    const own = p256.utils.randomSecretKey();
    return { point: p256.getPublicKey(own, false), secret: shared(own, point) };
  },
  secret: async (privateKey, point) => shared(keyIn(privateKey), point),
  encrypt: async (lock, plain) => cipherOf(lock).encrypt(plain),
  decrypt: async (lock, box) => cipherOf(lock).decrypt(box),
};

/** The x coordinate alone, as Web Crypto has it. */
function shared(own: Uint8Array, point: Uint8Array): Uint8Array {
  return p256.getSharedSecret(own, point, true).slice(1);
}

function cipherOf({ secret, salt, info, nonce, head }: Lock): ReturnType<typeof gcm> {
  return gcm(hkdf(sha256, secret, salt, info, KEY_BYTES), nonce, head);
}

function keyIn(pkcs8: Uint8Array): Uint8Array {
  const at = pkcs8.findIndex((_byte, start) => BEFORE_KEY.every((byte, offset) => pkcs8[start + offset] === byte));
  const begin = at + BEFORE_KEY.length;
  if (at < 0 || pkcs8.length < begin + KEY_BYTES) throw new RangeError('This is no private key of P-256.');
  return pkcs8.slice(begin, begin + KEY_BYTES);
}
