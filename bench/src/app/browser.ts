/** A Chromium with profiles on the disk that is measured. */
import { accessSync, constants } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage'],
  ...[
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--enable-precise-memory-info',
  ],
];

/** A person's browser: what it keeps is there when it is opened again. */
export interface Browser {
  readonly context: BrowserContext;
  page(url: string): Promise<Page>;
  close(): Promise<void>;
}

export async function openBrowser(workFolder: string): Promise<Browser> {
  const context = await chromium.launchPersistentContext(await mkdtemp(join(workFolder, 'profile-')), {
    executablePath: chromiumPath(),
    args: ARGUMENTS,
    viewport: { width: 1280, height: 800 },
  });
  return {
    context,
    async page(url) {
      const page = await context.newPage();
      page.setDefaultTimeout(120_000);
      await page.goto(url);
      return page;
    },
    close: () => context.close(),
  };
}

function chromiumPath(): string {
  const asked = process.env['WAYPOST_CHROMIUM'];
  if (asked !== undefined) return asked;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Elsewhere, perhaps.
      }
    }
  }
  throw new Error('The app is measured in a Chromium: install one, or name it with WAYPOST_CHROMIUM.');
}
