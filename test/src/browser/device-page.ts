/** One tab of a device, as far as there is a client without screens in it. */
import type { BrowserHomeOptions, Fate, SessionEnd, SignOutReport } from '@waypost/client/browser';
import type { DeviceStatus } from '@waypost/client';
import { type ErrorCode, WaypostError } from '@waypost/protocol';
import type { Page } from 'playwright-core';
import { PASSWORD } from '../outside/home.ts';
import type { Answer } from './client.page.ts';
import type { Profile } from './profile.ts';

export class DevicePage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** A new tab in which a session is open. */
  static async open(profile: Profile, url: string, options: BrowserHomeOptions = {}): Promise<DevicePage> {
    const device = new DevicePage(await profile.page(url));
    await device.seat(options);
    return device;
  }

  /** Who is signed in; null without an account. */
  async seat(options: BrowserHomeOptions = {}): Promise<string | null> {
    return valueOf(await this.page.evaluate((asked) => waypost.attempt(() => waypost.seat.open(asked)), options));
  }

  async enter(how: 'signIn' | 'signUp', email: string, more: { readonly evict?: string } = {}): Promise<void> {
    const request = { email, password: PASSWORD, ...more };
    const asked = { how, request };
    valueOf(
      await this.page.evaluate(
        async ({ how: way, request: given }) =>
          waypost.attempt(async () => {
            await waypost.seat.session[way](location.origin, given as never);
            await waypost.seat.open();
          }),
        asked,
      ),
    );
  }

  async signOut(kind: Exclude<Fate['kind'], 'export'>): Promise<SignOutReport> {
    return valueOf(
      await this.page.evaluate((fate) => waypost.attempt(() => waypost.seat.session.signOut({ kind: fate })), kind),
    );
  }

  async create(name: string): Promise<void> {
    valueOf(await this.page.evaluate((given) => waypost.attempt(() => waypost.seat.create(given)), name));
  }

  names(): Promise<readonly string[]> {
    return this.page.evaluate(() => waypost.seat.names());
  }

  /** Until a list of names is shown. */
  async shows(names: readonly string[]): Promise<void> {
    await this.page.waitForFunction((wanted) => String(waypost.seat.names()) === wanted, String(names), {
      polling: 10,
    });
  }

  status(): Promise<DeviceStatus> {
    return this.page.evaluate(() => waypost.seat.session.device.status());
  }

  async synced(): Promise<void> {
    const isSynced = await this.page.evaluate(() => waypost.seat.session.device.whenSynced(20_000));
    if (!isSynced) throw new Error(`This device did not sync: ${JSON.stringify(await this.status())}`);
  }

  /** How the session ended, once it has. */
  async ended(): Promise<SessionEnd> {
    const end = await this.page.waitForFunction(() => waypost.seat.end, undefined, { polling: 10 });
    return (await end.jsonValue()) as SessionEnd;
  }
}

export function valueOf<Value>(answer: Answer<Value>): Value {
  if ('value' in answer) return answer.value;
  const { code, message, details } = answer.error;
  throw new WaypostError(code as ErrorCode, message, details as Record<string, unknown>);
}
