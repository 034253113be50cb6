import { parseJson, printJson } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { corpusFiles, hasCorpus, say } from '../../testing/corpus.ts';
import { imported, rootOf } from '../../testing/elements.ts';
import { to20 } from '../../testing/format-2-0.ts';
import { versionOf } from './convert.ts';
import { exportAll, exportPostman } from './export.ts';
import { recognise } from './recognise.ts';

function exported(text: string): string {
  const { root, below } = rootOf(imported(text));
  return exportPostman(root, below);
}

/** The text's tokens, without white space between them; a byte order mark counts. */
function tokens(text: string): string {
  return text.startsWith('\uFEFF') ? `BOM ${printJson(parseJson(text.slice(1)))}` : printJson(parseJson(text));
}

const HAND_MADE: Readonly<Record<string, string>> = {
  'a collection with nothing in it':
    '{"info":{"name":"Empty","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[]}',
  'a collection without a list of items':
    '{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json","name":"None"}}',
  'a wrapper with other members':
    '{"meta":{"n":1.0},"collection":{"info":{"name":"W","schema":"x/collection/v2.1.0/"},"item":[{"name":"R","request":"http://x"}]},"z":null}',
  'a byte order mark': '\uFEFF{"info":{"name":"B","schema":"x/collection/v2.1.0/"},"item":[]}',
  'items before the info and members in between':
    '{"_":{"a":1},"item":[{"item":[{"response":[],"name":"a/b\\nc ","request":{"url":null}}],"name":""}],"auth":null,"info":{"name":"X","schema":"x/collection/v2.1.0/"}}',
  'entries that are no objects':
    '{"info":{"name":"Odd","schema":"x/collection/v2.1.0/"},"item":[null,{"name":"R","request":{},"response":["text",{"name":"e"},7,null]},"x",{"item":[[]]},12345678901234567890]}',
  'responses that are no list':
    '{"info":{"name":"R","schema":"x/collection/v2.1.0/"},"item":[{"name":"a","response":null},{"response":"none"},{"name":"c","item":null}]}',
  'numbers that JavaScript cannot hold':
    '{"info":{"name":"N","schema":"x/collection/v2.1.0/"},"item":[{"name":"n","request":{"a":1.0,"b":12345678901234567890,"c":1E+2,"d":-0}}]}',
  'names that stand twice':
    '{"info":{"name":"D","name":"E","schema":"x/collection/v2.1.0/"},"item":[{"name":"lost"}],"item":[{"name":"kept","response":[],"response":[{}]}]}',
  'escapes in names and values':
    '{"info":{"n\\u0061me":"\\u00e4\\/","schema":"x\\/collection\\/v2.1.0\\/"},"\\u0069tem":[{"name":"\\ud83d","resp\\u006fnse":[{}]}]}',
  'names that look like numbers':
    '{"info":{"2":1,"1":2,"name":"N","schema":"x/collection/v2.1.0/"},"item":[{"10":1,"9":2,"__proto__":{"a":1},"constructor":null}]}',
  'a folder with a request and responses': '{"item":[{"name":"F","request":{},"response":[{}],"item":[]}]}',
  'an environment':
    '{"id":"1","name":"E","values":[{"key":"a","value":1.50,"enabled":true}],"_postman_variable_scope":"environment"}',
  'globals in a wrapper': '{"globals":{"values":[],"name":"Globals","_postman_variable_scope":"globals"}}',
  'an environment with a byte order mark': '\uFEFF{"name":"E","values":[]}',
};

describe('import then export', () => {
  it.each(Object.entries(HAND_MADE))('keeps every token of %s', (_title, text) => {
    expect(tokens(exported(text))).toBe(tokens(text));
  });

  it.runIf(hasCorpus)(
    'keeps every token of every real collection 2.1, and all but the allowed differences of 2.0',
    () => {
      const kept = { '2.0': 0, '2.1': 0, unknown: 0 };
      for (const { name, text } of corpusFiles('postman')) {
        const [found] = recognise(parseJson(text.replace(/^\uFEFF/, ''))).documents;
        const version = found === undefined ? 'unknown' : versionOf(found.node);
        const output = version === '2.0' ? to20(exported(text), text) : exported(text);
        expect(tokens(output) === tokens(text), name).toBe(true);
        kept[version] += 1;
      }
      say(
        `token for token: ${kept['2.1']} collections 2.1; ${kept['2.0']} collections 2.0 but for the allowed differences`,
      );
      expect(kept.unknown).toBe(0);
    },
  );

  it.runIf(hasCorpus)('keeps every token of every real environment', () => {
    for (const { name, text } of corpusFiles('environments'))
      expect(tokens(exported(text)) === tokens(text), name).toBe(true);
  });

  it.runIf(hasCorpus)('keeps every token of a dump of everything', () => {
    const all = [...corpusFiles('postman'), ...corpusFiles('environments')].flatMap(
      ({ text }) => imported(text).elements,
    );
    const unique = all.map((element, at) => ({ ...element, at }));
    const ids = new Map<string, string>();
    let file = 0;
    const renamed = unique.map((element) => {
      if (element.parent === null) file += 1;
      const id = `${file}:${element.id}`;
      ids.set(id, id);
      return { ...element, id, parent: element.parent === null ? null : `${file}:${element.parent}` };
    });
    const dump = exportAll(renamed);
    const again = imported(dump);
    expect(again.elements.length).toBe(renamed.length);
    expect(exportAll(again.elements) === dump).toBe(true);
  });
});
