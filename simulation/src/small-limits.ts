/** Bounds that are met by what a run makes, in the runs that draw `small-limits`. */
interface SmallLimit {
  readonly file: string;
  readonly name: string;
  readonly usual: number;
  readonly small: number;
}

const LIMITS = 'packages/protocol/src/limits.ts';

export const SMALL_LIMITS: readonly SmallLimit[] = [
  { file: LIMITS, name: 'WHOLE_DATA_CHARS_MAX', usual: 4 * 1024, small: 60 },
  { file: LIMITS, name: 'DELTA_ELEMENTS_MAX', usual: 2_000, small: 6 },
  { file: LIMITS, name: 'DELTA_CHARS_MAX', usual: 192 * 1024, small: 4_000 },
  { file: LIMITS, name: 'INLINE_ELEMENTS_MAX', usual: 300, small: 5 },
  { file: LIMITS, name: 'CHANGES_PER_PUSH_MAX', usual: 256, small: 4 },
  { file: LIMITS, name: 'CHANGES_PER_COMMIT', usual: 64, small: 3 },
  { file: LIMITS, name: 'WRITES_PER_CHANGE_MAX', usual: 500, small: 12 },
  { file: LIMITS, name: 'BASE_CHARS_MAX', usual: 256 * 1024, small: 150 },
  { file: 'packages/protocol/src/digest.ts', name: 'DIGEST_PAGE_ELEMENTS_MAX', usual: 500, small: 5 },
  { file: 'packages/server/src/sync/snapshot.ts', name: 'CHUNK_BYTES', usual: 1024 * 1024, small: 3_000 },
  { file: 'packages/server/src/sync/delta.ts', name: 'SHARED_BYTES_MAX', usual: 192 * 1024, small: 2_500 },
  { file: 'packages/server/src/sync/feed.ts', name: 'ROWS_PER_STEP', usual: 100, small: 4 },
];

/** Set where `source-hooks.ts` made the bounds adjustable; without it they stay what they are. */
declare global {
  var waypostLimits: Map<string, (value: number) => void> | undefined;
}

export function setLimits(size: 'usual' | 'small'): void {
  for (const limit of SMALL_LIMITS) globalThis.waypostLimits?.get(limit.name)?.(limit[size]);
}
