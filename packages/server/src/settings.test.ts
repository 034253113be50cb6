import { describe, expect, it } from 'vitest';
import { isLoopback, readCommand, UsageError } from './settings.ts';

const serve = (args: readonly string[], environment: Record<string, string> = {}) => {
  const command = readCommand(args, environment, '/srv');
  if (command.kind !== 'serve') throw new Error(`it is ${command.kind}`);
  return command.settings;
};
const complaint = (args: readonly string[], environment: Record<string, string> = {}): string => {
  try {
    readCommand(args, environment, '/srv');
  } catch (error) {
    if (error instanceof UsageError) return error.message;
  }
  return 'none';
};

describe('the settings', () => {
  it('have defaults for one person on one machine', () => {
    expect(serve([])).toEqual({
      port: 4400,
      host: '127.0.0.1',
      data: '/srv/data',
      databaseUrl: null,
      maxDevices: 3,
      maxElements: null,
      sync: true,
      tls: null,
      publicUrl: null,
      trustProxy: false,
      metricsToken: null,
      relay: null,
    });
  });

  it('come from flags first and from the environment second', () => {
    const environment = {
      WAYPOST_PORT: '1',
      WAYPOST_HOST: '::1',
      WAYPOST_DATA: '/elsewhere',
      WAYPOST_DATABASE_URL: 'postgres://a:b@c/d',
      WAYPOST_MAX_DEVICES: '0',
      WAYPOST_MAX_ELEMENTS: '5000',
      WAYPOST_SYNC: 'off',
      WAYPOST_TLS_CERT: 'c.pem',
      WAYPOST_TLS_KEY: 'k.pem',
      WAYPOST_PUBLIC_URL: 'https://waypost.example/',
      WAYPOST_TRUST_PROXY: 'on',
      WAYPOST_METRICS_TOKEN: 'sixteen-letters-or-more',
      WAYPOST_RELAY: 'on',
      WAYPOST_RELAY_ALLOW: 'build.lan, 10.0.0.0/8,,fd00::/8,192.168.1.5,::1',
    };
    expect(serve(['--port', '2', '--sync=on'], environment)).toEqual({
      port: 2,
      host: '::1',
      data: '/elsewhere',
      databaseUrl: 'postgres://a:b@c/d',
      maxDevices: 0,
      maxElements: 5000,
      sync: true,
      tls: { certFile: '/srv/c.pem', keyFile: '/srv/k.pem' },
      publicUrl: new URL('https://waypost.example/'),
      trustProxy: true,
      metricsToken: 'sixteen-letters-or-more',
      relay: ['build.lan', '10.0.0.0/8', 'fd00::/8', '192.168.1.5', '::1'],
    });
  });

  it('know the commands for backups', () => {
    expect(readCommand(['backup', 'b.db', '--data', 'd'], {}, '/srv')).toMatchObject({
      kind: 'backup',
      file: '/srv/b.db',
      settings: { data: '/srv/d' },
    });
    expect(readCommand(['restore', '/b.db'], {}, '/srv')).toMatchObject({ kind: 'restore', file: '/b.db' });
  });

  it('name in one sentence what makes no sense', () => {
    expect(complaint(['--colour', 'red'])).toBe("Unknown option '--colour': see waypost-server --help.");
    expect(complaint(['--port'])).toContain("'--port <value>' argument missing");
    expect(complaint(['--port', '70000'])).toBe('--port takes a whole number from 0 to 65535, not "70000".');
    expect(complaint(['--port', '4e3'])).toBe('--port takes a whole number from 0 to 65535, not "4e3".');
    expect(complaint(['--max-devices', '-1'])).toBe(
      "Option '--max-devices' argument is ambiguous: see waypost-server --help.",
    );
    expect(complaint(['--sync', 'maybe'])).toBe('--sync takes "on" or "off", not "maybe".');
    expect(complaint(['--database', 'mysql://x'])).toContain('postgres://');
    expect(complaint(['--tls-cert', 'c.pem'])).toContain('both --tls-cert and --tls-key');
    expect(complaint(['--public-url', 'waypost.example'])).toContain('https://');
    expect(complaint([], { WAYPOST_TRUST_PROXY: 'perhaps' })).toContain('WAYPOST_TRUST_PROXY');
    expect(complaint(['--relay', 'on', '--sync', 'off'])).toContain('needs --sync on');
    for (const entry of [
      '10.0.0.0/33',
      '10.0.0.0/',
      'build.lan/8',
      '10.0.0.0/8/8',
      'http://build.lan',
      '*.lan',
      'a b',
    ]) {
      expect(complaint(['--relay', 'on', '--relay-allow', entry])).toContain(`not "${entry}"`);
    }
    expect(complaint(['serve'])).toContain('There is no command "serve"');
    expect(complaint(['backup'])).toBe('Name one file: waypost-server backup FILE.');
  });

  it('tell addresses only this machine can reach from others', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].map(isLoopback)).toEqual([true, true, true, true]);
    expect(['0.0.0.0', '::', '10.0.0.1', 'example.com', '1.127.0.0'].map(isLoopback)).not.toContain(true);
  });
});
