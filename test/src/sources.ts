/** The files of the repository as git sees them, and TypeScript files as syntax trees. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rolldown/parseAst';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** Paths from the root, with slashes: tracked files and new ones that are not ignored. */
export function listFiles(): readonly string[] {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  // A file deleted but not yet committed is still listed.
  return output.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export const isTypeScript = (path: string): boolean => /\.tsx?$/.test(path);
export const isTest = (path: string): boolean => /\.(test|fixture)\.tsx?$/.test(path);

/** A node of the syntax tree, seen from outside: a type name, and fields that may hold further nodes. */
export type SyntaxNode = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Every node of a file, parents before children, each with the field that holds it and the node around it. */
export function* walk(path: string): Generator<{ node: SyntaxNode; field: string; parent: SyntaxNode | undefined }> {
  const program: unknown = parseAst(readText(path), { lang: path.endsWith('x') ? 'tsx' : 'ts' }, path);
  yield* walkFrom(program, 'program', undefined);
}

function* walkFrom(
  value: unknown,
  field: string,
  parent: SyntaxNode | undefined,
): Generator<{ node: SyntaxNode; field: string; parent: SyntaxNode | undefined }> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walkFrom(item, field, parent);
  } else if (isSyntaxNode(value)) {
    yield { node: value, field, parent };
    for (const [name, child] of Object.entries(value)) yield* walkFrom(child, name, value);
  }
}

function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** A module that a file names; `typeOnly` if nothing of it is there when the file runs. */
export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** What a file names after `from`, in `import()` and in `import('…')` types. */
export function importsOf(path: string): readonly Import[] {
  const found: Import[] = [];
  for (const { node } of walk(path)) {
    if (!IMPORTING.has(node.type)) continue;
    const source = node['source'] ?? node['argument'] ?? node['expression'];
    if (!isSyntaxNode(source) || typeof source['value'] !== 'string') continue;
    const kind = node['importKind'] ?? node['exportKind'];
    found.push({ specifier: source['value'], typeOnly: kind === 'type' || node.type === 'TSImportType' });
  }
  return found;
}

const IMPORTING = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
  'TSExternalModuleReference',
]);
