import { newElementData } from '@waypost/model';
import { fromValue, isUuid, type JsonNode } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { openTestDesk, settled } from './bench.fixture.ts';
import { clearHistory, HISTORY_MAX, historyOf, recordHistory, removeFromHistory, timedId } from './history.ts';

const AT = Date.UTC(2026, 0, 2, 3, 4, 5);

function request(name: string): { data: JsonNode; rows: Record<string, never> } {
  return { data: newElementData('request', { name, url: 'https://api.test/{{id}}', method: 'POST' }), rows: {} };
}

describe('the history', () => {
  it('keeps what was sent as it was written, latest first', async () => {
    const desk = await openTestDesk();
    const { data } = request('One');
    await recordHistory(
      desk,
      { data: fromValue({ ...(JSON.parse(JSON.stringify({ event: [] })) as object) }), rows: {} },
      AT - 1,
    );
    const id = await recordHistory(desk, { data, rows: {} }, AT);
    await recordHistory(desk, request('Two'), AT + 5);
    expect(historyOf(desk).map(({ name, method, at }) => [name, method, at])).toEqual([
      ['Two', 'POST', AT + 5],
      ['One', 'POST', AT],
      ['', 'GET', AT - 1],
    ]);
    const view = await desk.device.read(id ?? timedId(0, new Uint8Array(10)));
    expect(Object.keys(JSON.parse(view?.data ?? '{}') as object)).toEqual(['name', 'request']);
    expect(view?.data).toContain('{{id}}');
    await desk.close();
  });

  it('calls what nobody named by its URL', async () => {
    const desk = await openTestDesk();
    await recordHistory(desk, request('New request'), AT);
    expect(historyOf(desk).map(({ name }) => name)).toEqual(['https://api.test/{{id}}']);
    await desk.close();
  });

  it('keeps an example that was sent as the request it is', async () => {
    const desk = await openTestDesk();
    const sent = { method: 'PUT', url: 'https://api.test/one', header: [{ key: 'A', value: '1' }] };
    const rows = {
      'originalRequest.header': [{ id: 'row', order: 'a0' }],
      header: [{ id: 'of the answer', order: 'a0' }],
    };
    await recordHistory(desk, { data: fromValue({ name: 'Kept', originalRequest: sent, code: 200 }), rows }, AT);
    const [entry] = historyOf(desk);
    expect(entry).toMatchObject({ name: 'Kept', method: 'PUT' });
    const view = await desk.device.read(entry?.id ?? timedId(0, new Uint8Array(10)));
    expect(JSON.parse(view?.data ?? '{}')).toEqual({ name: 'Kept', request: sent });
    expect(view?.rows).toEqual({ 'request.header': [{ id: 'row', order: 'a0' }] });
    await desk.close();
  });

  it('forgets the oldest beyond the last thousand, one by one, and all', async () => {
    const desk = await openTestDesk();
    for (let at = 0; at < HISTORY_MAX + 60; at += 1) await recordHistory(desk, request(`${at}`), AT + at);
    const entries = historyOf(desk);
    expect(entries.length).toBeLessThanOrEqual(HISTORY_MAX + 51);
    expect(entries[0]?.name).toBe(`${HISTORY_MAX + 59}`);
    if (entries[0] !== undefined) await removeFromHistory(desk, entries[0]);
    expect(historyOf(desk)[0]?.name).toBe(`${HISTORY_MAX + 58}`);
    await clearHistory(desk);
    await settled();
    expect(historyOf(desk)).toEqual([]);
    expect(desk.device.trash()).toEqual([]);
    await desk.close();
  });
});

describe('an id with a time in it', () => {
  it('is a UUID that sorts by time', () => {
    const random = new Uint8Array(10).fill(255);
    expect(isUuid(timedId(AT, random))).toBe(true);
    expect(timedId(AT, random) < timedId(AT + 1, new Uint8Array(10))).toBe(true);
  });
});
