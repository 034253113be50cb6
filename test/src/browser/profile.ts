/** A person's browser with a profile on disk: one device. What it keeps is there again after a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumPath } from './chromium.ts';

/** Nothing that calls home, and nothing that needs a screen or a namespace of its own. */
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export interface ProfileOptions {
  readonly width?: number;
  readonly height?: number;
  /** More of Chromium's own flags. */
  readonly flags?: readonly string[];
}

export class Profile {
  readonly #folder = mkdtempSync(join(tmpdir(), 'waypost-profile-'));
  readonly #options: ProfileOptions;
  #context: BrowserContext | null = null;

  private constructor(options: ProfileOptions) {
    this.#options = options;
  }

  static async open(options: ProfileOptions = {}): Promise<Profile> {
    const profile = new Profile(options);
    await profile.start();
    return profile;
  }

  get context(): BrowserContext {
    if (this.#context === null) throw new Error('This browser was closed.');
    return this.#context;
  }

  /** A new tab. */
  async page(url: string): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(url);
    return page;
  }

  /** All tabs but the empty one that keeps the browser open. */
  async closePages(): Promise<void> {
    const [_empty, ...pages] = this.context.pages();
    await Promise.all(pages.map((page) => page.close()));
  }

  async start(): Promise<void> {
    const { width = 1280, height = 800, flags = [] } = this.#options;
    this.#context = await chromium.launchPersistentContext(this.#folder, {
      executablePath: chromiumPath(),
      args: [...ARGUMENTS, ...flags],
      viewport: { width, height },
    });
  }

  /** As a person closes the browser. */
  async stop(): Promise<void> {
    await this.#context?.close();
    this.#context = null;
  }

  /** The browser goes down and comes up again, with no tab open. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
