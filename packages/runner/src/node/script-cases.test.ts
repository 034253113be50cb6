import { readFileSync } from 'node:fs';
import newman, { type NewmanSummary } from 'newman';
import { describe, expect, it } from 'vitest';
import { Jar } from '../cookie.ts';
import { execute } from '../execution.ts';
import { consoleText } from '../script-execution.ts';
import type { VariableChange } from '../scopes.ts';
import type { LocalValue, SourceElement } from '../source.ts';
import { RESPONSE_BYTES_MAX } from '../bounds.ts';
import { answered, type Answering, Recorder } from '../testing/recorder.ts';
import { SCRIPT_CASES, type ScriptCase } from '../testing/script-cases.ts';
import { comparable } from '../testing/wire.ts';
import { createEngine } from './engine.ts';
import { ScriptProcess } from './script-process.ts';

/** What a case came to, as both sides can say it. */
interface Came {
  readonly tests: string[];
  readonly console: string[];
  readonly errors: string[];
  arrived: unknown;
}

const answer: Answering = ({ target }) => {
  if (target === '/cookie') return answered('200 OK', { 'Set-Cookie': 'seen=1; Path=/' });
  if (target === '/text') return answered('200 OK', { 'Content-Type': 'text/plain' }, 'plain');
  return answered('200 OK', { 'X-Answer': 'yes', 'Content-Type': 'application/json; charset=utf-8' }, '{"a":{"b":2}}');
};

interface Outcome {
  readonly cases: readonly Came[];
  readonly variables: readonly Readonly<Record<string, unknown>>[];
}

describe('what scripts come to', async () => {
  const recorder = await Recorder.start(answer);
  const collection = JSON.parse(
    JSON.stringify({ info: { name: 'Scripts' }, item: SCRIPT_CASES.map(itemOf) }).replaceAll(
      'HOST',
      `http://127.0.0.1:${recorder.port}`,
    ),
  ) as { readonly info: object; readonly item: readonly object[] };
  const theirs = await inNewman(collection, recorder);
  const ours = await withUs(collection, recorder);
  await recorder.close();

  for (const [index, { title, differs }] of SCRIPT_CASES.entries()) {
    it(`is ${differs === undefined ? 'what' : 'not what'} it is in newman: ${title}`, () => {
      const compared = expect(ours.cases[index]);
      if (differs === undefined) compared.toEqual(theirs.cases[index]);
      else compared.not.toEqual(theirs.cases[index]);
    });
  }

  it('differs only where docs/internals/sending.md says so', () => {
    const page = readFileSync(new URL('../../../../docs/internals/sending.md', import.meta.url), 'utf8');
    const [, table = ''] = page.split('<!-- script differences: begin -->');
    const [listed = ''] = table.split('<!-- script differences: end -->');
    const rows = [...listed.matchAll(/^\| ([^|]+) \| ([^|]+) \|$/gm)].slice(2).map(([, what, why]) => [what, why]);
    expect(rows).toEqual(
      SCRIPT_CASES.flatMap(({ title, differs }) => (differs === undefined ? [] : [[title, differs]])),
    );
  });

  it('is the same variables in the end', () => {
    expect(ours.variables).toEqual(theirs.variables);
  });
});

function itemOf({ title, before, after, request }: ScriptCase, index: number): object {
  const event = (listen: string, exec: string | undefined): object[] =>
    exec === undefined ? [] : [{ listen, script: { type: 'text/javascript', exec: exec.split('\n') } }];
  return {
    name: title,
    event: [...event('prerequest', before), ...event('test', after)],
    request: request ?? { method: 'GET', url: `HOST/${index}` },
  };
}

