/**
 * Time that only the seed moves. Everything that happens is an event in one queue; between two events every promise that
 * can go on goes on, so that a run is the same each time although production code awaits as it likes.
 */
import type { Check } from './invariants.ts';
import { Random } from './random.ts';

export interface Violation {
  readonly check: Check;
  readonly message: string;
  readonly at: number;
}

interface Event {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

/** An event beyond this many means that somebody is busy with nothing. */
const EVENTS_MAX = 400_000;

export class World {
  readonly random: Random;
  readonly #events = new EventQueue();
  readonly #print: ((line: string) => void) | null;
  #quiet: () => void = () => undefined;
  #order = 0;
  #now = 0;
  #count = 0;
  #hash = 0x811c9dc5;
  #violation: Violation | null = null;

  constructor(seed: number, print: ((line: string) => void) | null) {
    this.random = new Random(seed, 'world');
    this.#print = print;
  }

  /** Milliseconds since the run began. Never what a party's clock shows. */
  get now(): number {
    return this.#now;
  }

  get violation(): Violation | null {
    return this.#violation;
  }

  /** Over everything that was traced: two runs of one seed have one hash. */
  get traceHash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  get eventCount(): number {
    return this.#count;
  }

  /** Called whenever nothing more can happen before the next event. */
  whenQuiet(look: () => void): void {
    this.#quiet = look;
  }

  /** Runs once after so many milliseconds; the result cancels it. */
  after(delayMs: number, run: () => void): () => void {
    const event: Event = { at: this.#now + Math.max(0, delayMs), order: this.#order, run };
    this.#order += 1;
    this.#events.push(event);
    return () => {
      event.run = null;
    };
  }

  /** Notes what happened. The parts are put together only when somebody reads them. */
  trace(who: string, what: string, ...parts: readonly (string | number)[]): void {
    this.#mix(who);
    this.#mix(what);
    for (const part of parts) this.#mix(typeof part === 'number' ? String(part) : part);
    if (this.#print === null) return;
    this.#print(`${clockText(this.#now)}  ${who.padEnd(14)} ${what} ${parts.join(' ')}`);
  }

  /** An invariant does not hold. The first one ends the run. */
  violated(check: Check, message: string): void {
    if (this.#violation !== null) return;
    this.#violation = { check, message, at: this.#now };
    this.trace('INVARIANT', check, message);
  }

  /** Runs events until a moment, until `done` says so, or until an invariant does not hold. */
  runUntil(moment: number, done: () => boolean = () => false): Promise<void> {
    return new Promise((resolve) => {
      const step = (): void => {
        this.#quiet();
        if (this.#violation !== null || done()) return resolve();
        const event = this.#events.takeUntil(moment);
        if (event === null) {
          this.#now = Math.max(this.#now, moment);
          return resolve();
        }
        this.#count += 1;
        if (this.#count > EVENTS_MAX)
          this.violated('I14', `More than ${EVENTS_MAX} events: somebody is busy with nothing.`);
        this.#now = event.at;
        (event.run as () => void)();
        // A turn of the real event loop is what lets all promises go on; it has no other use here.
        setImmediate(step);
      };
      setImmediate(step);
    });
  }

  #mix(text: string): void {
    let hash = this.#hash;
    // Of long texts the length and some letters: two runs that part do so in more than the letters between.
    const stride = 1 + (text.length >> 6);
    for (let at = 0; at < text.length; at += stride) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    this.#hash = Math.imul(hash ^ text.length, 0x01000193);
  }
}

/** A binary heap by time, then by the order in which events were made. */
class EventQueue {
  readonly #heap: Event[] = [];

  push(event: Event): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(event, heap[above] as Event)) break;
      heap[at] = heap[above] as Event;
      at = above;
    }
    heap[at] = event;
  }

  /** The next event that was not cancelled, if it is due. */
  takeUntil(moment: number): Event | null {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || (first.run !== null && first.at > moment)) return null;
      this.#removeFirst();
      if (first.run !== null) return first;
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Event;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Event, heap[below] as Event)) below += 1;
      if (!isBefore(heap[below] as Event, last)) break;
      heap[at] = heap[below] as Event;
      at = below;
    }
    heap[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(5)}:${String(seconds % 60).padStart(2, '0')}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`;
}
