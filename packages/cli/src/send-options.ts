/** What is said with `waypost send`: how to reach the target, and for this time. */
import { openAsBlob } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join, relative, resolve, isAbsolute } from 'node:path';
import { RESPONSE_BYTES_MAX, type ClientCertificate, type Proxy } from '@waypost/runner';
import type { Surroundings } from '@waypost/runner/sending';
import { usageError } from './failure.ts';
import { readDuration } from './flags.ts';
import { readTextFile } from './files.ts';
import type { Context } from './context.ts';

export interface SendOptions {
  readonly environment?: string;
  readonly set?: readonly string[];
  readonly include?: boolean;
  readonly output?: string;
  readonly files?: string;
  readonly insecure?: boolean;
  readonly requestTimeout?: string;
  readonly requestProxy?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly clientPassphrase?: string;
  readonly ca?: string;
}

/** `NAME=VALUE`, each once; the last one of a name counts. */
export function readValues(given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw usageError(`--set takes NAME=VALUE, not "${text}".`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

/** Reads the files it names, so that a mistake shows before anything is sent. */
export async function readSurroundings(context: Context, options: SendOptions): Promise<Surroundings> {
  const text = async (file: string): Promise<string> => readTextFile(file, context.terminal);
  return {
    timeoutMs: options.requestTimeout === undefined ? null : readDuration(options.requestTimeout),
    responseBytesMax: RESPONSE_BYTES_MAX,
    certificate: await certificateOf(options, text),
    authorities: options.ca === undefined ? null : await text(options.ca),
    proxy: proxyOf(options.requestProxy),
  };
}

async function certificateOf(
  { clientCert, clientKey, clientPassphrase }: SendOptions,
  text: (file: string) => Promise<string>,
): Promise<ClientCertificate | null> {
  if (clientCert === undefined) {
    if (clientKey !== undefined) throw usageError('--client-key goes with --client-cert.');
    return null;
  }
  const passphrase = clientPassphrase === undefined ? null : (await text(clientPassphrase)).replace(/\r?\n$/, '');
  if (clientKey !== undefined) {
    return { kind: 'pem', certificate: await text(clientCert), key: await text(clientKey), passphrase };
  }
  const isPfx = /\.(?:p12|pfx)$/i.test(clientCert);
  if (isPfx) return { kind: 'pfx', pfx: (await readFile(clientCert)).toString('base64'), passphrase };
  // One file may hold both.
  const both = await text(clientCert);
  return { kind: 'pem', certificate: both, key: both, passphrase };
}

function proxyOf(url: string | undefined): Proxy {
  if (url === undefined) return { kind: 'system' };
  if (url === 'none') return { kind: 'none' };
  if (!URL.canParse(url)) throw usageError(`--request-proxy takes an address or "none", not "${url}".`);
  return { kind: 'given', url, tunnel: false };
}

/**
 * The files that a request names, from one folder and those below it: a request may have been written by somebody else, and
 * must not be able to send any file of this machine.
 */
export class SendFiles {
  readonly #folder: string;
  readonly #tell: (message: string) => void;
  readonly #leftOut: string[] = [];

  constructor(folder: string | undefined, tell: (message: string) => void) {
    this.#folder = resolve(folder ?? '.');
    this.#tell = tell;
  }

  /** Whether a message of the sender says what was said here, with the reason. */
  hasSaid(message: string): boolean {
    return this.#leftOut.some((src) => message.includes(`"${src}" was not given along`));
  }

  async read(src: string): Promise<Blob | null> {
    try {
      const root = await realpath(this.#folder);
      const path = await realpath(isAbsolute(src) ? src : join(root, src));
      const inside = relative(root, path);
      if (inside.startsWith('..') || isAbsolute(inside)) {
        return this.#refuse(src, `it is not in ${root}. With --files FOLDER, files of that folder are sent.`);
      }
      return await openAsBlob(path);
    } catch {
      return this.#refuse(src, 'it cannot be read.');
    }
  }

  #refuse(src: string, why: string): null {
    this.#leftOut.push(src);
    this.#tell(`The file ${src} is left out: ${why}`);
    return null;
  }
}
