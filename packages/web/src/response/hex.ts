/** Bytes as a hex dump shows them: sixteen a row, with the text beside. */
export const BYTES_A_ROW = 16;

export interface HexRow {
  readonly offset: string;
  readonly hex: string;
  readonly text: string;
}

export function hexRow(bytes: Uint8Array, row: number): HexRow {
  const start = row * BYTES_A_ROW;
  const part = bytes.subarray(start, start + BYTES_A_ROW);
  const pairs = Array.from(part, (byte) => byte.toString(16).padStart(2, '0'));
  const halves = [pairs.slice(0, 8).join(' '), pairs.slice(8).join(' ')];
  return {
    offset: start.toString(16).padStart(8, '0'),
    hex: halves.join('  ').padEnd(BYTES_A_ROW * 3, ' '),
    text: Array.from(part, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·')).join(''),
  };
}
