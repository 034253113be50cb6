import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodeCompression } from '../node/compression.ts';
import { newSealingKeys } from '../node/people.fixture.ts';
import { nodeSealing } from '../node/sealing-tools.ts';
import { seal, type SealingTools, unseal } from '../portable/seal.ts';
import { noblePrimitives, sha256 } from './crypto-without-platform.ts';

const noble: SealingTools = { primitives: noblePrimitives, compression: nodeCompression };

describe('cryptography without the platform', () => {
  it.each([
    ['here', 'by the platform', noble, nodeSealing],
    ['by the platform', 'here', nodeSealing, noble],
    ['here', 'here', noble, noble],
  ])('a box that was sealed %s is opened %s, and by its account alone [DV8]', async (_by, _in, one, other) => {
    const ada = await newSealingKeys();
    const box = await seal('the secret work', ada.publicKey, one);
    expect(await unseal(box, ada, other)).toBe('the secret work');
    expect(await unseal(box, await newSealingKeys(), other)).toBe(null);
    box[box.length - 1] = (box.at(-1) ?? 0) ^ 1;
    expect(await unseal(box, ada, other)).toBe(null);
  });

  it('does not seal with a key that is none', async () => {
    await expect(seal('x', 'AAAA', noble)).rejects.toMatchObject({ code: 'bad-message' });
  });

  it('hashes as the platform does', () => {
    const bytes = new TextEncoder().encode('waypost');
    expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
