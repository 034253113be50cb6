/** A way to a PostgreSQL on which the reply to the next commit is lost together with the connection. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface LosingProxy {
  readonly url: string;
  loseNextCommit(): void;
  close(): void;
}

export async function proxyTo(url: string): Promise<LosingProxy> {
  const target = new URL(url);
  let losing = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    let committing = false;
    near.on('data', (bytes) => {
      committing = losing && bytes.includes('COMMIT\0');
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      // The database has answered, so it has committed.
      if (committing) near.destroy();
      else near.write(bytes);
      if (committing) losing = false;
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('close', () => other.destroy());
      one.on('error', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const through = new URL(url);
  through.port = String(address.port);
  return {
    url: through.href,
    loseNextCommit: () => {
      losing = true;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
