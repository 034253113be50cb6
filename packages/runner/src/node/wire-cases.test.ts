import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answered, type Answering, Recorder } from '../testing/recorder.ts';
import { comparable, sentByNewman, sentByUs } from '../testing/wire.ts';
import { WIRE_CASES, WIRE_ENVIRONMENT, WIRE_FILES } from '../testing/wire-cases.ts';
import { createEngine } from './engine.ts';

/** The second message of NTLM, from a server called "test". */
const NTLM_CHALLENGE = Buffer.concat([
  Buffer.from('NTLMSSP\0', 'latin1'),
  Buffer.from('0200000008000800380000000582890201234567890abcdef000000000000000000000000000400000', 'hex').subarray(
    0,
    40,
  ),
  Buffer.from('test', 'utf16le'),
]).toString('base64');

describe('what arrives of requests at the edges of the format', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'waypost-wire-'));
  for (const [name, text] of WIRE_FILES) writeFileSync(join(folder, name), text);
  let recorder: Recorder | null = null;
  const answer: Answering = ({ target, headers }) => {
    const authorization = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
    const [, way = '', status = '302'] = target.split('/');
    if (way === 'digest' && !authorization.includes('nonce="n1"'))
      return challenged('Digest realm="r", nonce="n1", qop="auth"');
    if (way === 'ntlm' && authorization === '') return challenged('NTLM');
    if (way === 'ntlm' && authorization.length < 100) return challenged(`NTLM ${NTLM_CHALLENGE}`);
    if (way === 'cookie') return answered('200 OK', { 'Set-Cookie': 'seen=1; Path=/' });
    if (way === 'circle') return answered('302 Found', { Location: '/circle' });
    if (way === 'relative') return answered(`${status} On`, { Location: 'landed?x=ü y' });
    if (way === 'redirect') return answered(`${status} On`, { Location: '/landed?x=1' });
    if (way === 'elsewhere') return answered(`${status} On`, { Location: `http://localhost:${recorder?.port}/landed` });
    return answered('200 OK', {}, 'ok');
  };
  recorder = await Recorder.start(answer);
  const at = (value: unknown): never =>
    JSON.parse(JSON.stringify(value).replaceAll('HOST', `127.0.0.1:${recorder.port}`)) as never;
  const options = { environment: at(WIRE_ENVIRONMENT), files: WIRE_FILES, folder };
  const collection = {
    info: { name: 'Wire', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
    item: WIRE_CASES.map(({ item }) => at(item)),
  };
  const theirs = await sentByNewman(collection, recorder, options);
  const ours = await sentByUs(collection, recorder, createEngine(), options);
  await recorder.close();
  rmSync(folder, { recursive: true });

  let index = 0;
  for (const { title, item, differs } of WIRE_CASES) {
    const first = index;
    index += requestsIn(item);
    const last = index;
    it(`is ${differs === undefined ? 'what' : 'not what'} newman sends: ${title}`, () => {
      const compared = expect(ours.slice(first, last).map(comparable));
      const expected = theirs.slice(first, last).map(comparable);
      if (differs === undefined) compared.toEqual(expected);
      else compared.not.toEqual(expected);
    });
  }

  it('differs only where docs/internals/sending.md says so', () => {
    const path = new URL('../../../../docs/internals/sending.md', import.meta.url);
    const [, table = ''] = readFileSync(path, 'utf8').split('<!-- differences: begin -->');
    const [listed = ''] = table.split('<!-- differences: end -->');
    const rows = [...listed.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)]
      .slice(2)
      .map(([, what = '', why = '']) => [what, why]);
    const known = WIRE_CASES.flatMap(({ title, differs }) => (differs === undefined ? [] : [[title, differs]]));
    expect(rows.filter(([what]) => what !== 'every request')).toEqual(known);
  });

  it('is of every request', () => {
    expect([theirs.length, ours.length]).toEqual([index, index]);
    expect(theirs.filter((arrived) => arrived.length === 0).length).toBeLessThan(5);
    const rounds = WIRE_CASES.flatMap(({ title, item }) => Array.from({ length: requestsIn(item) }, () => title));
    expect(ours[rounds.indexOf('auth: digest, challenged')]).toHaveLength(2);
    expect(ours[rounds.indexOf('auth: ntlm, challenged')]).toHaveLength(3);
  });
});

function challenged(by: string): string {
  return answered('401 Who', { 'WWW-Authenticate': by });
}

function requestsIn(item: object): number {
  return 'item' in item && Array.isArray(item.item)
    ? item.item.reduce((sum: number, child) => sum + requestsIn(Object(child) as object), 0)
    : 1;
}
