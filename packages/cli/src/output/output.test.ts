import { describe, expect, it } from 'vitest';
import { painter } from './colour.ts';
import { Output } from './output.ts';
import { Progress } from './progress.ts';
import { count, relativeTime } from './relative-time.ts';
import { table } from './table.ts';
import { cut, harmless, nameText, oneLine, quoted, visibleJson, widthOf } from './text.ts';

class Written {
  text = '';
  readonly isTTY: boolean;

  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

describe('tables', () => {
  it('have columns as wide as their widest cell, and no space at the ends of lines', () => {
    expect(
      table(
        ['ID', 'NAME'],
        [
          ['1', 'Desk'],
          ['22', 'Laptop'],
          ['3', ''],
        ],
      ),
    ).toEqual(['ID  NAME', '1   Desk', '22  Laptop', '3']);
  });

  it('count what is seen: no escape sequences, two places for wide characters', () => {
    const red = painter(true, {})('red', 'ab');
    expect(red).not.toBe('ab');
    expect([widthOf(red), widthOf('港口'), widthOf('é'), widthOf('e\u0301')]).toEqual([2, 4, 1, 1]);
    expect(
      table(
        [],
        [
          [red, 'x'],
          ['港口', 'y'],
        ],
      ),
    ).toEqual([`${red}    x`, '港口  y']);
  });
});

describe('tables on a narrow terminal', () => {
  const rows = [
    ['3f2a91c0', 'request', 'A name that goes on and on, much longer than any terminal'],
    ['77b0aa12', 'folder', 'Ships'],
  ];

  it('cut what is widest, and nothing else', () => {
    expect(table(['ID', 'KIND', 'NAME'], rows, 40)).toEqual([
      'ID        KIND     NAME',
      '3f2a91c0  request  A name that goes on …',
      '77b0aa12  folder   Ships',
    ]);
  });

  it('leave whole what fits, and what is read by a program', () => {
    expect(table(['ID', 'KIND', 'NAME'], rows)[1]).toBe(rows[0]?.join('  '));
    const [, short] = table([], rows, 24);
    expect(short).toBe('77b0aa12  folder   Ships');
  });

  it('end the colours that a cut cell began', () => {
    const red = painter(true, {})('red', 'abcdefgh');
    expect(cut(red, 4)).toBe('\u001B[31mabc…\u001B[39m');
    expect([cut('港口港口', 5), cut('short', 5)]).toEqual(['港口…', 'short']);
  });
});

describe('colour', () => {
  it('is for terminals, and for nobody who does not want it', () => {
    expect(painter(true, {})('red', 'x')).toBe('\u001B[31mx\u001B[39m');
    expect(painter(false, {})('red', 'x')).toBe('x');
    expect(painter(true, { NO_COLOR: '1' })('red', 'x')).toBe('x');
    expect(painter(true, { TERM: 'dumb' })('red', 'x')).toBe('x');
  });

  it('never comes from a name that somebody wrote', () => {
    expect(oneLine('a\u001B[31m\nb\u009B1m')).toBe('a\uFFFD[31m b\uFFFD1m');
  });
});

describe('names that somebody wrote', () => {
  it('neither break a line nor turn it around, and are never nothing', () => {
    expect(oneLine(' a\r\n\tb\u0000\u202Ec\u2066 ')).toBe('a b\uFFFD\uFFFDc\uFFFD');
    expect([nameText('  '), nameText('Ships'), quoted('Ships')]).toEqual(['(no name)', 'Ships', '"Ships"']);
    expect(quoted('x'.repeat(5_000))).toBe(`"${'x'.repeat(59)}…"`);
  });

  it('do not steer the terminal from within a whole line either, which keeps its own colours', () => {
    const painted = painter(true, {})('red', 'red');
    expect(harmless(`${painted}\n\u001B[2J\u001B]0;title\u0007`)).toBe(
      '\u001B[31mred\u001B[39m\n\uFFFD[2J\uFFFD]0;title\uFFFD',
    );
  });

  it('are seen for what they are in JSON, which stays the same', () => {
    const json = JSON.stringify({ name: 'a\u009B\u202Eb\u200B' });
    expect(visibleJson(json)).toBe(String.raw`{"name":"a\u009b\u202eb\u200b"}`);
    expect(JSON.parse(visibleJson(json))).toEqual(JSON.parse(json));
  });
});

describe('times', () => {
  const now = Date.UTC(2026, 4, 20, 12);

  it('are told as people tell them', () => {
    const ago = (seconds: number): string => relativeTime(now - seconds * 1_000, now);
    expect([5, 61, 3_600, 7_300, 86_400, 10 * 86_400, 40 * 86_400].map(ago)).toEqual([
      'just now',
      '1 minute ago',
      '1 hour ago',
      '2 hours ago',
      '1 day ago',
      '10 days ago',
      '2026-04-10',
    ]);
    expect(relativeTime(null, now)).toBe('never');
    expect(relativeTime(now + 9_000, now)).toBe('just now');
  });

  it('and numbers with their noun', () => {
    expect([count(1, 'change'), count(1_204, 'change'), count(0, 'entry', 'entries')]).toEqual([
      '1 change',
      '1,204 changes',
      '0 entries',
    ]);
  });
});

describe('progress', () => {
  /** Time that passes when it is told to. */
  class Clock {
    #now = 0;
    readonly #ticking = new Set<() => void>();

    now = (): number => this.#now;
    every = (_ms: number, run: () => void): (() => void) => {
      this.#ticking.add(run);
      return () => this.#ticking.delete(run);
    };

    pass(ms: number): void {
      this.#now += ms;
      for (const run of this.#ticking) run();
    }
  }

  it('is silent for a second, draws one line on a terminal though nothing more is heard, and takes it away', () => {
    const clock = new Clock();
    const stream = new Written(true);
    const progress = new Progress(stream, clock);
    progress.say('Waiting for the server');
    clock.pass(900);
    expect(stream.text).toBe('');
    clock.pass(100);
    clock.pass(100);
    progress.report('Fetching', 5, 1_204);
    clock.pass(100);
    progress.end();
    clock.pass(100);
    expect(stream.text.split('\r\u001B[K')).toEqual([
      '',
      'Waiting for the server …',
      'Fetching 5 of 1,204 elements …',
      '',
    ]);
  });

  it('is silent where nobody watches', () => {
    const clock = new Clock();
    const stream = new Written(false);
    const progress = new Progress(stream, clock);
    progress.report('Fetching', 5, 10);
    clock.pass(5_000);
    progress.end();
    expect(stream.text).toBe('');
  });
});

describe('output', () => {
  it('is one JSON document where that was asked for, and a sentence beside a failure', () => {
    const [out, error] = [new Written(), new Written()];
    const output = new Output({ out, error }, { json: true, environment: {} });
    output.failed({
      code: 'offline',
      message: 'Nobody answers.',
      retry: true,
      exit: 1,
      details: { choices: ['seal'] },
    });
    expect(JSON.parse(out.text)).toEqual({
      error: { code: 'offline', message: 'Nobody answers.', retry: true },
      choices: ['seal'],
    });
    expect(error.text).toBe('Nobody answers.\n');
  });

  it('carries JSON through as it is written', () => {
    const out = new Written();
    const output = new Output({ out, error: out }, { json: true, environment: {} });
    output.resultWith({ id: 'x' }, 'data', '{"n":1.0,"big":12345678901234567890}', () => undefined);
    expect(out.text).toBe('{"id":"x","data":{"n":1.0,"big":12345678901234567890}}\n');
  });
});
