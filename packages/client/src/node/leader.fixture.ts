/** A process of its own that leads, if it can, until it is killed. */
import { createLeadership } from './leadership.ts';

const leadership = createLeadership(process.argv[2] ?? '');
process.stdout.write((await leadership.take()) ? 'leading\n' : 'following\n');
setInterval(() => undefined, 1000);
