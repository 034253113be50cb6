/** Rows of text in columns. */
import { cut, widthOf } from './text.ts';

/** No column is cut below this: what is left would say nothing. */
const COLUMN_WIDTH_MIN = 12;
const GAP = '  ';

export type Rows = readonly (readonly string[])[];

/**
 * Two spaces apart, each column as wide as its widest cell; no space at the ends of lines. Where that is wider than `width`,
 * the widest columns are cut.
 */
export function table(header: readonly string[], rows: Rows, width = Number.POSITIVE_INFINITY): string[] {
  const lines = header.length === 0 ? rows : [header, ...rows];
  const widths = fitting(widthsOf(lines), width);
  return lines.map((line) =>
    line
      .map((cell, at) => cut(cell, widths[at] ?? 0))
      .map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell)))
      .join(GAP)
      .trimEnd(),
  );
}

function widthsOf(lines: Rows): number[] {
  const columns = lines.reduce((most, line) => Math.max(most, line.length), 0);
  const widths = Array.from({ length: columns }, () => 0);
  for (const line of lines) {
    for (const [at, cell] of line.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(cell));
  }
  return widths;
}

function fitting(widths: readonly number[], width: number): readonly number[] {
  const fitted = [...widths];
  const room = width - GAP.length * (widths.length - 1);
  let over = fitted.reduce((total, one) => total + one, 0) - room;
  while (over > 0) {
    const widest = Math.max(...fitted);
    if (widest <= COLUMN_WIDTH_MIN) break;
    fitted[fitted.indexOf(widest)] = widest - 1;
    over -= 1;
  }
  return fitted;
}
