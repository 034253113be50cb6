/** An address as it is pasted: on one line, without the quotes or angle brackets it stood in. */
export function pastedAddress(text: string): string {
  const line = text.replaceAll(/\s*[\r\n]+\s*/g, '').trim();
  const inner = /^(?:"([^"]+)"|'([^']+)'|<([^<>]+)>|`([^`]+)`)$/.exec(line);
  return inner === null ? line : (inner.slice(1).find((part) => part !== undefined) ?? line);
}
