/** A client process: holds one device or one crowd of a contender and does what the main process asks. */
import type {
  ClientOperations,
  OpenOptions,
  OperationName,
  OperationReply,
  OperationRequest,
} from './client-operations.ts';
import { now } from './clock.ts';
import type { ClientOptions, Crowd, Device } from './contender.ts';
import { loadClientSide } from './contenders.ts';
import { SeenMarks } from './seen-marks.ts';
import { type BenchElement, editsFor, workspaceElements } from './workload.ts';

/** Small enough for one message of every contender, large enough that seeding is not all round trips. */
const elementsPerCreate = 500;

let openedDevice: Device | null = null;
let openedCrowd: Crowd | null = null;
const seenMarks = new SeenMarks();

const operations: ClientOperations = {
  async openDevice(options) {
    const side = await loadClientSide(options.contender);
    openedDevice = await side.openDevice(clientOptions(options));
  },
  connect() {
    return device().connect();
  },
  async disconnect() {
    await device().disconnect();
  },
  async createWorkspace({ requestCount }) {
    for (const elements of chunks(workspaceElements(requestCount))) {
      await device().create(elements);
      await device().whenAcknowledged();
    }
  },
  async edit({ marks, requestCount }) {
    const edits = editsFor(marks, requestCount);
    const startedAt = now();
    await device().edit(edits);
    return { startedAt, savedAt: now() };
  },
  async whenAcknowledged() {
    await device().whenAcknowledged();
    return now();
  },
  whenSeen({ marks, observers }) {
    return seenMarks.whenSeen(marks, observers);
  },
  async openCrowd(options) {
    const side = await loadClientSide(options.contender);
    openedCrowd = await side.openCrowd(clientOptions(options));
  },
  async joinCrowd({ count }) {
    await crowd().join(count);
  },
  async leaveCrowd() {
    await crowd().leave();
  },
  async rejoinCrowd() {
    const startedAt = now();
    await crowd().rejoin();
    return startedAt;
  },
  async close() {
    await openedDevice?.close();
    await openedCrowd?.close();
  },
};

// The main process may be gone without a word; a client without it has nothing to do.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole process group; the main process decides when clients end.
process.on('SIGINT', () => {});
process.on('message', (request: OperationRequest) => void answer(request));

async function answer({ number, operation, options }: OperationRequest): Promise<void> {
  try {
    reply({ kind: 'done', number, result: await perform(operation, options) });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    reply({ kind: 'failed', number, message: `${operation}: ${message}` });
  }
}

/** The edge between untyped messages and typed operations; both ends are of one version, so nothing is checked. */
function perform(operation: OperationName, options: unknown): Promise<unknown> {
  const run = operations[operation] as (options: unknown) => Promise<unknown>;
  return run(options);
}

function reply(message: OperationReply): void {
  process.send?.(message);
}

function clientOptions({ address, folder }: OpenOptions): ClientOptions {
  return { address, folder, seen: (mark) => seenMarks.record(mark, now()) };
}

function device(): Device {
  if (!openedDevice) throw new Error('no device is open in this process');
  return openedDevice;
}

function crowd(): Crowd {
  if (!openedCrowd) throw new Error('no crowd is open in this process');
  return openedCrowd;
}

function* chunks(elements: Iterable<BenchElement>): Generator<BenchElement[]> {
  let chunk: BenchElement[] = [];
  for (const element of elements) {
    chunk.push(element);
    if (chunk.length === elementsPerCreate) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}
