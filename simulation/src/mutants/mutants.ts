/** Deliberate bugs. Each changes a snippet that must be in the production code exactly once. */
import type { Replacement } from '../source-hooks.ts';

export interface Mutant {
  readonly name: string;
  /** What is wrong with it, in a sentence. */
  readonly what: string;
  readonly changes: readonly Replacement[];
}

const PROTOCOL = 'packages/protocol/src';
const SYNC = 'packages/server/src/sync';
const ENGINE = 'packages/client/src/engine';

export const MUTANTS: readonly Mutant[] = [
  // The nine of the first model of this design.
  mutant('no-cycle-check', 'The server lets a move put an element below itself.', `${SYNC}/planner.ts`, {
    find: 'if (this.isCycle(element.id, parent)) return false;',
    replace: '',
  }),
  mutant('no-dedupe', 'A change that is sent again takes effect again.', `${SYNC}/committer.ts`, {
    find: 'if (change.n <= row.settled) continue;',
    replace: '',
  }),
  mutant(
    'outbox-relaxed',
    'A change is called saved before it would survive a power cut.',
    `${ENGINE}/change-writer.ts`,
    {
      find: "expect: [{ from: 'state', workspace, key: STREAM, value: known }],\n      },\n      'strict',",
      replace: "expect: [{ from: 'state', workspace, key: STREAM, value: known }],\n      },\n      'relaxed',",
    },
  ),
  mutant('conflict-dropped', 'The losing side of a conflict is not kept.', `${SYNC}/planner.ts`, {
    find: "if (parked.length > 0) this.#park(element, 'edit', parked, (group) => stamps[group] ?? element.created);",
    replace: '',
  }),
  mutant('no-new-epoch', 'A rolled-back database goes on in the old numbering.', `${SYNC}/rollback.ts`, {
    find: "if (parted !== null) return { kind: 'rolled-back', restored: Math.min(parted, row.head) };",
    replace: '',
  }),
  mutant('no-new-stream', 'After a new epoch a device goes on in its old stream.', `${ENGINE}/reset.ts`, {
    find: 'const renewed = lost === null ? null : renewal(state, settled, lost, options);',
    replace: 'const renewed = null as Renewal | null; void renewal; void lost;',
  }),
  mutant('floor-ignored', 'A cursor below collected tombstones is served a delta.', `${SYNC}/rollback.ts`, {
    find: "if (cursor < row.floor) return { kind: 'reset', reason: 'floor', restored: row.restored };",
    replace: '',
  }),
  mutant('self-conflict', 'A device conflicts with its own earlier write.', `${PROTOCOL}/judge.ts`, {
    find: 'if (own || stamp.revision <= base.revision) return untouched;',
    replace: 'if (stamp.revision <= base.revision) return untouched;',
  }),
  mutant(
    'settled-by-received',
    'A change is dropped when the server has received it, before the delta brings its effect.',
    `${ENGINE}/pusher.ts`,
    {
      find: 'if (message.stream === this.#core.state.outbox.stream) this.#core.sender.received(message.upTo);',
      replace:
        'if (message.stream === this.#core.state.outbox.stream) { this.#core.sender.received(message.upTo); this.#core.state.outbox.settle(message.upTo); ' +
        'this.#core.state.view.settle({ upTo: message.upTo, changed: new Set(), before: new Map() }, () => null); }',
    },
  ),

  // Judging.
  mutant(
    'text-exempt-by-author',
    'Text over my own last write replaces what that was merged with.',
    `${PROTOCOL}/judge.ts`,
    {
      find: "if (write.way === 'text' && 'text' in base.value) {",
      replace: "if (write.way === 'text' && !own && 'text' in base.value) {",
    },
  ),
  mutant('merged-text-has-author', 'Text merged over another device counts as mine.', `${PROTOCOL}/judge.ts`, {
    find: 'author: own ? writer : null',
    replace: 'author: writer',
  }),
  mutant('equal-values-conflict', 'Both sides made the same edit, and are asked about it.', `${PROTOCOL}/judge.ts`, {
    find: "if (equalJsonText(mine, theirs)) return { kind: 'noop' };",
    replace: '',
  }),
  mutant('always-overwrite', 'The later write wins, whatever it was based on.', `${PROTOCOL}/judge.ts`, {
    find: "return { kind: 'conflict' };",
    replace: 'return untouched;',
  }),
  mutant(
    'draft-base-moves',
    'A draft is saved over what the device shows then, not over what was seen.',
    `${ENGINE}/intents.ts`,
    {
      find: 'if (base === undefined) return',
      replace: 'if (base === undefined || base !== undefined) return',
    },
  ),
  mutant(
    'settled-writes-swallowed',
    'While a conflict is open, also what was made over the settled state changes mine only.',
    `${SYNC}/planner.ts`,
    {
      find: '|| field.base.revision >= parked.revision) return false;',
      replace: ') return false;',
    },
  ),
  mutant(
    'decides-about-the-unseen',
    'A decision closes its conflict although somebody wrote once more since.',
    `${SYNC}/planner.ts`,
    {
      find: 'if (again === undefined) {',
      replace: 'if (again === undefined || again.size >= 0) {',
    },
  ),
  mutant(
    'decides-over-the-unseen',
    'A decision is made over what stands when it is made, and not over what was shown.',
    `${ENGINE}/conflicts.ts`,
    {
      find: 'if (revision <= cursor) return baseOf(',
      replace: 'if (revision >= 0) return baseOf(',
    },
  ),
  mutant(
    'deletes-the-unseen',
    'A deletion that is decided for reaches to what was never shown.',
    `${ENGINE}/workspace.ts`,
    {
      find: 'cursor: Math.min(cursor, composer.asked),',
      replace: 'cursor: composer.asked,',
    },
  ),
  mutant(
    'asks-for-ever',
    'What stands in the way of a decision does not give way, and the same is asked again.',
    `${ENGINE}/conflicts.ts`,
    {
      find: 'gaveWay = true;',
      replace: '',
    },
  ),
  mutant(
    'restores-the-gone',
    'A decision restores what was deleted for good, and is refused.',
    `${ENGINE}/conflicts.ts`,
    {
      find: 'if (gone) return sibling(decided, fields, tools);',
      replace: 'void gone;',
    },
  ),
  mutant(
    'patches-the-unknown',
    'Changed groups are sent of an element that the device never had.',
    `${SYNC}/delta.ts`,
    {
      find: 'if (element.created.revision > held || element.shape > held) return null;',
      replace: 'if (element.shape > held && element.created.revision <= held) return null;',
    },
  ),
  mutant(
    'shows-impossible-moves',
    'A view replays pending moves that would put an element below itself.',
    `${ENGINE}/tree.ts`,
    {
      find: '  if (parent === place.parent && order === place.order) return true;\n  if (isCycle(layer, id, parent)) return false;',
      replace: '  if (parent === place.parent && order === place.order) return true;',
    },
  ),
  mutant('snapshot-of-old-epoch', 'A snapshot from before a rollback is served after it.', `${SYNC}/snapshot.ts`, {
    find: "if (manifest === null || manifest.epoch !== row.epoch) return 'useless';",
    replace: "if (manifest === null) return 'useless';",
  }),
  mutant('history-forgets-replaced', 'The value that a write replaced is not kept.', `${SYNC}/planner.ts`, {
    find: 'this.state.replaced(element.id, group, standing.value);',
    replace: '',
  }),
  mutant('viewer-writes', "A viewer's change is taken.", `${SYNC}/planner.ts`, {
    find: "return decision === 'forbidden' ? 'read-only' : null;",
    replace: 'return null;',
  }),
  mutant('stranger-writes', 'Who is no member may write.', `${SYNC}/loading.ts`, {
    find: '(await reader.membership(account))?.role ?? null',
    replace: "(await reader.membership(account))?.role ?? 'editor'",
  }),
  mutant('signed-out-writes', 'A change of a device that is signed out is taken.', `${SYNC}/committer.ts`, {
    find: "if (!active.has(waiting.item.actor.device)) return refused('signed-out', 0);",
    replace: '',
  }),
  mutant('deleted-returns', 'A write brings back what another device deleted.', `${SYNC}/planner.ts`, {
    find: 'const foreign = trashed.find((element) => element.trashed?.by.device !== this.author.device);',
    replace: 'const foreign = undefined;',
  }),
  mutant(
    'delete-unasked',
    'What somebody else went on working on is deleted without a question.',
    `${SYNC}/planner.ts`,
    {
      find: 'const changed = this.#changedSince(element, write.cursor);',
      replace: 'const changed = this.#changedSince(element, Number.MAX_SAFE_INTEGER);',
    },
  ),
  mutant('delete-cursor-at-sending', 'A delete carries the cursor of the moment it is sent.', `${ENGINE}/pusher.ts`, {
    find: 'const changes = batch.map(({ n, writes }) => ({ n, writes: [...writes] }));',
    replace:
      "const changes = batch.map(({ n, writes }) => ({ n, writes: writes.map((write) => (write.op === 'delete' ? { ...write, cursor: replica.record.cursor } : write)) }));",
  }),
  mutant(
    'create-below-nothing',
    'What is created below something deleted stays there, below nothing.',
    `${SYNC}/planner.ts`,
    {
      find: 'if (this.#isAlive(element.id)) return element.id;',
      replace: 'if (element.id !== undefined) return element.id;',
    },
  ),

  // Numbers, commits, the feed.
  mutant('two-changes-one-number', 'All changes of one commit share its number.', `${SYNC}/workspace-state.ts`, {
    find: 'this.#workspace = { ...workspace, head: workspace.head + 1 };',
    replace: 'this.#workspace = { ...workspace, head: this.from + 1 };',
  }),
  mutant('sum-ignores-deletes', 'What became a tombstone stays in the checksum.', `${SYNC}/workspace-state.ts`, {
    find: 'if (before?.gone === false) sum = takeFromSum(sum, before.id, before.revision);',
    replace: 'if (before?.gone === false && !row.gone) sum = takeFromSum(sum, before.id, before.revision);',
  }),
  mutant('cursor-before-pages', 'A page says that it reaches to the head, and more follow.', `${SYNC}/feed.ts`, {
    find: 'to: more ? at : row.head, more',
    replace: 'to: row.head, more',
  }),
  mutant(
    'page-splits-revision',
    'A read of changes ends in the middle of one commit.',
    'packages/server/src/storage/memory-workspace.ts',
    {
      find: 'return changed.filter((row) => row.revision <= last);',
      replace: 'return changed.filter((row) => row.revision <= last).slice(0, limit);',
    },
  ),
  mutant('lost-hint-lost-for-good', 'Nobody looks for commits of other nodes whose hint was lost.', `${SYNC}/hub.ts`, {
    find: 'else if (channel.position.head < head) channel.hinted(head);',
    replace: '',
  }),
  mutant('conflicts-not-told', "A conflict is not sent to the account's devices.", `${SYNC}/committer.ts`, {
    find: 'conflicts.set(account, [...(conflicts.get(account) ?? []), conflict]);',
    replace: 'void account;',
  }),
  mutant(
    'outcomes-forgotten-early',
    'The server forgets outcomes that a device does not hold yet.',
    `${SYNC}/acknowledgements.ts`,
    {
      find: 'if (isThere) await store.forgetOutcomes(workspace, stream, upTo);',
      replace: 'void isThere; await store.forgetOutcomes(workspace, stream, upTo + 100);',
    },
  ),

  // Rolled-back databases.
  mutant(
    'resend-over-newer-work',
    'What a device sends again wins over what was written since.',
    `${SYNC}/resending.ts`,
    {
      find: "const next = wins ? writeGroup(schema, content, group, after) : 'blocked';",
      replace: 'const next = writeGroup(schema, content, group, after);\n    void wins;',
    },
  ),
  mutant(
    'conflict-not-parked-again',
    'After a new epoch the conflicts that a device holds are not sent.',
    `${ENGINE}/restore.ts`,
    {
      find: 'const parks = lostConflicts.map((conflict) => parkOf(conflict, restored));',
      replace: 'const parks = lostConflicts.slice(0, 0).map((conflict) => parkOf(conflict, restored));',
    },
  ),
  mutant('nothing-sent-again', 'After a new epoch what the server lost is not sent.', `${ENGINE}/restore.ts`, {
    find: 'const resends = resent.map((element) => resendOf(element, restored, device));',
    replace: 'const resends = resent.slice(0, 0).map((element) => resendOf(element, restored, device));',
  }),

  // On the device.
  mutant(
    'sent-entry-rewritten',
    'An autosave replaces an entry that was sent already.',
    `${ENGINE}/outbox.ts`,
    {
      find: 'last.n !== this.next - 1 || this.isMarked(last)) return null;',
      replace: 'last.n !== this.next - 1) return null;',
    },
    {
      find: 'const last = sender.ready ? null : outbox.replaceable(writes);',
      replace: 'const last = outbox.replaceable(writes);',
      file: `${ENGINE}/change-writer.ts`,
    },
  ),
  mutant(
    'delta-from-anywhere',
    'A delta is applied although a step before it is missing.',
    `${ENGINE}/delta-reader.ts`,
    {
      find: 'if (!known || delta.from !== from || (this.#staged.length === 0 && isRest(delta, before))) {',
      replace: 'if (!known) {',
    },
  ),
  mutant(
    'store-put-back',
    'A tab writes settled state over what another tab has written meanwhile.',
    `${ENGINE}/delta-reader.ts`,
    {
      find: 'const receipt = await this.#core.commit({ writes: settlement.writes, expect }, durabilityOf(settlement));',
      replace:
        'const receipt = await this.#core.commit({ writes: settlement.writes }, durabilityOf(settlement)); void expect;',
    },
  ),
  mutant(
    'never-caught-up',
    'A tab waits for what another tab, that has a connection of its own, has already.',
    `${ENGINE}/delta-reader.ts`,
    {
      find: 'else if (!delta.more) this.caughtUp();',
      replace: '',
    },
  ),
  mutant('reset-drops-outbox', 'Taking everything anew throws away what waits.', `${ENGINE}/reset.ts`, {
    find: "{ to: 'elements', workspace, clear: true },",
    replace: "{ to: 'elements', workspace, clear: true },\n        { to: 'outbox', workspace, clear: true },",
  }),
  mutant(
    'refused-forgotten',
    'A change that the server refused is thrown away with its content.',
    `${ENGINE}/settling.ts`,
    {
      find: "if (stream === null || outcome.kind !== 'rejected') return [];",
      replace: "if (stream === null || outcome.kind !== 'rejected' || entry.n > 0) return [];",
    },
  ),
  mutant(
    'error-stops-sending',
    'After an error of the server a device never sends again on that connection.',
    `${ENGINE}/pusher.ts`,
    {
      find: 'if (!current || sender.ready || error !== null || closed) return;',
      replace: 'if (closed || !closed) return;',
    },
  ),
  mutant('new-device-at-sign-in', 'Signing in again gives the device a new id.', 'simulation/src/directory.ts', {
    find: 'device.token = `${device.id}/${this.#signIns}`;',
    replace:
      'if (this.#signIns > this.devices.length) device.id = device.id.slice(0, -4) + String(1000 + this.#signIns) as DeviceId;\n    device.token = `${device.id}/${this.#signIns}`;',
  }),
];

type Change = Omit<Replacement, 'file'> & { readonly file?: string };

function mutant(name: string, what: string, file: string, ...changes: readonly Change[]): Mutant {
  return { name, what, changes: changes.map((change) => ({ file, ...change })) };
}
