import { describe, expect, it } from 'vitest';
import { Story } from '../testing/story.ts';
import {
  type ConnectionEvent,
  type ConnectionMemory,
  type ConnectionWorld,
  OFF,
  step,
  type TransportName,
} from './connection.ts';

const offline: ConnectionEvent = { kind: 'closed', reason: { code: 'offline', detail: 'It broke.' } };

/** A machine that is driven by hand. */
class Machine {
  memory: ConnectionMemory = OFF;
  world: ConnectionWorld;
  did: string[] = [];
  waitMs = 0;

  constructor(transports: readonly TransportName[] = ['websocket', 'http'], chance = 1) {
    this.world = { now: 0, chance, transports };
  }

  happens(...events: readonly (ConnectionEvent | ConnectionEvent['kind'])[]): this {
    for (const event of events) {
      const [memory, effects] = step(
        this.memory,
        typeof event === 'string' ? ({ kind: event } as ConnectionEvent) : event,
        this.world,
      );
      this.memory = memory;
      for (const effect of effects) {
        if (effect.do === 'wait') this.waitMs = effect.ms;
        else this.did.push(effect.do === 'connect' ? `connect ${effect.transport}` : effect.do);
      }
    }
    return this;
  }

  /** Time passes until the timer rings. */
  rings(): this {
    this.world = { ...this.world, now: this.world.now + this.waitMs };
    return this.happens('timer');
  }

  after(ms: number): this {
    this.world = { ...this.world, now: this.world.now + ms };
    return this;
  }
}

