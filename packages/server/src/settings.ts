/** What the command line and the environment ask for, read once at the start. A flag wins over its variable. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type AdminOrder, readAdminOrder } from './administration/admin-order.ts';

export interface Settings {
  readonly port: number;
  readonly host: string;
  /** Absolute path of the data folder. */
  readonly data: string;
  /** Null: SQLite in the data folder. */
  readonly databaseUrl: string | null;
  /** Signed-in devices per account; 0: no limit. */
  readonly maxDevices: number;
  /** Elements of one workspace, those in the trash included; null: any number. */
  readonly maxElements: number | null;
  /** Off: this server has no accounts and serves only the local client. */
  readonly sync: boolean;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** The address people type, where it differs from host and port. */
  readonly publicUrl: URL | null;
  /** Whether a proxy in front says who is calling, in the last entry of X-Forwarded-For. */
  readonly trustProxy: boolean;
  /** What a reader of `/metrics` has to know; null: only this machine reads them, where only it reaches the server. */
  readonly metricsToken: string | null;
  /** Hosts, addresses and ranges that the relay may send to although they are not public; null without a relay. */
  readonly relay: readonly string[] | null;
}

export type Command =
  | { readonly kind: 'serve'; readonly settings: Settings }
  | { readonly kind: 'backup'; readonly settings: Settings; readonly file: string }
  | { readonly kind: 'restore'; readonly settings: Settings; readonly file: string }
  | { readonly kind: 'admin'; readonly settings: Settings; readonly order: AdminOrder; readonly json: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

/** The command line or the environment makes no sense; the message is one sentence for whoever typed it. */
export class UsageError extends Error {}

export const HELP = `waypost-server [flags]                 start the server
waypost-server backup FILE [flags]     write a backup of the data folder, also while the server runs
waypost-server restore FILE [flags]    replace the data folder's database by a backup; the server must be stopped
waypost-server admin accounts list                        who has an account, and how much it holds
waypost-server admin accounts show EMAIL                  with devices, and the size of each workspace
waypost-server admin accounts disable|enable EMAIL        signs its devices out and lets none in, or lets them in again
waypost-server admin accounts sign-out EMAIL              all its devices, or with --device ID one; --erase: without sealing
waypost-server admin accounts delete EMAIL                says what would go; with --yes it is gone
waypost-server admin reset-password EMAIL                 a one-time token with which the person sets a new password
waypost-server admin audit [EMAIL]                        who did what, when and from where; --limit N, 100 unless given
    each with --json; while the server runs or not, on the same --data or --database

  --port NUMBER        port to listen on, 0 for any            WAYPOST_PORT          4400
  --host ADDRESS       address to listen on                    WAYPOST_HOST          127.0.0.1
  --data FOLDER        where everything is kept                WAYPOST_DATA          ./data
  --database URL       postgres://... instead of SQLite        WAYPOST_DATABASE_URL  SQLite in the data folder
  --max-devices N      signed-in devices an account, 0: any    WAYPOST_MAX_DEVICES   3
  --max-elements N     elements a workspace, 0: any            WAYPOST_MAX_ELEMENTS  0
  --sync on|off        off: no accounts, local client only     WAYPOST_SYNC          on
  --tls-cert FILE      certificate (PEM), with --tls-key       WAYPOST_TLS_CERT
  --tls-key FILE       private key (PEM), with --tls-cert      WAYPOST_TLS_KEY
  --public-url URL     the address people type                 WAYPOST_PUBLIC_URL
  --trust-proxy        believe the proxy's X-Forwarded-For     WAYPOST_TRUST_PROXY   off
  --relay on|off       send requests for signed-in people      WAYPOST_RELAY         off
  --relay-allow LIST   not public, and sent to all the same:   WAYPOST_RELAY_ALLOW   none
                       hosts, addresses, ranges, with commas
  --metrics-token TEXT what readers of /metrics have to know   WAYPOST_METRICS_TOKEN
  --help, --version
`;

const FLAGS = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  database: { type: 'string' },
  'max-devices': { type: 'string' },
  'max-elements': { type: 'string' },
  sync: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'public-url': { type: 'string' },
  'trust-proxy': { type: 'boolean' },
  relay: { type: 'string' },
  'relay-allow': { type: 'string' },
  'metrics-token': { type: 'string' },
  json: { type: 'boolean' },
  yes: { type: 'boolean' },
  erase: { type: 'boolean' },
  device: { type: 'string' },
  limit: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** `args` without the program's own name. Throws {@link UsageError}. */
export function readCommand(args: readonly string[], environment: Environment, folder: string): Command {
  const { values, positionals } = parsed(args);
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const settings = readSettings(values, environment, folder);
  const [command, file, ...rest] = positionals;
  if (command === 'admin') {
    const order = readAdminOrder(positionals.slice(1), values);
    if (typeof order === 'string') throw new UsageError(order);
    return { kind: 'admin', settings, order, json: values.json === true };
  }
  const strange = (['json', 'yes', 'erase', 'device', 'limit'] as const).find((flag) => values[flag] !== undefined);
  if (strange !== undefined) throw new UsageError(`--${strange} belongs to "waypost-server admin": see --help.`);
  if (command === undefined) return { kind: 'serve', settings };
  if (command !== 'backup' && command !== 'restore') {
    throw new UsageError(
      `There is no command "${command}": waypost-server knows "backup FILE", "restore FILE" and "admin".`,
    );
  }
  if (file === undefined || rest.length > 0) throw new UsageError(`Name one file: waypost-server ${command} FILE.`);
  return { kind: command, settings, file: resolve(folder, file) };
}

type Flags = ReturnType<typeof parsed>['values'];

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // The first sentence names the flag; the rest is advice for the authors of programs.
    const [sentence = ''] = error.message.split(/\.\s/);
    throw new UsageError(`${sentence.replace(/\.?$/, '')}: see waypost-server --help.`);
  }
}

