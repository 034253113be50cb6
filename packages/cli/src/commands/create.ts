/** `waypost create`: a new element. */
import type { ElementSummary } from '@waypost/client';
import { homeOf, isKind, KINDS, newElementData, schemas } from '@waypost/model';
import {
  alignRows,
  type Content,
  EMPTY_OBJECT,
  type JsonNode,
  JsonSyntaxError,
  memberOf,
  parseJson,
  printJson,
  WaypostError,
  type WorkspaceId,
} from '@waypost/protocol';
import { readEdits, withEdits } from '../assignments.ts';
import type { Context } from '../context.ts';
import { CommandError, type ExitCode, usageError } from '../failure.ts';
import { readTextFile } from '../files.ts';
import { locate } from '../finding.ts';
import { newId } from '../new-id.ts';
import { placeAt } from '../placing.ts';
import { type Session, withSession } from '../session.ts';
import { edit, type EditOptions } from './editing.ts';
import { quoted } from '../output/text.ts';

export interface CreateOptions extends EditOptions {
  readonly kind: string;
  readonly name: string;
  readonly parent?: string;
  readonly method?: string;
  readonly url?: string;
  readonly data?: string;
  readonly before?: string;
}

export async function create(
  context: Context,
  assignments: readonly string[],
  options: CreateOptions,
): Promise<ExitCode> {
  const { kind } = options;
  if (!isKind(kind)) throw usageError(`There is no kind ${quoted(kind)}: it is one of ${KINDS.join(', ')}.`);
  const content = await newContent(context, assignments, options);
  return withSession(context, async (session) => {
    const { device } = session;
    const parent = options.parent === undefined ? null : locate(device, options.parent);
    const before = options.before === undefined ? null : locate(device, options.before);
    const workspace = parent?.workspace ?? before?.workspace ?? workspaceFor(session, kind);
    const above = parent?.summary ?? parentOf(session, before?.summary ?? null, workspace);
    const { place, makingRoom } = placeAt(device, {
      workspace,
      kind,
      parent: above,
      before: before?.id ?? null,
      moving: null,
    });
    const id = newId();
    const schema = schemas(kind).version;
    const { rows } = content;
    const data = printJson(content.data);
    return edit(context, session, options, {
      ...{ id, workspace, done: `Created ${kind} ${quoted(options.name)} (${id}).` },
      intents: [...makingRoom, { do: 'create', id, kind, schema, ...place, data, rows, origin: null }],
    });
  });
}

/** Header presets and history are private to a person, and kept apart from what can be shared. */
export function workspaceFor({ account, device }: Pick<Session, 'account' | 'device'>, kind: string): WorkspaceId {
  const isPrivate = account !== null && homeOf(kind) === 'account';
  const own = isPrivate ? device.workspaces().find((workspace) => workspace.kind === 'account')?.id : device.current();
  if (own === undefined || own === null) {
    throw new WaypostError('no-workspace', 'This device does not know its workspaces yet: run `waypost sync` once.');
  }
  return own;
}

function parentOf({ device }: Session, child: ElementSummary | null, workspace: WorkspaceId): ElementSummary | null {
  return child === null || child.parent === null ? null : device.summary(child.parent, workspace);
}

async function newContent(context: Context, assignments: readonly string[], options: CreateOptions): Promise<Content> {
  const { kind, name, method, url, data } = options;
  const sends = kind === 'request' || kind === 'example' || kind === 'history-entry';
  if (!sends && (method !== undefined || url !== undefined)) throw usageError(`A ${kind} has no method and no URL.`);
  const edits = await readEdits(context, assignments, []);
  if (data === undefined) {
    const made: Content = { data: newElementData(kind, { name, method, url }), rows: {} };
    return withEdits(kind, made, edits);
  }
  const node = await readData(context, kind, data);
  const prefix = kind === 'example' ? 'originalRequest' : 'request';
  const given = [
    { path: 'name', text: name },
    ...(method === undefined ? [] : [{ path: `${prefix}.method`, text: method }]),
    ...(url === undefined ? [] : [{ path: `${prefix}.url.raw`, text: url }]),
  ].map((one) => ({ op: 'text' as const, ...one }));
  const rows = alignRows(schemas(kind), { data: EMPTY_OBJECT, rows: {} }, node, {
    id: () => newId(),
    chance: () => Math.random(),
  });
  return withEdits(kind, rows, [...given, ...edits]);
}

const CHILDREN_OF: Readonly<Record<string, string>> = { collection: 'item', folder: 'item', request: 'response' };

async function readData(context: Context, kind: string, file: string): Promise<JsonNode> {
  const text = await readTextFile(file, context.terminal);
  const node = parsed(text, file);
  if (node.kind !== 'object')
    throw new CommandError('invalid', `The data of an element is a JSON object, and ${named(file)} holds none.`);
  const children = CHILDREN_OF[kind];
  const list = children === undefined ? undefined : memberOf(node, children);
  if (list?.kind === 'array' && list.items.length > 0) {
    throw new CommandError(
      'invalid',
      `${named(file)} holds other elements too ("${children}"): \`waypost import\` takes them all.`,
    );
  }
  return node;
}

function parsed(text: string, file: string): JsonNode {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new CommandError('not-json', `${named(file)} is not JSON: ${error.message}.`);
  }
}

function named(file: string): string {
  return file === '-' ? 'Standard input' : `The file ${file}`;
}
