import { describe, expect, it } from 'vitest';
import { newSealingKeys } from './people.fixture.ts';
import { nodeSealing } from './sealing-tools.ts';
import { seal as sealWith, type SealingKeys, unseal as unsealWith } from '../portable/seal.ts';

const seal = async (text: string, publicKey: string) => Buffer.from(await sealWith(text, publicKey, nodeSealing));
const unseal = async (box: Uint8Array, keys: SealingKeys) => unsealWith(box, keys, nodeSealing);

describe('a sealed box', () => {
  it('is opened by its account, and by no other [DV8]', async () => {
    const ada = await newSealingKeys();
    const box = await seal('the secret work', ada.publicKey);
    expect(await unseal(box, ada)).toBe('the secret work');
    expect(await unseal(box, await newSealingKeys())).toBe(null);
  });

  it('shows nothing of what is in it, and is another one each time', async () => {
    const { publicKey } = await newSealingKeys();
    const text = 'the secret work '.repeat(1_000);
    const [one, other] = [await seal(text, publicKey), await seal(text, publicKey)];
    expect(one.includes('secret')).toBe(false);
    expect(one.includes(Buffer.from(publicKey, 'base64url'))).toBe(false);
    expect(one.subarray(8).equals(other.subarray(8))).toBe(false);
  });

  it('does not open once a single byte of it was changed', async () => {
    const keys = await newSealingKeys();
    const box = await seal('the secret work', keys.publicKey);
    for (const at of [8, 40, 75, 85, box.length - 1]) {
      const changed = Buffer.from(box);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(await unseal(changed, keys)).toBe(null);
    }
    expect(await unseal(box.subarray(0, 60), keys)).toBe(null);
    expect(
      await unseal(
        Buffer.from('something else entirely, and longer than the head of a box would be, by a few bytes'),
        keys,
      ),
    ).toBe(null);
  });

  it('of a later format is not taken for a damaged one', async () => {
    const keys = await newSealingKeys();
    const box = await seal('x', keys.publicKey);
    box.writeUInt8(2, 7);
    await expect(unseal(box, keys)).rejects.toMatchObject({ code: 'database-too-new' });
  });

  it('is not made with a key that is none', async () => {
    await expect(seal('x', 'AAAA')).rejects.toMatchObject({ code: 'bad-message' });
  });
});
