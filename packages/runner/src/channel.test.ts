import { expect, it } from 'vitest';
import { WAITING_BYTES_MAX } from './bounds.ts';
import { Channel } from './channel.ts';

const QUARTER = WAITING_BYTES_MAX / 4;

function channel(): { readonly items: Channel<number>; readonly said: string[] } {
  const said: string[] = [];
  const say = (word: string) => (): void => void said.push(word);
  const items = new Channel<number>({
    bytesOf: (item) => item,
    onLeave: say('left'),
    hold: say('hold'),
    go: say('go'),
  });
  return { items, said };
}

it('holds whoever pushes when too much waits, and lets go when half of it is taken', async () => {
  const { items, said } = channel();
  for (let pushed = 0; pushed < 5; pushed += 1) items.push(QUARTER);
  expect(said).toEqual(['hold']);
  let hasRoom = false;
  const room = items.room().then(() => {
    hasRoom = true;
  });
  const taking = items[Symbol.asyncIterator]();
  await taking.next();
  await taking.next();
  expect([said, hasRoom]).toEqual([['hold'], false]);
  await taking.next();
  await room;
  expect(said).toEqual(['hold', 'go']);
  await items.room();
});

it('holds nobody once its loop is left', async () => {
  const { items, said } = channel();
  items.push(WAITING_BYTES_MAX);
  items.push(WAITING_BYTES_MAX);
  const room = items.room();
  for await (const item of items) {
    expect(item).toBe(WAITING_BYTES_MAX);
    break;
  }
  await room;
  expect(said).toEqual(['hold', 'left', 'go']);
});

it('gives out all that waits, in order, and then its end', async () => {
  const { items, said } = channel();
  items.push(1);
  items.push(2);
  items.end(3);
  items.push(4);
  const taken: number[] = [];
  for await (const item of items) taken.push(item);
  expect(taken).toEqual([1, 2, 3]);
  expect(said).toEqual([]);
});
