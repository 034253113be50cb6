/** The few statistics the table needs. */

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value below which `rank` percent of the values lie, interpolated between neighbours. */
export function percentile(values: readonly number[], rank: number): number {
  if (values.length === 0) throw new Error('no values to take a percentile of');
  const sorted = values.toSorted((a, b) => a - b);
  const position = (rank / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}
