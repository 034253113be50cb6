/** `waypost ls`, `get`, `trash`: what is here. */
import type { ElementSummary } from '@waypost/client';
import { parseJson, type WorkspaceId } from '@waypost/protocol';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { locate, notFound, shortId, walk } from '../finding.ts';
import { byOf, byText } from '../naming.ts';
import { methodColour } from '../output/colour.ts';
import { prettyJson } from '../output/json.ts';
import { count, relativeTime } from '../output/relative-time.ts';
import { cut, nameText, oneLine, quoted, visibleJson, widthOf } from '../output/text.ts';
import { type Session, withSession } from '../session.ts';

export interface ListOptions {
  readonly recursive?: boolean;
}

/** One line of a list, as JSON. */
export function elementLine({
  id,
  kind,
  name,
  parent,
  revision,
  state,
}: ElementSummary): Readonly<Record<string, unknown>> {
  return { id, kind, name, parent, revision, state };
}

export async function list(context: Context, idText: string | undefined, options: ListOptions): Promise<ExitCode> {
  return withSession(context, async ({ device, account }) => {
    const at = idText === undefined ? null : locate(device, idText);
    const workspace = at?.workspace ?? device.current() ?? undefined;
    const children = workspace === undefined ? [] : device.list(at?.id ?? null, workspace);
    const below =
      workspace === undefined || options.recursive !== true ? children : [...walk(device, workspace, at?.id ?? null)];
    context.output.result({ elements: below.map(elementLine) }, () => {
      if (children.length === 0 || workspace === undefined) {
        const nothing =
          at === null
            ? 'Nothing here yet: `waypost import FILE` or `waypost create`.'
            : `Nothing is below ${quoted(at.summary.name)}: \`waypost get ${shortId(at.id)}\` shows what it holds.`;
        context.output.line(context.output.paint('dim', nothing));
      } else
        for (const line of treeLines(context, { device, workspace, synced: account !== null }, children, ''))
          context.output.line(line);
    });
    return EXIT.done;
  });
}

interface TreeOf {
  readonly device: Session['device'];
  readonly workspace: WorkspaceId;
  /** Whether it matters that something is not on a server yet. */
  readonly synced: boolean;
}

function* treeLines(
  context: Context,
  of: TreeOf,
  elements: readonly ElementSummary[],
  indent: string,
): Iterable<string> {
  const isTop = indent === '';
  for (const [at, element] of elements.entries()) {
    const isLast = at === elements.length - 1;
    const branch = indent.slice(1) + (isTop ? '' : isLast ? '└─ ' : '├─ ');
    yield branch + treeLine(context, of, { element, width: context.output.width - widthOf(branch) });
    yield* treeLines(
      context,
      of,
      of.device.list(element.id, of.workspace),
      isTop ? ' ' : `${indent}${isLast ? '   ' : '│  '}`,
    );
  }
}

/** A name gives way before the id does, where a line has no room for both. */
const NAME_WIDTH_MIN = 10;

function treeLine(
  { output: { paint } }: Context,
  { synced }: TreeOf,
  { element, width }: { readonly element: ElementSummary; readonly width: number },
): string {
  const { id, kind, name, detail, state } = element;
  const said = oneLine(detail);
  const word =
    kind === 'request'
      ? `${paint(methodColour(said), said)} `
      : kind === 'example' && said !== ''
        ? `${paint('dim', said)} `
        : '';
  const of = kind === 'request' || kind === 'folder' || kind === 'example' ? '' : ` ${paint('dim', kind)}`;
  const mark =
    state === 'synced' || !synced ? '' : ` ${paint(state === 'saved here' ? 'yellow' : 'red', `[${state}]`)}`;
  const rest = `${of} ${paint('dim', shortId(id))}${mark}`;
  const shown = cut(nameText(name), Math.max(width - widthOf(word) - widthOf(rest), NAME_WIDTH_MIN));
  const named = kind === 'collection' || kind === 'folder' ? paint('bold', shown) : shown;
  return `${word}${named}${rest}`;
}

export async function get(context: Context, idText: string): Promise<ExitCode> {
  return withSession(context, async (session) => {
    const { device } = session;
    const { id, workspace, summary } = locate(device, idText);
    const element = await device.read(id, workspace);
    if (element === null) throw notFound(idText, 'element');
    const by = byOf(session, element.by);
    const line = { ...elementLine(summary), order: element.order, by, at: element.at };
    const { output } = context;
    output.resultWith(line, 'data', element.data, () => {
      output.line(`${output.paint('bold', nameText(summary.name))}  ${output.paint('dim', `${summary.kind} ${id}`)}`);
      const changed =
        by === null || element.at === 0
          ? ''
          : `, changed ${relativeTime(element.at, Date.now())} on ${byText(session, by)}`;
      output.line(output.paint('dim', `revision ${summary.revision}, ${summary.state}${changed}`));
      output.line(visibleJson(prettyJson(parseJson(element.data))));
    });
    return EXIT.done;
  });
}

export async function trash(context: Context): Promise<ExitCode> {
  return withSession(context, async ({ device }) => {
    const workspace = device.current() ?? undefined;
    const elements = workspace === undefined ? [] : device.trash(workspace);
    const { output } = context;
    output.result({ elements: elements.map(elementLine) }, () => {
      if (elements.length === 0) return output.line('The trash is empty.');
      output.table(
        ['ID', 'KIND', 'NAME'],
        elements.map(({ id, kind, name }) => [shortId(id), kind, nameText(name)]),
      );
      return output.line(
        output.paint('dim', `${count(elements.length, 'element')}: \`waypost restore ID\` brings one back.`),
      );
    });
    return EXIT.done;
  });
}
