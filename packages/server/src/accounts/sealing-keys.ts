/**
 * The pair with which a device seals what it could not send before it is erased: any device may hold the public key, only
 * a signed-in one gets the private key. It protects the disk of the device, not the account from whoever runs the server.
 */
import { webcrypto } from 'node:crypto';
import type { SealingKeys } from './account-store.ts';

/** ECDH P-256; the public key as an uncompressed point, the private one as PKCS #8, both base64url. */
export async function newSealingKeys(): Promise<SealingKeys> {
  const { subtle } = webcrypto;
  const pair = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  const [point, pkcs8] = await Promise.all([
    subtle.exportKey('raw', pair.publicKey),
    subtle.exportKey('pkcs8', pair.privateKey),
  ]);
  return { publicKey: base64url(point), privateKey: base64url(pkcs8) };
}

function base64url(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('base64url');
}
