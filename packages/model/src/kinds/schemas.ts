/** All kinds this version knows. */
import { type JsonNode, type KindSchema, type Schemas, unknownKind } from '@waypost/protocol';
import { collection } from './collection.ts';
import { environment } from './environment.ts';
import { example } from './example.ts';
import { folder } from './folder.ts';
import { globals } from './globals.ts';
import { headerPreset } from './header-preset.ts';
import { historyEntry } from './history-entry.ts';
import { request } from './request.ts';
import { runSummary } from './run-summary.ts';
import { settings } from './settings.ts';

export const KINDS = [
  'collection',
  'folder',
  'request',
  'example',
  'environment',
  'globals',
  'header-preset',
  'history-entry',
  'run-summary',
  'settings',
] as const;
export type Kind = (typeof KINDS)[number];

const KNOWN: Readonly<Record<Kind, KindSchema>> = {
  collection,
  folder,
  request,
  example,
  environment,
  globals,
  'header-preset': headerPreset,
  'history-entry': historyEntry,
  'run-summary': runSummary,
  settings,
};

/** The schema of a kind; kinds from a newer version keep their members as groups. */
export const schemas: Schemas = (kind) => (isKind(kind) ? KNOWN[kind] : unknownKind(kind));

export function isKind(kind: string): kind is Kind {
  return Object.hasOwn(KNOWN, kind);
}

/** The name a person sees and one more word: a method, a status code. */
export function labelOf(kind: string, data: JsonNode): { readonly name: string; readonly detail: string } {
  return schemas(kind).label(data);
}
