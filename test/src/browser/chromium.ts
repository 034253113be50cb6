/** A Chromium for the tests: one that is there, or the system's package of it. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const INSTALL = ['install', '-y', '--no-install-recommends', 'chromium'];

let found: string | null = null;

/** The path of its program. Throws with a sentence where there is none and none can be installed. */
export function chromiumPath(): string {
  found ??= present() ?? installed();
  return found;
}

function present(): string | null {
  const asked = process.env['WAYPOST_CHROMIUM'];
  if (asked !== undefined) {
    const path = isAbsolute(asked) ? asked : onPath(asked);
    if (path === null || !isProgram(path))
      throw new Error(`WAYPOST_CHROMIUM is ${asked}, and there is no such program.`);
    return path;
  }
  for (const name of NAMES) {
    const path = onPath(name);
    if (path !== null) return path;
  }
  return null;
}

function installed(): string {
  const help =
    'These tests drive a Chromium. Install it (Debian: apt-get install chromium), or name one with WAYPOST_CHROMIUM.';
  if (process.getuid?.() !== 0 || onPath('apt-get') === null) throw new Error(help);
  try {
    execFileSync('apt-get', INSTALL, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  } catch {
    // The list of packages may be missing or old.
    try {
      execFileSync('apt-get', ['update'], { stdio: 'ignore' });
      execFileSync('apt-get', INSTALL, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    } catch (error) {
      throw new Error(help, { cause: error });
    }
  }
  const path = present();
  if (path === null) throw new Error(help);
  return path;
}

function onPath(name: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder !== '' && isProgram(path)) return path;
  }
  return null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
