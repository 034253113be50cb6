/** Secrets that a device or an operator holds and the server only recognises. */
import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as base64url. */
const TOKEN = /^[\w-]{43}$/;

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** What is stored. A token is random in full, so a plain hash is as good as a slow one; equal hashes are found by index. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** A set-up token is typed by a person: about 118 random bits in groups of letters and digits that are not mistaken. */
export function newSetupToken(): string {
  const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
  const letters = Array.from(randomBytes(24), (byte) => alphabet[byte % alphabet.length]);
  return (letters.join('').match(/.{6}/g) ?? []).join('-');
}

/** However it was typed: without regard to case, spaces and dashes. */
export function setupTokenHash(typed: string): string {
  return tokenHash(typed.toLowerCase().replaceAll(/[\s-]/g, ''));
}
