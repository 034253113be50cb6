import { describe, expect, it } from 'vitest';
import { importsOf, isTest, isTypeScript, listFiles, readText, walk } from './sources.ts';

const architecture = readText('ARCHITECTURE.md');
const sources = listFiles().filter((path) => isTypeScript(path) && packageOf(path) !== undefined);

describe('the import table of ARCHITECTURE.md', () => {
  const permits = readImportTable();

  it('has a row for every package that has sources', () => {
    const withoutRow = new Set(sources.map(packageOf).filter((name) => !permits.some((row) => row.package === name)));
    expect([...withoutRow]).toEqual([]);
  });

  it('permits every import between packages', () => {
    const broken = sources.flatMap((path) =>
      specifiersIn(path)
        .filter((specifier) => !isPermitted(path, specifier, permits))
        .map((specifier) => `${path} imports ${specifier}`),
    );
    expect(broken).toEqual([]);
  });

  it('is not gone around by a relative path into another package', () => {
    const broken = sources.flatMap((path) =>
      specifiersIn(path)
        .filter((specifier) => specifier.startsWith('.') && packageOf(resolve(path, specifier)) !== packageOf(path))
        .map((specifier) => `${path} imports ${specifier}`),
    );
    expect(broken).toEqual([]);
  });
});

describe('protocol', () => {
  const libraries = firstColumn(section('libraries')).map((cell) => namesIn(cell)[0] ?? cell);

  it('imports only the libraries that ARCHITECTURE.md lists, each in one file', () => {
    const importers = new Map<string, Set<string>>();
    for (const path of sources.filter((path) => packageOf(path) === 'protocol' && !isTest(path))) {
      for (const { specifier, typeOnly } of importsOf(path)) {
        if (typeOnly || specifier.startsWith('.')) continue;
        const library = libraryOf(specifier);
        importers.set(library, (importers.get(library) ?? new Set()).add(path));
      }
    }
    expect([...importers.keys()].filter((library) => !libraries.includes(library))).toEqual([]);
    expect([...importers].filter(([, files]) => files.size > 1)).toEqual([]);
  });
});

describe('the folders that ARCHITECTURE.md calls pure', () => {
  const folders = section('pure')
    .filter((line) => line.startsWith('- '))
    .flatMap(namesIn);
  const pure = sources.filter((path) => !isTest(path) && folders.some((folder) => path.startsWith(`${folder}/`)));

  it('are named', () => {
    expect(folders).not.toEqual([]);
  });

  it('mention nothing that tells the time, rolls dice, waits or talks to the outside', () => {
    const broken = pure.flatMap((path) => impurities(path).map((name) => `${path} mentions ${name}`));
    expect(broken).toEqual([]);
  });

  it('import nothing of the platform', () => {
    const broken = pure.flatMap((path) =>
      specifiersIn(path)
        .filter((specifier) => specifier.startsWith('node:') || PLATFORM_MODULES.has(specifier.split('/')[0] ?? ''))
        .map((specifier) => `${path} imports ${specifier}`),
    );
    expect(broken).toEqual([]);
  });
});

/** A row of the table: where in a package (everywhere, if undefined) which packages may be imported. */
interface Permit {
  readonly package: string;
  readonly imports: 'anything' | readonly string[];
  readonly onlyIn: readonly string[] | undefined;
}

function readImportTable(): readonly Permit[] {
  return section('imports')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [name = '', imports = '', onlyIn = ''] = cellsOf(line);
      return {
        package: namesIn(name)[0] ?? '',
        imports: imports === 'anything' ? 'anything' : namesIn(imports),
        onlyIn: onlyIn === '' ? undefined : namesIn(onlyIn),
      };
    });
}

function isPermitted(path: string, specifier: string, permits: readonly Permit[]): boolean {
  const imported = /^@waypost\/([^/]+)/.exec(specifier)?.[1];
  const importer = packageOf(path);
  if (imported === undefined || importer === undefined || imported === importer) return true;
  return permits
    .filter((row) => row.package === importer)
    .filter((row) => row.onlyIn === undefined || row.onlyIn.some((file) => path.endsWith(`/${importer}/${file}`)))
    .some((row) => row.imports === 'anything' || row.imports.includes(imported));
}

/** Which package a file belongs to: `packages/NAME/src/…`, or one of the folders beside `packages`. */
function packageOf(path: string): string | undefined {
  return (/^packages\/([^/]+)\/src\//.exec(path) ?? /^(simulation|bench|test)\/src\//.exec(path))?.[1];
}

function resolve(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

function libraryOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function specifiersIn(path: string): readonly string[] {
  return importsOf(path).map(({ specifier }) => specifier);
}

const IMPURE_GLOBALS = new Set([
  ...['Date', 'performance', 'Temporal', 'crypto', 'Crypto', 'fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame'],
  ...['process', 'globalThis', 'window', 'self', 'navigator', 'indexedDB', 'localStorage', 'sessionStorage'],
]);

const PLATFORM_MODULES = new Set([
  ...['fs', 'net', 'http', 'https', 'http2', 'tls', 'dgram', 'dns', 'os', 'crypto', 'timers', 'child_process'],
  ...['worker_threads', 'perf_hooks', 'process', 'path', 'stream', 'zlib', 'ws', 'pg', 'better-sqlite3', 'undici'],
]);

/** Names of the outside that a file refers to; a property or a method of that name (`clock.setTimeout`) is not one. */
function impurities(path: string): readonly string[] {
  const found = new Set<string>();
  for (const { node, field, parent } of walk(path)) {
    if (node.type !== 'Identifier' || typeof node['name'] !== 'string') continue;
    const name = node['name'];
    const isMemberName = (field === 'property' || field === 'key') && parent?.['computed'] !== true;
    if (!isMemberName && IMPURE_GLOBALS.has(name)) found.add(name);
    if (isMemberName && name === 'random' && isIdentifier(parent?.['object'], 'Math')) found.add('Math.random');
  }
  return [...found];
}

function isIdentifier(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && 'name' in value && value.name === name;
}

function section(name: string): readonly string[] {
  const [, rest] = architecture.split(`<!-- ${name}: begin -->`);
  const [text] = rest?.split(`<!-- ${name}: end -->`) ?? [];
  if (text === undefined) throw new Error(`ARCHITECTURE.md has lost its section between the '${name}' comments`);
  return text.split('\n').map((line) => line.trim());
}

function firstColumn(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.startsWith('| `')).map((line) => cellsOf(line)[0] ?? '');
}

function cellsOf(row: string): readonly string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}
