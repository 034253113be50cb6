import { describe, expect, it } from 'vitest';
import { Passwords } from './passwords.ts';

const freely = () => undefined;

describe('passwords', () => {
  const passwords = new Passwords();

  it('are kept as argon2id and recognised', async () => {
    const hash = await passwords.hash('correct horse');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.verify('correct horse', hash, freely)).toBe(true);
    expect(await passwords.verify('correct horse ', hash, freely)).toBe(false);
  });

  it('are the same however a keyboard composes them', async () => {
    const hash = await passwords.hash('Caf\u00e9 am See');
    expect(await passwords.verify('Cafe\u0301 am See', hash, freely)).toBe(true);
  });

  it('have a length that means something', async () => {
    await expect(passwords.hash('short')).rejects.toMatchObject({ code: 'weak-password' });
    await expect(passwords.hash('x'.repeat(1_025))).rejects.toMatchObject({ code: 'weak-password' });
    expect(await passwords.verify('x'.repeat(1_025), null, freely)).toBe(false);
  });

  it('take as long to refuse where there is no account', async () => {
    const hash = await passwords.hash('correct horse');
    expect(await passwords.verify('the password of nobody', null, freely)).toBe(false);
    const spent = async (against: string | null) => {
      const start = process.hrtime.bigint();
      await passwords.verify('wrong horse', against, freely);
      return Number(process.hrtime.bigint() - start);
    };
    // By turns, and the least of each: other work of the machine only ever adds.
    const [somebody, nobody]: [number[], number[]] = [[], []];
    for (let round = 0; round < 7; round += 1) {
      somebody.push(await spent(hash));
      nobody.push(await spent(null));
    }
    const ratio = Math.min(...nobody) / Math.min(...somebody);
    expect(ratio).toBeGreaterThan(0.3);
    expect(ratio).toBeLessThan(3);
  });

  it('ask, when their turn comes, whether one may still try', async () => {
    const hash = await passwords.hash('correct horse');
    let allowed = 3;
    const mayTry = () => {
      if (allowed === 0) throw new Error('no more');
      allowed -= 1;
    };
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => passwords.verify('correct horse', hash, mayTry)),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled').length).toBe(3);
  });
});
