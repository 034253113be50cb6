/** What a sender told, gathered for tests. */
import type { ResponseEnd, ResponseHead, SendEvent, Sender, SendOrder, SentRequest } from '../exchange.ts';
import type { Failure } from '../failure.ts';

export interface Told {
  readonly sent: readonly SentRequest[];
  readonly notes: readonly string[];
  readonly head: ResponseHead | null;
  readonly body: string;
  readonly pieces: number;
  readonly end: ResponseEnd | null;
  readonly failure: Failure | null;
  /** The kinds of events in order, each run of equal ones once. */
  readonly kinds: string;
}

export async function told(
  sender: Sender,
  order: SendOrder,
  signal: AbortSignal = new AbortController().signal,
): Promise<Told> {
  return gathered(sender.send(order, signal));
}

export async function gathered(events: AsyncIterable<SendEvent>): Promise<Told> {
  const all: SendEvent[] = [];
  for await (const event of events) all.push(event);
  const of = <Kind extends SendEvent['kind']>(kind: Kind) =>
    all.filter((event): event is Extract<SendEvent, { kind: Kind }> => event.kind === kind);
  const pieces = of('body');
  return {
    sent: of('sent').map(({ sent }) => sent),
    notes: of('note').map(({ note }) => note.message),
    head: of('head')[0]?.head ?? null,
    body: await new Blob(pieces.map(({ bytes }) => bytes.slice())).text(),
    pieces: pieces.length,
    end: of('ended')[0]?.end ?? null,
    failure: of('failed')[0]?.failure ?? null,
    kinds: all
      .map(({ kind }) => kind)
      .filter((kind, index, kinds) => kind !== kinds[index - 1])
      .join(' '),
  };
}
