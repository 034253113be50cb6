/** Server-sent events, read from the text as it comes, by the rules of the HTML standard. */
export interface StreamEvent {
  readonly type: string;
  readonly id: string;
  readonly data: string;
}

/** The complete events of a text, latest last, of so many at most: the older ones are let go. */
export function eventsIn(text: string, max = 5_000): StreamEvent[] {
  const events: StreamEvent[] = [];
  let id = '';
  let type = '';
  let data: string[] = [];
  for (const line of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .slice(0, -1)) {
    if (line === '') {
      if (data.length > 0) events.push({ type: type === '' ? 'message' : type, id, data: data.join('\n') });
      type = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') type = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
  return events.slice(-max);
}