async function inNewman(collection: object, recorder: Recorder): Promise<Outcome> {
  const cases: Came[] = [];
  const came = (): Came => cases.at(-1) ?? nothing();
  const summary = await new Promise<NewmanSummary>((resolve, reject) => {
    newman
      .run({ collection: structuredClone(collection), environment: { name: 'Here', values: [] }, reporters: [] })
      .on('beforeItem', () => {
        if (cases.length > 0) came().arrived = comparable(recorder.received.splice(0));
        cases.push(nothing());
      })
      .on('assertion', (_error, { assertion, skipped, error }) => {
        came().tests.push(
          testLine(assertion, skipped ? 'skipped' : error ? 'failed' : 'passed', error?.message ?? null),
        );
      })
      .on('console', (_error, { level, messages }) => came().console.push(`${level}: ${consoleText(messages)}`))
      .on('exception', (_error, { error }) => came().errors.push(`${error.name}: ${error.message}`))
      .on('done', (error, summary) => (error === null ? resolve(summary) : reject(error)));
  });
  came().arrived = comparable(recorder.received.splice(0));
  const { environment, globals } = summary;
  return {
    cases,
    variables: [environment.values.toObject(true), globals.values.toObject(true)],
  };
}

/** One after the other, each beginning with what the ones before it left on the device. */
async function withUs(collection: { readonly item: readonly object[] }, recorder: Recorder): Promise<Outcome> {
  const kept = {
    environment: new Map<string, LocalValue>(),
    collection: new Map<string, LocalValue>(),
    globals: new Map<string, LocalValue>(),
  };
  const jar = new Jar();
  const sender = createEngine();
  const scripts = new ScriptProcess();
  const cases: Came[] = [];
  for (const item of collection.item) {
    const came = nothing();
    const element = (kind: string, data: object, local: SourceElement['local']): SourceElement => ({
      ...{ id: kind, kind, local },
      data: JSON.stringify(data),
    });
    const events = execute(
      {
        source: {
          lineage: [
            element('request', item, new Map()),
            element('collection', { info: { name: 'Scripts' } }, kept.collection),
          ],
          environment: element('environment', { name: 'Here', values: [] }, kept.environment),
          ...{ globals: [], localGlobals: kept.globals, values: {} },
        },
        ...{ sender, cookies: jar.all(Date.now()), tokens: new Map(), file: async () => null, now: Date.now },
        scripts: () => ({ run: async (...task) => scripts.run(...task), close: () => undefined }),
        surroundings: () => ({
          ...{ timeoutMs: 10_000, responseBytesMax: RESPONSE_BYTES_MAX },
          ...{ certificate: null, authorities: null, proxy: { kind: 'none' } },
        }),
      },
      new AbortController().signal,
    );
    for await (const event of events) {
      if (event.kind === 'tested') came.tests.push(testLine(event.test.name, event.test.outcome, event.test.message));
      if (event.kind === 'said') came.console.push(`${event.line.level}: ${event.line.text}`);
      if (event.kind === 'script-failed') came.errors.push(`${event.error.name}: ${event.error.message}`);
      if (event.kind !== 'done') continue;
      jar.apply(event.outcome.cookies);
      keep(kept.environment, event.outcome.variables.environment);
      keep(kept.collection, event.outcome.variables.collection);
      keep(kept.globals, event.outcome.variables.globals);
    }
    came.arrived = comparable(recorder.received.splice(0));
    cases.push(came);
  }
  scripts.close();
  return { cases, variables: [kept.environment, kept.globals].map(valuesOf) };
}

function keep(values: Map<string, LocalValue>, changes: readonly VariableChange[]): void {
  for (const { name, change } of changes) {
    if ('unset' in change) values.delete(name);
    else values.set(name, change);
  }
}

function valuesOf(values: ReadonlyMap<string, LocalValue>): Record<string, unknown> {
  return Object.fromEntries([...values].map(([name, value]) => [name, 'value' in value ? value.value : undefined]));
}

function nothing(): Came {
  return { tests: [], console: [], errors: [], arrived: [] };
}

function testLine(name: string, outcome: string, message: string | null): string {
  return `${outcome}: ${name}${message === null ? '' : `: ${message}`}`;
}