function readSettings(flags: Flags, environment: Environment, folder: string): Settings {
  const text = (flag: keyof Flags, variable: string): string | undefined => {
    const value = flags[flag];
    if (typeof value === 'string') return value;
    const set = environment[variable];
    return set === '' ? undefined : set;
  };
  const certFile = text('tls-cert', 'WAYPOST_TLS_CERT');
  const keyFile = text('tls-key', 'WAYPOST_TLS_KEY');
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError('A certificate and its key come together: give both --tls-cert and --tls-key.');
  }
  const sync = onOrOff('--sync', text('sync', 'WAYPOST_SYNC') ?? 'on');
  const relay = onOrOff('--relay', text('relay', 'WAYPOST_RELAY') ?? 'off');
  const allowed = allowList(text('relay-allow', 'WAYPOST_RELAY_ALLOW') ?? '');
  if (relay && !sync) throw new UsageError('--relay sends for people who are signed in, so it needs --sync on.');
  return {
    port: wholeNumber('--port', text('port', 'WAYPOST_PORT') ?? '4400', 65_535),
    host: text('host', 'WAYPOST_HOST') ?? '127.0.0.1',
    data: resolve(folder, text('data', 'WAYPOST_DATA') ?? 'data'),
    databaseUrl: databaseUrl(text('database', 'WAYPOST_DATABASE_URL')),
    maxDevices: wholeNumber('--max-devices', text('max-devices', 'WAYPOST_MAX_DEVICES') ?? '3', 1_000_000),
    maxElements: wholeNumber('--max-elements', text('max-elements', 'WAYPOST_MAX_ELEMENTS') ?? '0', 9_999_999) || null,
    sync,
    tls:
      certFile !== undefined && keyFile !== undefined
        ? { certFile: resolve(folder, certFile), keyFile: resolve(folder, keyFile) }
        : null,
    publicUrl: publicUrl(text('public-url', 'WAYPOST_PUBLIC_URL')),
    trustProxy: flags['trust-proxy'] ?? onOrOff('WAYPOST_TRUST_PROXY', environment['WAYPOST_TRUST_PROXY'] || 'off'),
    metricsToken: metricsToken(text('metrics-token', 'WAYPOST_METRICS_TOKEN')),
    relay: relay ? allowed : null,
  };
}

function wholeNumber(name: string, text: string, max: number): number {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= max)) throw new UsageError(`${name} takes a whole number from 0 to ${max}, not "${text}".`);
  return number;
}

function onOrOff(name: string, text: string): boolean {
  if (['on', 'true', 'yes', '1'].includes(text)) return true;
  if (['off', 'false', 'no', '0'].includes(text)) return false;
  throw new UsageError(`${name} takes "on" or "off", not "${text}".`);
}

function databaseUrl(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new UsageError('--database takes an address that begins with postgres://; without it, SQLite is used.');
}

function publicUrl(text: string | undefined): URL | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new UsageError(`--public-url takes an address that begins with http:// or https://, not "${text}".`);
}

/** Short ones are guessed; others than these characters do not get through a header. */
function metricsToken(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^[\w.~+/-]{16,}$/.test(text)) return text;
  throw new UsageError('--metrics-token takes at least 16 letters, digits and signs of ".~+/-_".');
}

function allowList(text: string): readonly string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '').map(allowedEntry);
}

function allowedEntry(entry: string): string {
  const [host = '', bits, ...more] = entry.split('/');
  const isHost = /^[a-z\d:](?:[a-z\d.:_-]*[a-z\d:])?$/i.test(host);
  const bitsMax = { 0: -1, 4: 32, 6: 128 }[isIP(host)] ?? -1;
  const isRange = bits !== undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax;
  if (isHost && more.length === 0 && (bits === undefined || isRange)) return entry;
  throw new UsageError(`--relay-allow takes hosts, addresses and ranges such as 10.0.0.0/8, not "${entry}".`);
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
