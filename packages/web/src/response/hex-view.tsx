/** A body that is no text: its bytes. */
import type { Attempt } from '../sending/attempt.ts';
import { BYTES_A_ROW, hexRow } from './hex.ts';
import { ROW_HEIGHT, VirtualRows } from './virtual-rows.tsx';

export function HexView({ attempt }: { readonly attempt: Attempt }) {
  const bytes = attempt.body.bytes();
  return (
    <VirtualRows
      count={Math.max(1, Math.ceil(bytes.length / BYTES_A_ROW))}
      label="Bytes of the response"
      render={(row) => {
        const { offset, hex, text } = hexRow(bytes, row);
        return (
          <div key={row} className="flex gap-4 px-3 font-mono text-xs whitespace-pre" style={{ height: ROW_HEIGHT }}>
            <span className="text-faint">{offset}</span>
            <span>{hex}</span>
            <span className="text-muted">{text}</span>
          </div>
        );
      }}
    />
  );
}
