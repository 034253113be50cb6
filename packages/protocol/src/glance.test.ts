import { describe, expect, it } from 'vitest';
import { glanceAt } from './glance.ts';
import { type JsonNode, memberOf, nodeAt, parseJson, printJson, stringOf } from './json.ts';

const TEXT = `{
  "name": "A \\u0041 \\"quoted\\" \\ud83d name", "2": "two", "1": "one", "name": "the last counts",
  "code": 1.0, "serial": 12345678901234567890, "huge": 1e999, "nothing": null, "yes": true,
  "__proto__": { "name": "no prototype" },
  "request": { "url": { "raw": "{{base}}/x", "path": ["v2", 3.10, { "deep": "down" }] } }
}`;

/** What somebody who looks sees at a path; members of arrays by their position. */
function seen(root: JsonNode, path: string): string | undefined {
  let node: JsonNode | undefined = root;
  for (const step of path.split('.')) node = node?.kind === 'array' ? node.items[Number(step)] : memberOf(node, step);
  return stringOf(node) ?? (node === undefined ? undefined : printJson(node));
}

describe('A glance at JSON text', () => {
  it('sees what a whole reading sees: strings, numbers to the last digit, what is nested and what is not there', () => {
    const [glance, whole] = [glanceAt(TEXT), parseJson(TEXT)];
    const paths = ['name', '2', 'code', 'serial', 'huge', 'nothing', 'yes', '__proto__.name', 'request.url.raw'];
    for (const path of [...paths, 'request.url.path.0', 'request.url.path.1', 'request.url.path.2.deep', 'missing']) {
      expect([path, seen(glance, path)]).toEqual([path, seen(whole, path)]);
    }
    expect(seen(glance, 'serial')).toBe('12345678901234567890');
  });

  it('prints what is nested as JSON of the same value', () => {
    const request = nodeAt(glanceAt(TEXT), ['request', 'url']);
    expect(request && printJson(request)).toBe('{"raw":"{{base}}/x","path":["v2",3.10,{"deep":"down"}]}');
    expect(['7', '"text"', 'null', '[]', '{}'].map((text) => printJson(glanceAt(text)))).toEqual([
      ...['7', '"text"', 'null', '[]', '{}'],
    ]);
  });
});
