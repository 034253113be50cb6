/** Which rows of very many are on the screen. */
export const ROW_HEIGHT = 18;
/** Browsers differ in how high a page can be; the lowest limit is near 17 million. */
const HEIGHT_MAX = 8_000_000;

export interface RowWindow {
  readonly first: number;
  /** The one behind the last. */
  readonly end: number;
  /** Where the first stands, in pixels of the whole. */
  readonly offset: number;
  readonly total: number;
}

export function windowOf(count: number, { top, height }: { readonly top: number; readonly height: number }): RowWindow {
  const full = count * ROW_HEIGHT;
  const total = Math.min(full, HEIGHT_MAX);
  const visible = Math.ceil(height / ROW_HEIGHT) + 1;
  if (full <= HEIGHT_MAX) {
    const first = Math.max(0, Math.min(Math.floor(top / ROW_HEIGHT), count - 1));
    return { first, end: Math.min(count, first + visible), offset: first * ROW_HEIGHT, total };
  }
  const share = Math.min(1, top / Math.max(1, total - height));
  const first = Math.round(share * (count - visible + 1));
  return { first, end: Math.min(count, first + visible), offset: Math.min(top, total - height), total };
}

/** Where to scroll so that a row stands in the middle. */
export function scrollTo(row: number, count: number, height: number): number {
  const full = count * ROW_HEIGHT;
  const visible = Math.ceil(height / ROW_HEIGHT) + 1;
  const first = Math.max(0, row - Math.floor(height / ROW_HEIGHT / 2));
  if (full <= HEIGHT_MAX) return first * ROW_HEIGHT;
  return Math.min(1, first / (count - visible + 1)) * (HEIGHT_MAX - height);
}
