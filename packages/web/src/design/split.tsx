/** Two panes with a line between them that is dragged, or moved by the arrow keys. Remembered in this browser by its id. */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { classes } from './classes.ts';

export interface SplitProps {
  readonly id: string;
  /** What the line is for, to those who hear it. */
  readonly label: string;
  readonly direction: 'row' | 'column';
  /** The pane that has a size; the other one takes what is left. */
  readonly sized: 'first' | 'second';
  readonly unit: 'px' | '%';
  readonly initial: number;
  /** In pixels: of the pane that has a size, and of the other. */
  readonly least: number;
  readonly leastOther: number;
  readonly first: ReactNode;
  readonly second: ReactNode;
}

const STEP_PX = 24;

export function Split({ id, label, direction, sized, unit, initial, least, leastOther, first, second }: SplitProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState(() => remembered(id) ?? initial);
  const isRow = direction === 'row';
  const sign = sized === 'first' ? 1 : -1;

  const lengthPx = (): number => {
    const box = frame.current?.getBoundingClientRect();
    return (isRow ? box?.width : box?.height) ?? 1;
  };
  const keep = (px: number): void => {
    const whole = lengthPx();
    const allowed = Math.max(least, Math.min(px, whole - leastOther));
    const next = unit === 'px' ? Math.round(allowed) : Math.round((allowed / whole) * 1_000) / 10;
    setSize(next);
    remember(id, next);
  };
  const sizePx = (): number => (unit === 'px' ? size : (size / 100) * lengthPx());

  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault();
    const line = event.currentTarget;
    const [from, before] = [isRow ? event.clientX : event.clientY, sizePx()];
    const move = (now: globalThis.PointerEvent): void =>
      keep(before + sign * ((isRow ? now.clientX : now.clientY) - from));
    const end = (): void => {
      line.removeEventListener('pointermove', move);
      line.removeEventListener('pointerup', end);
      line.removeEventListener('pointercancel', end);
    };
    line.setPointerCapture(event.pointerId);
    line.addEventListener('pointermove', move);
    line.addEventListener('pointerup', end);
    line.addEventListener('pointercancel', end);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const [back, on] = isRow ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key !== back && event.key !== on) return;
    event.preventDefault();
    keep(sizePx() + sign * (event.key === on ? STEP_PX : -STEP_PX));
  };

  const sizedStyle = {
    flexBasis: `${size}${unit}`,
    [isRow ? 'minWidth' : 'minHeight']: least,
    [isRow ? 'maxWidth' : 'maxHeight']: `max(${least}px, calc(100% - ${leastOther}px))`,
  };
  const pane = (key: 'first' | 'second', content: ReactNode): ReactNode => (
    <div
      className={classes('flex min-h-0 min-w-0 flex-col', key === sized ? 'shrink-0 grow-0' : 'flex-1')}
      {...(key === sized ? { style: sizedStyle } : {})}
    >
      {content}
    </div>
  );
  return (
    <div ref={frame} className={classes('flex min-h-0 min-w-0 flex-1', isRow ? 'flex-row' : 'flex-col')}>
      {pane('first', first)}
      <div
        role="separator"
        aria-label={label}
        aria-orientation={isRow ? 'vertical' : 'horizontal'}
        aria-valuenow={Math.round(size)}
        aria-valuemin={0}
        aria-valuemax={unit === '%' ? 100 : 2_000}
        tabIndex={0}
        onPointerDown={onPointerDown}
        onKeyDown={onKeyDown}
        onDoubleClick={() => keep(unit === 'px' ? initial : (initial / 100) * lengthPx())}
        className={classes(
          'relative z-10 shrink-0 touch-none bg-line outline-none select-none hover:bg-accent focus-visible:bg-accent active:bg-accent',
          "after:absolute after:content-['']",
          isRow
            ? 'w-px cursor-col-resize after:-inset-x-1 after:inset-y-0'
            : 'h-px cursor-row-resize after:inset-x-0 after:-inset-y-1',
        )}
      />
      {pane('second', second)}
    </div>
  );
}

function remembered(id: string): number | null {
  try {
    const kept = Number(localStorage.getItem(`waypost.split.${id}`) ?? Number.NaN);
    return Number.isFinite(kept) && kept > 0 ? kept : null;
  } catch {
    return null;
  }
}

function remember(id: string, size: number): void {
  try {
    localStorage.setItem(`waypost.split.${id}`, String(size));
  } catch {
    // Storage may be full or closed: it then lasts as long as the page.
  }
}
