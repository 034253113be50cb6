import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate } from './compression.ts';

describe('What is inflated', () => {
  it('comes back whole, whatever the bytes say of its length', () => {
    const text = Buffer.from('a request and its answer, '.repeat(50_000));
    const honest = gzipSync(text);
    expect(Buffer.from(inflate(honest, text.length)).equals(text)).toBe(true);
    expect(inflate(gzipSync(''), 10)).toHaveLength(0);
  });

  it('is refused beyond the bound, and where it is no gzip', () => {
    const zeros = gzipSync(Buffer.alloc(4 * 1024 * 1024));
    expect(() => inflate(zeros, 1024 * 1024)).toThrow('more than 1048576 bytes');
    const lying = Buffer.from(zeros);
    lying.writeUInt32LE(1, lying.length - 4);
    expect(() => inflate(lying, 1024 * 1024)).toThrow('more than 1048576 bytes');
    for (const bytes of [Buffer.alloc(0), Buffer.of(1, 2), Buffer.alloc(100, 7)]) {
      expect(() => inflate(bytes, 1024)).toThrow('not valid gzip');
    }
  });
});
