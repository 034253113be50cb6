/** Rows of text in columns. */
import { widthOf } from './colour.ts';

/** Two spaces apart, each column as wide as its widest cell; no space at the ends of lines. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = header.length === 0 ? rows : [header, ...rows];
  const columns = Math.max(0, ...lines.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...lines.map((line) => widthOf(line[at] ?? ''))));
  return lines.map((line) =>
    line
      .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
}
