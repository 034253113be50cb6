import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANNA,
  BEN,
  creation,
  type Node,
  settle,
  type TestDevice,
  WORKSPACE,
  World,
  withoutShape,
} from './live.fixture.ts';

/** One thing that happens; devices and elements are picked by number among those there are. */
type Step =
  | { readonly does: 'create'; readonly device: number; readonly size: number; readonly parent: number }
  | { readonly does: 'set'; readonly device: number; readonly element: number; readonly value: number }
  | { readonly does: 'delete' | 'purge'; readonly device: number; readonly element: number }
  | { readonly does: 'leave' | 'return'; readonly device: number; readonly node: number }
  | { readonly does: 'slow' | 'fast'; readonly device: number }
  | { readonly does: 'lose hints' | 'keep hints' }
  | { readonly does: 'let run'; readonly ms: number }
  | { readonly does: 'turn'; readonly times: number };

const small = fc.nat({ max: 7 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('create' as const),
      device: small,
      size: fc.constantFrom(10, 10, 5_000, 90_000),
      parent: small,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constant('set' as const), device: small, element: small, value: small }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constantFrom('delete' as const, 'purge' as const), device: small, element: small }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constantFrom('leave' as const, 'return' as const), device: small, node: small }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('slow' as const, 'fast' as const), device: small }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('lose hints' as const, 'keep hints' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('let run' as const), ms: fc.constantFrom(0, 1, 5, 40, 2_500) }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('turn' as const), times: fc.integer({ min: 1, max: 40 }) }) },
);

class Run {
  readonly world = new World();
  readonly nodes: Node[];
  readonly devices: TestDevice[];
  readonly #connected = new Set<TestDevice>();

  constructor(nodes: number, devices: number) {
    this.nodes = Array.from({ length: nodes }, () => this.world.node({ alone: nodes === 1, life: 'life' }));
    this.devices = Array.from({ length: devices }, (_, at) => this.world.device(at % 2 === 0 ? ANNA : BEN));
  }

  async take(one: Step): Promise<void> {
    const device = 'device' in one ? (this.devices[one.device % this.devices.length] as TestDevice) : null;
    switch (one.does) {
      case 'create':
        if (device === null || !this.#connected.has(device) || device.epoch === null) return;
        device.create(
          { name: 'n', text: 'x'.repeat(one.size) },
          one.parent < 3 ? null : this.#element(device, one.parent),
        );
        return;
      case 'set':
        if (device === null || !this.#isAbleTo(device)) return;
        device.set(
          this.#element(device, one.element) ?? fail(),
          one.value < 4 ? { name: one.value } : { name: one.value, more: 1 },
        );
        return;
      case 'delete':
      case 'purge':
        if (device === null || !this.#isAbleTo(device)) return;
        device.push(
          one.does === 'delete'
            ? { op: 'delete', id: this.#element(device, one.element) ?? fail(), cursor: device.cursor }
            : { op: 'purge', id: this.#element(device, one.element) ?? fail() },
        );
        return;
      case 'leave':
        if (device === null) return;
        device.disconnect();
        this.#connected.delete(device);
        return;
      case 'return':
        if (device !== null) this.#connect(device, this.nodes[one.node % this.nodes.length] as Node);
        return;
      case 'slow':
        if (device !== null) device.buffered = 2 * 1024 * 1024;
        return;
      case 'fast':
        if (device !== null) device.buffered = 0;
        return;
      case 'lose hints':
      case 'keep hints':
        this.world.hintsAreLost = one.does === 'lose hints';
        return;
      case 'let run':
        await this.world.time.pass(one.ms);
        return;
      case 'turn':
        // So few turns that things meet half done.
        for (let turn = 0; turn < one.times; turn += 1) await Promise.resolve();
    }
  }

  async begin(): Promise<void> {
    for (const [at, device] of this.devices.entries())
      this.#connect(device, this.nodes[at % this.nodes.length] as Node);
    await this.world.time.pass(0);
    for (const device of this.devices.slice(0, 2)) device.create({ name: 'first' });
    await this.world.time.pass(10);
  }

  async end(): Promise<void> {
    this.world.hintsAreLost = false;
    for (const device of this.devices) {
      device.buffered = 0;
      if (!this.#connected.has(device)) this.#connect(device, this.nodes[0] as Node);
    }
    await this.world.time.pass(5_000);
    await settle();
  }

  #connect(device: TestDevice, node: Node): void {
    device.disconnect();
    device.buffered = 0;
    device.connect(node);
    // What was sent and got lost is sent again.
    device.sent = Math.max(device.sent, device.have);
    this.#connected.add(device);
    for (let n = device.have + 1; n <= device.sent; n += 1)
      device.pushChanges([{ n, writes: [creation(this.world.freshId(), { again: n })] }]);
  }

  #isAbleTo(device: TestDevice): boolean {
    return this.#connected.has(device) && device.elements.size > 0;
  }

  #element(device: TestDevice, at: number) {
    const ids = [...device.elements.keys()];
    return ids[at % Math.max(1, ids.length)] ?? null;
  }
}

function fail(): never {
  throw new Error('nothing to pick from');
}

/** Found once in 20,000: all caught up again at once, and a commit in between was news to nobody. */
const UNHEARD: [nodes: number, devices: number, steps: Step[]] = [
  1,
  20,
  [
    { does: 'create', device: 0, size: 90_000, parent: 0 },
    { does: 'create', device: 0, size: 90_000, parent: 0 },
    { does: 'create', device: 0, size: 90_000, parent: 0 },
    { does: 'let run', ms: 0 },
    { does: 'set', device: 2, element: 5, value: 4 },
    { does: 'set', device: 0, element: 0, value: 0 },
    { does: 'leave', device: 1, node: 0 },
    { does: 'lose hints' },
    { does: 'delete', device: 0, element: 0 },
    { does: 'create', device: 0, size: 10, parent: 0 },
    { does: 'return', device: 0, node: 0 },
    { does: 'let run', ms: 0 },
    { does: 'leave', device: 0, node: 0 },
    { does: 'create', device: 0, size: 10, parent: 0 },
  ],
];

describe('any interleaving of commits, connections and slowness', () => {
  it('leaves every device equal to the server, with an outcome for each of its changes [FD1]', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        // From 17 on, deltas wait for each other.
        fc.constantFrom(1, 2, 3, 5, 20),
        fc.array(step, { minLength: 10, maxLength: 80 }),
        async (nodes, devices, steps) => {
          const run = new Run(nodes, devices);
          await run.begin();
          for (const one of steps) await run.take(one);
          await run.end();
          expect(run.world.failures).toEqual([]);
          const stored = [...(await run.world.elements()).values()].map(withoutShape);
          for (const device of run.devices) {
            expect(device.closedBy).toBeNull();
            expect([...device.elements.values()].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(stored);
            expect(device.have).toBe(device.sent);
            const outcomes = await run.nodes[0]?.store.read(WORKSPACE, (reader) =>
              reader.outcomesAbove(device.stream, 0),
            );
            for (const { n, outcome } of outcomes ?? []) expect(device.outcomes.get(n)).toEqual(outcome);
            expect([...device.outcomes.values()].filter((outcome) => outcome !== 'applied').length).toBe(
              outcomes?.length,
            );
          }
        },
      ),
      { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 300), examples: [UNHEARD] },
    );
  });
});
