import { expect, it } from 'vitest';
import { openTestBench, plant } from '../desk/bench.fixture.ts';
import { matchingPlaces, placesFor } from './places.ts';

it('a request can be saved in collections and folders, found by their names', async () => {
  const { bench, close } = await openTestBench();
  await plant(bench, { 'Shop/': { 'Orders/': { 'Late/': {} }, 'Get order': {} }, 'Blog/': { 'Posts/': {} } });
  const places = placesFor(bench.elements, 'request');
  expect(places.map(({ name, depth, within }) => [name, depth, within])).toEqual([
    ['Shop', 0, ''],
    ['Orders', 1, 'Shop'],
    ['Late', 2, 'Shop / Orders'],
    ['Blog', 0, ''],
    ['Posts', 1, 'Blog'],
  ]);
  expect(matchingPlaces(places, 'shop la').map(({ name }) => name)).toEqual(['Late']);
  expect(matchingPlaces(places, '')).toBe(places);
  await close();
});
