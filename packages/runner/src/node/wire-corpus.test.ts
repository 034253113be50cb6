import { describe, expect, it } from 'vitest';
import { harmless, hasCorpus, realCollections } from '../testing/corpus.ts';
import { Recorder } from '../testing/recorder.ts';
import { comparable, sentByNewman, sentByUs } from '../testing/wire.ts';
import { createEngine } from './engine.ts';

/** `WAYPOST_WIRE=all` sends every request of every file. */
const isWhole = process.env['WAYPOST_WIRE'] === 'all';
const SAMPLED_FILES = 20;
const SAMPLED_REQUESTS = 200;

describe('what arrives of real collections', () => {
  it.runIf(hasCorpus)(
    'is what newman sends, request by request',
    async () => {
      const recorder = await Recorder.start();
      const sender = createEngine();
      const differences: unknown[] = [];
      let compared = 0;
      for (const { name, collection, kept } of chosen()) {
        const safe = harmless(collection, recorder.port, kept);
        const theirs = await sentByNewman(safe, recorder);
        const ours = await sentByUs(safe, recorder, sender);
        if (theirs.length !== ours.length) differences.push({ name, theirs: theirs.length, ours: ours.length });
        for (const [index, arrived] of theirs.entries()) {
          const [they, we] = [comparable(arrived), comparable(ours[index] ?? [])];
          if (JSON.stringify(they) !== JSON.stringify(we)) differences.push({ name, index, they, we });
        }
        compared += theirs.length;
      }
      await recorder.close();
      process.stdout.write(`${compared} requests of real collections compared with newman's\n`);
      expect(differences).toEqual([]);
      expect(compared).toBeGreaterThanOrEqual(isWhole ? 1_000 : SAMPLED_REQUESTS);
    },
    600_000,
  );
});

/** The same sample each time: of the files with the most requests, every so manieth one. */
function chosen(): { name: string; collection: Record<string, unknown>; kept: (index: number) => boolean }[] {
  const all = realCollections().filter(({ requests }) => requests > 0);
  if (isWhole) return all.map((file) => ({ ...file, kept: () => true }));
  const files = all.toSorted((one, other) => other.requests - one.requests).slice(0, SAMPLED_FILES);
  const each = Math.ceil(SAMPLED_REQUESTS / files.length) + 2;
  return files.map((file) => {
    const step = Math.max(Math.floor(file.requests / each), 1);
    return { ...file, kept: (index) => index % step === 0 && index / step < each };
  });
}
