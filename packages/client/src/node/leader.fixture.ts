/** A process of its own that leads until it is killed. */
import { createLeadership } from './leadership.ts';

const leadership = createLeadership(process.argv[2] ?? '');
if (await leadership.take()) process.stdout.write('leading\n');
setInterval(() => undefined, 1000);
