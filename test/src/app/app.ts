/** The app in a browser tab, driven as a person drives it: by what is written on the screen. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page, Request } from 'playwright-core';
import type { Profile } from '../browser/profile.ts';

/** On a machine that does other things besides, whatever a person would see at once is seen within this. */
const WAIT_MS = 15_000;

export class App {
  readonly page: Page;
  /** What went wrong in the page without anybody catching it. A test looks at it in the end. */
  readonly faults: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(WAIT_MS);
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      // A browser reports each answer of 4xx and each refused connection there, wanted or not.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.faults.push(message.text());
    });
  }

  /** A new tab with the app, once it can be worked with. `watch` sees every request from the first one on. */
  static async open(profile: Profile, url: string, watch?: (request: Request) => void): Promise<App> {
    const page = await profile.context.newPage();
    if (watch !== undefined) page.on('request', watch);
    const app = new App(page);
    await page.goto(url);
    await app.ready();
    return app;
  }

  async ready(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Collections' }).waitFor();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  get tree(): Locator {
    return this.page.getByRole('tree');
  }

  row(name: string): Locator {
    return this.page.getByRole('treeitem', { name });
  }

  /** The tab in front. */
  get front(): Locator {
    return this.page.getByRole('tablist', { name: 'Open tabs' }).getByRole('tab', { selected: true });
  }

  get url(): Locator {
    return this.page.getByRole('textbox', { name: 'URL' });
  }

  /** Imports files into the workspace in front. */
  async importFiles(...paths: readonly string[]): Promise<void> {
    const { page } = this;
    await this.command('Import');
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: /choose files/i }).click();
    await (await choosing).setFiles([...paths]);
    await page.getByRole('main').getByRole('button', { name: 'Import', exact: true }).click();
  }

  /** Imports a collection made of requests by name and URL. */
  async importCollection(folder: string, name: string, requests: Readonly<Record<string, string>>): Promise<void> {
    const path = join(folder, `${name}.json`);
    const item = Object.entries(requests).map(([one, url]) => ({ name: one, request: { method: 'GET', url } }));
    const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
    writeFileSync(path, JSON.stringify({ info: { name, schema }, item }));
    await this.importFiles(path);
    await this.row(name).waitFor();
  }

  /** Runs a command of the palette by its name. */
  async command(name: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+k');
    await this.page.getByRole('combobox', { name: 'Search and commands' }).fill(name);
    await this.page.getByRole('option', { name }).first().click();
  }

  /** Opens an element by its name, through the search. */
  async openElement(name: string): Promise<void> {
    await this.command(name);
    await this.front.filter({ hasText: name }).waitFor();
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+s');
  }

  /** What the footer says of sync. */
  get footer(): Locator {
    return this.page.getByRole('contentinfo');
  }
}
