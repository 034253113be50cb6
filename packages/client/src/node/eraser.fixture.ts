/** A process of its own that seals and erases the current account of a home, and may be killed while it does. */
import { eraseAccount } from '../portable/erase.ts';
import { Home } from './home.ts';

const home = await Home.open(process.argv[2] ?? '');
const account = home.current();
process.stdout.write('erasing\n');
if (account !== null) await eraseAccount(home, account, { kind: 'seal' });
setInterval(() => undefined, 1000);