describe('reconnecting', () => {
  it('waits longer after each failure, up to half a minute, and anything from nothing up to that [CN1]', () => {
    const patient = new Machine(['websocket']).happens('wanted');
    const waits = Array.from({ length: 9 }, () => {
      patient.happens(offline);
      const { waitMs } = patient;
      patient.rings();
      return waitMs;
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
    expect(new Machine(['websocket'], 0).happens('wanted', offline).waitMs).toBe(0);
  });

  it('is tried at once when asked to, at most every five seconds [CN1]', () => {
    const machine = new Machine(['websocket']).happens('wanted', offline).after(4_000).happens('nudge');
    expect(machine.memory.state).toBe('waiting');
    expect(machine.waitMs).toBe(1_000);
    machine.after(1_000).happens('nudge');
    expect(machine.memory.state).toBe('connecting');
  });

  it('asks a connection that looks open whether it is, and once only until that is known', () => {
    const machine = new Machine(['websocket']).happens('wanted', 'opened', 'welcomed').after(1_000);
    machine.did.length = 0;
    machine.happens('nudge', 'nudge');
    expect([machine.did, machine.waitMs]).toEqual([['ping'], 10_000]);
    expect(machine.happens('pong').waitMs).toBe(15_000);
    machine.happens('nudge').rings();
    expect(machine.memory).toMatchObject({ state: 'waiting', reason: { code: 'offline' } });
  });

  it('begins anew after a connection that held', () => {
    const machine = new Machine(['websocket']).happens('wanted', offline).rings().happens(offline).rings();
    machine.happens('opened', 'welcomed').after(20_000).happens(offline);
    expect(machine.waitMs).toBe(500);
  });

  it('is spread over the time that the server names when it goes [CN4]', () => {
    const machine = new Machine(['websocket'], 0.5).happens('wanted', 'opened', 'welcomed', {
      kind: 'goaway',
      withinMs: 20_000,
    });
    expect(machine.waitMs).toBe(10_000);
    expect(machine.memory).toMatchObject({ state: 'waiting', reason: { code: 'shutting-down' } });
    expect(machine.did.slice(-2)).toEqual(['end', 'close']);
  });

  it('is rare where only a person can help', () => {
    const machine = new Machine(['websocket'], 0.5).happens('wanted', {
      kind: 'closed',
      reason: { code: 'protocol-too-old', detail: 'Update.' },
    });
    expect(machine.waitMs).toBe(150_000);
  });

  it('never happens after this device was signed out', () => {
    const reason = { code: 'signed-out', detail: 'Signed out.' } as const;
    const machine = new Machine().happens(
      'wanted',
      'opened',
      'welcomed',
      { kind: 'signedOut', reason },
      'nudge',
      'wanted',
      'timer',
    );
    expect(machine.memory.state).toBe('ended');
    expect(machine.did.filter((did) => did.startsWith('connect'))).toHaveLength(1);
  });
});

describe('a connection', () => {
  it('is dead after an unanswered ping [CN2]', () => {
    const machine = new Machine(['websocket']).happens('wanted', 'opened', 'welcomed').rings();
    expect(machine.did.at(-1)).toBe('ping');
    machine.happens('pong').rings();
    expect(machine.memory.state).toBe('live');
    machine.rings();
    expect(machine.memory).toMatchObject({ state: 'waiting', reason: { detail: 'The server did not answer.' } });
  });

  it('that does not come about is given up', () => {
    const machine = new Machine(['websocket']).happens('wanted').rings();
    expect(machine.memory.state).toBe('waiting');
    expect(new Machine(['websocket']).happens('wanted', 'opened').rings().memory.state).toBe('waiting');
  });
});

describe('the choice of transport', () => {
  it('is HTTP after two sockets failed, and the socket again after five minutes [CN3]', () => {
    const machine = new Machine().happens('wanted', offline).rings().happens(offline).rings();
    expect(machine.did.filter((did) => did.startsWith('connect'))).toEqual([
      'connect websocket',
      'connect websocket',
      'connect http',
    ]);
    machine.happens('opened', 'welcomed');
    const until = machine.world.now + 5 * 60_000;
    while (machine.world.now < until) machine.rings().happens('pong');
    expect(machine.did.slice(-3)).toEqual(['end', 'close', 'connect websocket']);
    machine.happens(offline).rings();
    expect(machine.did.at(-1)).toBe('connect http');
  });

  it('is HTTP at once where somebody answers but lets no socket through [CN3]', () => {
    const blocked: ConnectionEvent = {
      kind: 'closed',
      reason: { code: 'not-found', detail: 'No such page.', isBlocked: true },
    };
    const machine = new Machine().happens('wanted', blocked);
    expect(machine.did).toEqual(['connect websocket', 'close', 'connect http']);
    machine.happens('opened', 'welcomed');
    expect(machine.memory).toMatchObject({ state: 'live', transport: 'http', httpSince: 0 });
    expect(new Machine(['websocket']).happens('wanted', blocked).memory.state).toBe('waiting');
  });

  it('is HTTP where a socket does not open in two seconds, and the socket next time where HTTP fails too [CN3]', () => {
    const machine = new Machine().happens('wanted').rings();
    expect(machine.world.now).toBe(2_000);
    expect(machine.did).toEqual(['connect websocket', 'close', 'connect http']);
    machine.happens(offline);
    expect(machine.memory).toMatchObject({ state: 'waiting', reason: offline.reason });
    machine.rings();
    expect(machine.did.at(-1)).toBe('connect websocket');
  });

  it('is no question of a server that takes its time for the hello: a socket that opened has five seconds for it', () => {
    const machine = new Machine().happens('wanted').after(1_900).happens('opened');
    expect(machine.waitMs).toBe(5_000);
    expect(machine.rings().memory).toMatchObject({ state: 'waiting', transport: 'websocket' });
  });

  it('goes back to the socket where HTTP fails too: then it was no proxy', () => {
    const machine = new Machine().happens('wanted', offline).rings().happens(offline).rings().happens(offline).rings();
    expect(machine.did.at(-1)).toBe('connect websocket');
  });

  it('is not changed by what has nothing to do with the line', () => {
    const full: ConnectionEvent = { kind: 'closed', reason: { code: 'storage-full', detail: 'Full.' } };
    const machine = new Machine()
      .happens('wanted', 'opened', 'welcomed', full)
      .rings()
      .happens('opened', 'welcomed', full)
      .rings();
    expect(machine.did.at(-1)).toBe('connect websocket');
  });

  it('can be forced', () => {
    expect(new Machine(['http']).happens('wanted').did).toEqual(['connect http']);
  });

  it('leads to the same result over HTTP', async () => {
    const story = new Story();
    story.server.socketsBlocked = true;
    const laptop = await story.device('laptop', { transports: ['websocket', 'http'] });
    await story.settle(30_000);
    await laptop.creates('a');
    await laptop.creates('b');
    await story.settle();
    expect(laptop.device.status()).toMatchObject({ phase: 'synced', transport: 'http' });
    expect(story.server.state.elements.size).toBe(2);
    await story.end();
  });
});
