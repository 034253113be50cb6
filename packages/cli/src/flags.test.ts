import { describe, expect, it } from 'vitest';
import { CommandError } from './failure.ts';
import { homeFolder, readDuration, readFlags } from './flags.ts';

function refused(act: () => unknown): CommandError {
  try {
    act();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('global flags', () => {
  it('have defaults', () => {
    expect(readFlags({}, {})).toEqual({ json: false, timeoutMs: 5_000, transport: 'auto', proxy: null, local: false });
  });

  it('take times with units, seconds unless said otherwise', () => {
    expect(['5', '0', '1.5s', '250ms', '2m'].map(readDuration)).toEqual([5_000, 0, 1_500, 250, 120_000]);
    for (const text of ['', 'soon', '-1', '5h']) expect(refused(() => readDuration(text)).exit).toBe(2);
  });

  it('take the proxy from the environment where none is given', () => {
    expect(readFlags({}, { WAYPOST_PROXY: 'http://proxy:3128' }).proxy).toBe('http://proxy:3128');
    expect(readFlags({ proxy: 'http://other:1' }, { WAYPOST_PROXY: 'http://proxy:3128' }).proxy).toBe('http://other:1');
    expect(refused(() => readFlags({ proxy: 'socks5://x' }, {})).message).toContain('http://proxy.example:3128');
  });

  it('refuse a transport there is not', () => {
    expect(refused(() => readFlags({ transport: 'pigeon' }, {})).code).toBe('usage');
  });

  it('find the home folder', () => {
    expect(homeFolder({ WAYPOST_HOME: '/somewhere' })).toBe('/somewhere');
    expect(homeFolder({})).toMatch(/\.waypost$/);
  });
});
