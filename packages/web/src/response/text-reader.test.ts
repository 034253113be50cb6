import { describe, expect, it } from 'vitest';
import { ReceivedBody } from '../sending/received-body.ts';
import { TextAnswers } from './text-answers.ts';
import type { TextAsk } from './text-messages.ts';
import { TextReader } from './text-reader.ts';

/** A reader whose text is at hand, and answers when it is told to. */
function reading(text: string) {
  const asked: TextAsk[] = [];
  let answers = new TextAnswers(() => undefined);
  const reader = new TextReader('utf-8', (take) => {
    answers = new TextAnswers(take);
    return { ask: (ask) => void asked.push(ask), close: () => undefined };
  });
  const answer = (): void => {
    for (let ask = asked.shift(); ask !== undefined; ask = asked.shift()) answers.take(ask);
  };
  const body = new ReceivedBody();
  body.add(new TextEncoder().encode(text));
  reader.feed(body, true);
  answer();
  return { reader, answer };
}

const LINES = Array.from({ length: 500 }, (_unused, at) => `line ${at}`).join('\n');

describe('reading a large text', () => {
  it('shows the rows that were asked for before a search that finds nothing', () => {
    const { reader, answer } = reading(LINES);
    reader.look(400, 440);
    reader.seek('nowhere');
    answer();
    expect(reader.state.rows[400 - reader.state.from]).toBe('line 400');
    expect(reader.state.found?.places).toEqual([]);
  });

  it('brings the first place into view, and forgets what is not sought any more', () => {
    const { reader, answer } = reading(LINES);
    reader.seek('line 30');
    answer();
    expect(reader.state).toMatchObject({ at: 0, reveal: { row: 30 } });
    reader.seek('line 40');
    reader.seek('');
    answer();
    expect(reader.state.found).toBeNull();
  });

  it('finds the same again where the rows are others, without another place in view', () => {
    const { reader, answer } = reading(`${'x'.repeat(150)}\nneedle\n${'y'.repeat(150)}\nneedle`);
    reader.seek('needle');
    answer();
    reader.step(1);
    const { reveal } = reader.state;
    expect(reader.state.found?.places.map(({ row }) => row)).toEqual([2, 5]);
    reader.wrap(50);
    answer();
    expect(reader.state.found?.places.map(({ row }) => row)).toEqual([3, 7]);
    expect(reader.state).toMatchObject({ at: 1, reveal });
  });

  it('searches what is shown', () => {
    const { reader, answer } = reading('{"a":1,"needle":2}');
    reader.seek('needle');
    answer();
    expect(reader.state.found?.places).toEqual([{ row: 0, from: 8, to: 14 }]);
    reader.show('pretty', 'json');
    answer();
    expect(reader.state.found?.places).toEqual([{ row: 2, from: 3, to: 9 }]);
  });
});
