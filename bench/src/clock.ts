/** The clock of all measurements: CLOCK_MONOTONIC, the same in every process of one Linux machine. */

/** Milliseconds since an arbitrary moment that all processes share, with a resolution below a microsecond. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
