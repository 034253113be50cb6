import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@waypost/protocol';
import { Ajv, type ValidateFunction } from 'ajv';
import { describe, expect, it } from 'vitest';
import { corpusFiles, corpusFolder, hasCorpus, say } from '../../testing/corpus.ts';
import { imported, rootOf } from '../../testing/elements.ts';
import { versionOf } from './convert.ts';
import { exportPostman } from './export.ts';

describe.runIf(hasCorpus)('an exported collection', () => {
  it('follows the published schema whenever the file it came from did, and so does each of its folders and requests alone', () => {
    const valid = { '2.0': validator('2.0.0'), '2.1': validator('2.1.0') };
    const counts = { valid: 0, invalid: 0, parts: 0 };
    for (const { name, text } of corpusFiles('postman')) {
      const input: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
      const version = versionOf(parseJson(text.replace(/^\uFEFF/, ''))) === '2.0' ? '2.0' : '2.1';
      if (!valid[version](input)) {
        counts.invalid += 1;
        continue;
      }
      counts.valid += 1;
      const { root, below } = rootOf(imported(text));
      const output: unknown = JSON.parse(exportPostman(root, below).replace(/^\uFEFF/, ''));
      expect(valid['2.1'](output), `${name}: ${JSON.stringify(valid['2.1'].errors?.slice(0, 3))}`).toBe(true);
      const direct = below.filter(({ parent }) => parent === root.id);
      for (const part of direct.slice(0, 20)) {
        const collection: unknown = JSON.parse(exportPostman(part, below));
        expect(valid['2.1'](collection), `${name}: ${part.data}`).toBe(true);
        counts.parts += 1;
      }
    }
    say(
      `valid before and after: ${counts.valid} collections, ${counts.parts} parts alone; ${counts.invalid} were not valid before`,
    );
    expect(counts.valid).toBeGreaterThan(0);
  });
});

function validator(version: string): ValidateFunction {
  const schema = JSON.parse(
    readFileSync(join(corpusFolder, `schemas/postman-collection-v${version}-draft-07.json`), 'utf8'),
  ) as object;
  // The published schemas repeat their definitions' paths as `$id`, which newer rules no longer allow.
  const cleaned = JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === '$id' && String(value).startsWith('#') ? undefined : value,
    ),
  ) as object;
  return new Ajv({ strict: false, validateFormats: false }).compile(cleaned);
}
