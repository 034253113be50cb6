import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyTypeOf, isText } from './body-kind.ts';
import { eventsIn } from './event-stream.ts';
import { findInText } from './find-in-text.ts';
import { formatJson } from './format-json.ts';
import { formatMarkup } from './format-markup.ts';
import { hexRow } from './hex.ts';
import { sizeText, durationText } from './quantities.ts';
import { scrollTo, windowOf } from './row-window.ts';
import { TextRows } from './text-rows.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('what a body is', () => {
  it('is what the server says', () => {
    expect(bodyTypeOf('application/problem+json; charset=ISO-8859-1', bytes('x'))).toEqual({
      kind: 'json',
      mime: 'application/problem+json',
      charset: 'windows-1252',
    });
    const kinds = ['text/html', 'image/svg+xml', 'application/soap+xml', 'text/event-stream', 'text/csv', 'video/mp4'];
    expect(kinds.map((type) => bodyTypeOf(type, bytes('x')).kind)).toEqual([
      ...['html', 'image', 'xml', 'events', 'text', 'video'],
    ]);
  });

  it('is what it looks like where the server says nothing useful', () => {
    const looks = (content: string, type = ''): string => bodyTypeOf(type, bytes(content)).kind;
    expect(looks('{"a":1}')).toBe('json');
    expect(looks('\uFEFF [1]', 'text/plain')).toBe('json');
    expect(looks('[section]\nkey=1', 'text/plain')).toBe('text');
    expect(looks('<!DOCTYPE html><p>')).toBe('html');
    expect(looks('<?xml version="1.0"?>')).toBe('xml');
    expect(looks('%PDF-1.7', 'application/octet-stream')).toBe('pdf');
    expect(bodyTypeOf('', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13])).mime).toBe('image/png');
    const begins = (...start: (string | number)[]): string =>
      bodyTypeOf('', Uint8Array.from(start.flatMap((part) => (typeof part === 'number' ? part : [...bytes(part)]))))
        .mime;
    expect(begins(0x1a, 'E', 0xdf, 0xa3)).toBe('video/webm');
    expect(begins(0, 0, 0, 32, 'ftypisom')).toBe('video/mp4');
    expect(begins('RIFF', 36, 0, 0, 0, 'WAVE')).toBe('audio/wav');
    expect(begins('RIFF', 36, 0, 0, 0, 'AVI ')).toBe('application/octet-stream');
    expect(bodyTypeOf('', new Uint8Array([0, 1, 2])).kind).toBe('binary');
    expect(bodyTypeOf('', bytes('grün').subarray(0, 3)).kind).toBe('text');
    expect(isText(bodyTypeOf('', new Uint8Array([0xff, 0xfe, 0xfd])))).toBe(false);
  });
});

describe('formatting JSON', () => {
  it('changes nothing but white space', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(3), (text, indent) => {
        const formatted = formatJson(text, ' '.repeat(indent));
        expect(JSON.parse(formatted)).toEqual(JSON.parse(text));
        expect(formatJson(formatted)).toBe(formatJson(text));
      }),
    );
  });

  it('looks as people write it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(formatJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('keeps literals and escapes as they were written', () => {
    const text = '{"a":1.50,"b":12345678901234567890,"c":"\\u00e9\\"","d":-0.0E+1,"e":{ },"f":[\n]}';
    expect(formatJson(text)).toBe(
      '{\n  "a": 1.50,\n  "b": 12345678901234567890,\n  "c": "\\u00e9\\"",\n  "d": -0.0E+1,\n  "e": {},\n  "f": []\n}',
    );
  });

  it('puts documents below each other, and gives up on nothing', () => {
    expect(formatJson('{"a":1}\n{"b":2}\n3')).toBe('{\n  "a": 1\n}\n{\n  "b": 2\n}\n3');
    expect(formatJson('{"a":"never ends')).toBe('{\n  "a": "never ends');
    expect(formatJson(']]}')).toContain('}');
    expect(formatJson('['.repeat(5_000)).length).toBeLessThan(3_000_000);
  });
});

