/** The primitives of sealing by Web Crypto, which Node has too. */
import type { Lock, SealingPrimitives } from './seal.ts';

/** As much of Web Crypto as is used here: no ECMAScript library declares it, and each platform does in its own words. */
export interface WebCrypto {
  getRandomValues(bytes: Uint8Array): Uint8Array;
  readonly subtle: {
    generateKey(kind: Kind, extractable: boolean, uses: string[]): Promise<{ publicKey: Key; privateKey: Key }>;
    importKey(
      format: string,
      bytes: Uint8Array,
      kind: Kind | string,
      extractable: boolean,
      uses: string[],
    ): Promise<Key>;
    exportKey(format: 'raw', key: Key): Promise<ArrayBuffer>;
    deriveBits(how: Kind, key: Key, bits: number): Promise<ArrayBuffer>;
    deriveKey(how: Kind, key: Key, kind: Kind, extractable: boolean, uses: string[]): Promise<Key>;
    encrypt(how: Kind, key: Key, bytes: Uint8Array): Promise<ArrayBuffer>;
    decrypt(how: Kind, key: Key, bytes: Uint8Array): Promise<ArrayBuffer>;
  };
}

type Key = object;
type Kind = { readonly name: string } & Readonly<Record<string, unknown>>;

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };

export function webCryptoPrimitives(crypto: WebCrypto): SealingPrimitives {
  const { subtle } = crypto;
  const shared = async (own: Key, point: Uint8Array): Promise<Uint8Array> => {
    const other = await subtle.importKey('raw', point, CURVE, false, []);
    return new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: other }, own, 256));
  };
  const keyOf = async ({ secret, salt, info }: Lock): Promise<Key> => {
    const material = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
    const how = { name: 'HKDF', hash: 'SHA-256', salt, info };
    return subtle.deriveKey(how, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  };
  const how = ({ nonce, head }: Lock): Kind => ({ name: 'AES-GCM', iv: nonce, additionalData: head });
  return {
    random: (count) => crypto.getRandomValues(new Uint8Array(count)),
    async agree(point) {
      const pair = await subtle.generateKey(CURVE, true, ['deriveBits']);
      const secret = await shared(pair.privateKey, point);
      return { point: new Uint8Array(await subtle.exportKey('raw', pair.publicKey)), secret };
    },
    async secret(privateKey, point) {
      return shared(await subtle.importKey('pkcs8', privateKey, CURVE, false, ['deriveBits']), point);
    },
    encrypt: async (lock, plain) => new Uint8Array(await subtle.encrypt(how(lock), await keyOf(lock), plain)),
    decrypt: async (lock, box) => new Uint8Array(await subtle.decrypt(how(lock), await keyOf(lock), box)),
  };
}
