/** Where a command writes. */
export interface Stream {
  readonly isTTY?: boolean;
  /** Of a terminal, which may not know it: then 0. */
  readonly columns?: number;
  write(data: string | Uint8Array): unknown;
}

/** How much room a line has: that of the terminal, and any amount elsewhere. */
export function lineWidth({ isTTY, columns }: Stream): number {
  return isTTY === true && columns !== undefined && columns > 0 ? columns : Number.POSITIVE_INFINITY;
}
