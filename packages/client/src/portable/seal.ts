/**
 * Sealing: anyone who holds the account's public key can close a box that only its private key opens. A device keeps the
 * public key; the server gives the private one to that account after sign-in. ECDH P-256 with a key pair made for this
 * one box, HKDF-SHA-256, AES-256-GCM; nothing in the box says whose it is.
 */
import { WaypostError } from '@waypost/protocol';
import type { Compression } from '../engine/ports.ts';
import { bytesOf, textOf } from '../engine/utf8.ts';
import { fromBase64url } from './base64url.ts';

/** What boxes are made with. */
export interface SealingTools {
  readonly primitives: SealingPrimitives;
  readonly compression: Compression;
}

export interface SealingPrimitives {
  random(count: number): Uint8Array;
  /** A pair for one box: its public point, and the secret it shares with the other's. Throws where `point` is none. */
  agree(point: Uint8Array): Promise<{ readonly point: Uint8Array; readonly secret: Uint8Array }>;
  /** The same secret from the other side; the private key is PKCS #8. Throws where it is none. */
  secret(privateKey: Uint8Array, point: Uint8Array): Promise<Uint8Array>;
  encrypt(locked: Lock, plain: Uint8Array): Promise<Uint8Array>;
  /** Throws where a byte of anything is another. */
  decrypt(locked: Lock, box: Uint8Array): Promise<Uint8Array>;
}

/** AES-256-GCM with the key that HKDF-SHA-256 makes of the secret. */
export interface Lock {
  readonly secret: Uint8Array;
  readonly salt: Uint8Array;
  readonly info: Uint8Array;
  readonly nonce: Uint8Array;
  /** Not encrypted, but no byte of it may change. */
  readonly head: Uint8Array;
}

/** The last byte is the version of the format. */
const MAGIC = bytesOf('WPSEAL\0\u0001');
const POINT_BYTES = 65;
const NONCE_BYTES = 12;
const INFO = bytesOf('waypost seal 1');
/** More than a store holds; a bound all the same. */
const SEALED_BYTES_MAX = 1024 ** 3;

/** `publicKey` is an uncompressed point in base64url. Throws `bad-message` where it is none. */
export async function seal(text: string, publicKey: string, tools: SealingTools): Promise<Uint8Array> {
  const recipient = fromBase64url(publicKey);
  const { point, secret } = await valid(tools.primitives.agree(recipient));
  const nonce = tools.primitives.random(NONCE_BYTES);
  const head = joined(MAGIC, point, nonce);
  const lock = { secret, salt: joined(point, recipient), info: INFO, nonce, head };
  return joined(head, await tools.primitives.encrypt(lock, await tools.compression.gzip(bytesOf(text))));
}

export interface SealingKeys {
  /** An uncompressed point, in base64url. */
  readonly publicKey: string;
  /** PKCS #8, in base64url. */
  readonly privateKey: string;
}

/** Null where the box is of another account, or damaged. Throws `database-too-new` for a later format. */
export async function unseal(
  box: Uint8Array,
  { publicKey, privateKey }: SealingKeys,
  tools: SealingTools,
): Promise<string | null> {
  const version = MAGIC.length - 1;
  const headLength = MAGIC.length + POINT_BYTES + NONCE_BYTES;
  if (box.length < headLength || MAGIC.some((byte, at) => at !== version && box[at] !== byte)) return null;
  if (box[version] !== MAGIC[version])
    throw new WaypostError('database-too-new', 'Sealed work on this device was written by a newer Waypost.');
  const head = box.slice(0, headLength);
  const point = head.slice(MAGIC.length, MAGIC.length + POINT_BYTES);
  try {
    const secret = await tools.primitives.secret(fromBase64url(privateKey), point);
    const salt = joined(point, fromBase64url(publicKey));
    const lock = { secret, salt, info: INFO, nonce: head.slice(-NONCE_BYTES), head };
    const inside = await tools.primitives.decrypt(lock, box.slice(headLength));
    return textOf(await tools.compression.gunzip(inside, SEALED_BYTES_MAX));
  } catch {
    return null;
  }
}

async function valid<Result>(agreed: Promise<Result>): Promise<Result> {
  try {
    return await agreed;
  } catch {
    throw new WaypostError('bad-message', 'The sealing key that the server gave is not valid.');
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
