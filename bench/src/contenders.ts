/** Where each contender's two sides are found. Loaded on demand, so that no process carries another contender's code. */
import { type ClientSide, type ContenderName, contenderNames, type ServerSide } from './contender.ts';

interface Sides {
  readonly server: () => Promise<ServerSide>;
  readonly client: () => Promise<ClientSide>;
}

/** Null for a contender that is not plugged in yet. */
const sides: Readonly<Record<ContenderName, Sides | null>> = {
  waypost: {
    server: async () => (await import('./waypost/server-side.ts')).waypostServerSide,
    client: async () => (await import('./waypost/client-side.ts')).waypostClientSide,
  },
  floor: {
    server: async () => (await import('./floor/server-side.ts')).floorServerSide,
    client: async () => (await import('./floor/client-side.ts')).floorClientSide,
  },
  hocuspocus: {
    server: async () => (await import('./hocuspocus/server-side.ts')).hocuspocusServerSide,
    client: async () => (await import('./hocuspocus/client-side.ts')).hocuspocusClientSide,
  },
};

export const availableContenders: readonly ContenderName[] = contenderNames.filter((name) => sides[name] !== null);

export function loadServerSide(name: ContenderName): Promise<ServerSide> {
  return sidesOf(name).server();
}

export function loadClientSide(name: ContenderName): Promise<ClientSide> {
  return sidesOf(name).client();
}

function sidesOf(name: ContenderName): Sides {
  const found = sides[name];
  if (!found) throw new Error(`the contender ${name} is not plugged in`);
  return found;
}
