/** `npm run build`: installs where needed, and builds the server, the command line and the app. */
import { fail } from './node24.mjs';
import { NotReady, prepare } from './prepare.mjs';

try {
  await prepare();
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  fail(error.message);
}
