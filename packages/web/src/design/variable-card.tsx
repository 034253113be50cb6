/** What a variable under the pointer stands for. */
import { createPortal } from 'react-dom';
import type { VariableLook } from './variable-look.ts';

export interface VariableCardProps {
  readonly name: string;
  readonly at: DOMRect;
  readonly variables: VariableLook;
}

export function VariableCard({ name, at, variables }: VariableCardProps) {
  const { state, value, about } = variables.find(name);
  return createPortal(
    <div
      role="tooltip"
      style={{ left: Math.max(8, Math.min(at.left, window.innerWidth - 328)), top: at.bottom + 8 }}
      className="pointer-events-none fixed z-50 w-80 max-w-[calc(100vw-1rem)] rounded-lg border border-line bg-raised px-3 py-2 text-xs shadow-raised"
    >
      <div className="flex items-baseline gap-3">
        <span className="max-w-[50%] shrink-0 truncate font-mono font-semibold">{name}</span>
        {state === 'unknown' ? (
          <span className="font-medium text-danger">no value</span>
        ) : (
          <span className="min-w-0 flex-1 font-mono break-all">
            {value.length > 300 ? `${value.slice(0, 300)}…` : value}
          </span>
        )}
      </div>
      <p className="mt-1 text-muted">{about}</p>
    </div>,
    document.body,
  );
}