describe('formatting markup', () => {
  it('gives each element a line, and short ones theirs', () => {
    expect(formatMarkup('<?xml version="1.0"?><a><b x="1>2">t</b><c/><d></d><e><f>1</f></e></a>', 'xml')).toBe(
      '<?xml version="1.0"?>\n<a>\n  <b x="1>2">t</b>\n  <c/>\n  <d></d>\n  <e>\n    <f>1</f>\n  </e>\n</a>',
    );
  });

  it('keeps lines of HTML together, and leaves alone what counts its spaces', () => {
    const page =
      '<ul><li>one<br>two <b>bold</b><pre> a\n  b </pre></ul><script>if (a < b) x("</p>")</script><p>A <a href="#">link</a>.</p><hr>';
    expect(formatMarkup(page, 'html')).toBe(
      [
        ...['<ul>', '  <li>', '    one<br>two <b>bold</b>', '    <pre> a\n  b </pre>', '  </ul>'],
        ...['  <script>if (a < b) x("</p>")</script>', '  <p>A <a href="#">link</a>.</p>', '  <hr>'],
      ].join('\n'),
    );
  });

  it('ends on what is no markup', () => {
    expect(formatMarkup('<a <b', 'xml')).toContain('b');
    expect(formatMarkup('<!-- never ends', 'xml')).toBe('<!-- never ends');
  });
});

describe('a text in rows', () => {
  it('is the same however it came', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'bc', '\n', '\r\n', '😀') })),
        fc.integer({ min: 2, max: 9 }),
        (pieces, columns) => {
          const whole = new TextRows(columns);
          whole.append(pieces.join(''));
          const parts = new TextRows(columns);
          for (const piece of pieces) parts.append(piece);
          expect(parts.slice(0, parts.count)).toEqual(whole.slice(0, whole.count));
          expect(whole.slice(0, whole.count).join('')).toBe(pieces.join('').replace(/\r?\n/g, ''));
          expect(whole.slice(0, whole.count).every((row) => row.length <= columns + 1)).toBe(true);
        },
      ),
    );
  });

  it('finds a position again', () => {
    const rows = new TextRows(4);
    rows.append('abcdefgh\nij\n\nk');
    expect(rows.slice(0, rows.count)).toEqual(['abcd', 'efgh', 'ij', '', 'k']);
    expect(rows.locate(rows.text.indexOf('g'))).toEqual({ row: 1, column: 2 });
    expect(rows.locate(rows.text.indexOf('k'))).toEqual({ row: 4, column: 0 });
    expect(rows.locate(0)).toEqual({ row: 0, column: 0 });
  });

  it('is searched in one go, with capitals only where they are asked for', () => {
    expect(findInText('One one ONE', 'one').positions).toEqual([0, 4, 8]);
    expect(findInText('One one ONE', 'One').positions).toEqual([0]);
    expect(findInText('a.b', '.').positions).toEqual([1]);
    expect(findInText('x'.repeat(20_000), 'x')).toMatchObject({ isCut: true, positions: { length: 10_000 } });
  });
});

describe('the rest', () => {
  it('reads events as the standard says', () => {
    expect(eventsIn('event: tick\nid: 1\ndata: a\ndata:b\n\n: note\ndata\n\ndata: not yet')).toEqual([
      { type: 'tick', id: '1', data: 'a\nb' },
      { type: 'message', id: '1', data: '' },
    ]);
  });

  it('shows bytes, sizes and times', () => {
    expect(hexRow(bytes('0123456789abcdef!\n'), 1)).toEqual({
      offset: '00000010',
      hex: `21 0a  ${' '.repeat(41)}`,
      text: '!·',
    });
    expect([0, 999, 1_234, 12_345, 999_499, 999_500, 52_428_800].map(sizeText)).toEqual([
      ...['0 B', '999 B', '1.23 KB', '12.3 KB', '999.5 KB', '1.00 MB', '52.4 MB'],
    ]);
    expect([1.25, 12.4, 1_234, 12_340, 61_000].map(durationText)).toEqual([
      '1.3 ms',
      '12 ms',
      '1234 ms',
      '12.3 s',
      '1 min 1 s',
    ]);
  });
});

describe('rows on the screen', () => {
  it('go by pixels while a browser can make a page as high, and by proportion beyond', () => {
    expect(windowOf(1_000, { top: 185, height: 90 })).toEqual({ first: 10, end: 16, offset: 180, total: 18_000 });
    const many = 5_000_000;
    expect(windowOf(many, { top: 0, height: 900 }).first).toBe(0);
    expect(windowOf(many, { top: 8_000_000 - 900, height: 900 })).toMatchObject({ end: many, total: 8_000_000 });
    const top = scrollTo(2_500_000, many, 900);
    const { first, end } = windowOf(many, { top, height: 900 });
    expect(first < 2_500_000 && end > 2_500_000).toBe(true);
  });
});
