/** A process of its own that goes on appending changes until it is killed; exits 7 when the store was erased. */
import { setTimeout } from 'node:timers/promises';
import type { StreamId, WorkspaceId } from '@waypost/protocol';
import { WaypostError } from '@waypost/protocol';
import { openSqliteStorage } from './sqlite-storage.ts';

const [, , folder = '', workspace = '', stream = ''] = process.argv;
const storage = openSqliteStorage({ folder });

async function appendForever(): Promise<void> {
  for (;;) {
    const receipt = await storage.commit(
      {
        writes: [],
        append: [{ workspace: workspace as WorkspaceId, stream: stream as StreamId, value: 'x'.repeat(700) }],
      },
      'strict',
    );
    if (receipt.kind === 'written') process.stdout.write(`${receipt.numbers[0]}\n`);
    // SQLite's lock is not fair: without a gap now and then nobody else would ever get it on a busy machine.
    await setTimeout(1);
  }
}

try {
  await Promise.all([appendForever(), appendForever(), appendForever()]);
} catch (error) {
  process.exit(error instanceof WaypostError && error.code === 'signed-out' ? 7 : 1);
}
