/**
 * Sealing: anyone who holds the account's public key can close a box that only its private key opens. A device keeps the
 * public key; the server gives the private one to that account after sign-in. ECDH P-256 with a key pair made for this
 * one box, HKDF-SHA-256, AES-256-GCM; nothing in the box says whose it is.
 */
import { webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { WaypostError } from '@waypost/protocol';

const { subtle } = webcrypto;
const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);

/** The last byte is the version of the format. */
const MAGIC = Buffer.from('WPSEAL\0\x01', 'latin1');
const POINT_BYTES = 65;
const NONCE_BYTES = 12;
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const INFO = Buffer.from('waypost seal 1');

/** `publicKey` is an uncompressed point in base64url. Throws `bad-message` where it is none. */
export async function seal(text: string, publicKey: string): Promise<Buffer> {
  const point = Buffer.from(publicKey, 'base64url');
  const recipient = await importKey('raw', point, []);
  const pair = await subtle.generateKey(CURVE, true, ['deriveBits']);
  const sender = Buffer.from(await subtle.exportKey('raw', pair.publicKey));
  const key = await deriveKey(pair.privateKey, recipient, Buffer.concat([sender, point]));
  const nonce = webcrypto.getRandomValues(Buffer.alloc(NONCE_BYTES));
  const head = Buffer.concat([MAGIC, sender, nonce]);
  const box = await subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: head }, key, await gzipAsync(text));
  return Buffer.concat([head, Buffer.from(box)]);
}

export interface SealingKeys {
  /** An uncompressed point, in base64url. */
  readonly publicKey: string;
  /** PKCS #8, in base64url. */
  readonly privateKey: string;
}

/** Null where the box is of another account, or damaged. Throws `database-too-new` for a later format. */
export async function unseal(box: Buffer, { publicKey, privateKey }: SealingKeys): Promise<string | null> {
  const name = MAGIC.length - 1;
  if (box.length < MAGIC.length + POINT_BYTES + NONCE_BYTES || !box.subarray(0, name).equals(MAGIC.subarray(0, name)))
    return null;
  if (box[name] !== MAGIC[name])
    throw new WaypostError('database-too-new', 'Sealed work on this device was written by a newer Waypost.');
  const sender = box.subarray(MAGIC.length, MAGIC.length + POINT_BYTES);
  const head = box.subarray(0, MAGIC.length + POINT_BYTES + NONCE_BYTES);
  const recipient = await importKey('pkcs8', Buffer.from(privateKey, 'base64url'), ['deriveBits']);
  try {
    const salt = Buffer.concat([sender, Buffer.from(publicKey, 'base64url')]);
    const key = await deriveKey(recipient, await subtle.importKey('raw', sender, CURVE, false, []), salt);
    const iv = head.subarray(-NONCE_BYTES);
    const inside = await subtle.decrypt({ name: 'AES-GCM', iv, additionalData: head }, key, box.subarray(head.length));
    return (await gunzipAsync(inside)).toString();
  } catch {
    return null;
  }
}

async function importKey(
  format: 'raw' | 'pkcs8',
  bytes: Buffer,
  uses: webcrypto.KeyUsage[],
): Promise<webcrypto.CryptoKey> {
  try {
    return await subtle.importKey(format, bytes, CURVE, false, uses);
  } catch {
    throw new WaypostError('bad-message', 'The sealing key that the server gave is not valid.');
  }
}

async function deriveKey(
  own: webcrypto.CryptoKey,
  other: webcrypto.CryptoKey,
  salt: Buffer,
): Promise<webcrypto.CryptoKey> {
  const secret = await subtle.deriveBits({ name: 'ECDH', public: other }, own, 256);
  const material = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const kind = { name: 'AES-GCM', length: 256 };
  return subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info: INFO }, material, kind, false, [
    'encrypt',
    'decrypt',
  ]);
}
