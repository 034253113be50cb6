/** Changes the server refused: they are kept here with their content until a person lets them go. */
import type { RefusedChange } from '@waypost/client';
import type { ElementId } from '@waypost/protocol';
import type { Context } from './context.ts';
import { shortId } from './finding.ts';
import { quoted } from './output/text.ts';
import { relativeTime } from './output/relative-time.ts';
import type { Session } from './session.ts';
import { REASONS } from './settle.ts';

export function refusedChanges({ device }: Session): readonly RefusedChange[] {
  return device.workspaces().flatMap(({ id }) => device.refused(id));
}

export interface Refusal {
  readonly code: string;
  readonly elements: readonly string[];
  readonly workspace: string;
  readonly at: number;
}

export function refusalOf({ code, writes, workspace, at }: RefusedChange): Refusal {
  return { code, elements: idsIn(writes), workspace, at };
}

/** A refused import is about hundreds: the first say which it was. */
const NAMED_MAX = 5;

export function showRefusals({ output }: Context, { device }: Session, refused: readonly RefusedChange[]): void {
  for (const { code, writes, workspace, at } of refused) {
    const ids = idsIn(writes);
    const names = ids.slice(0, NAMED_MAX).map((id) => {
      const name = device.summary(id, workspace)?.name ?? '';
      return name === '' ? shortId(id) : `${quoted(name)} ${output.paint('dim', shortId(id))}`;
    });
    const more = ids.length > NAMED_MAX ? ` and ${ids.length - NAMED_MAX} more` : '';
    output.line(
      `${output.paint('red', `Refused (${code}):`)} ${REASONS[code] ?? ''} ${names.join(', ')}${more}, ${relativeTime(at, Date.now())}`,
    );
  }
}

/** The elements a change names. */
export function idsIn(writes: string): ElementId[] {
  const parsed: unknown = JSON.parse(writes);
  const list = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [];
  return [
    ...new Set(
      list.flatMap((write) =>
        typeof write === 'object' && write !== null && 'id' in write ? [String(write.id) as ElementId] : [],
      ),
    ),
  ];
}
