/**
 * Rows of one height, of which only those in view exist. Of so many that the browser could not make a page as high, the bar
 * goes by proportion.
 */
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ROW_HEIGHT, scrollTo, windowOf } from './row-window.ts';

export { ROW_HEIGHT } from './row-window.ts';

export interface VirtualRowsProps {
  readonly count: number;
  readonly label: string;
  /** To be brought into view; another object each time. */
  readonly reveal?: { readonly row: number } | null;
  readonly render: (row: number) => ReactNode;
  /** These rows are on the screen. Stable. */
  readonly onRows?: (from: number, to: number) => void;
  /** The width in pixels, whenever it is another. Stable. */
  readonly onWidth?: (width: number) => void;
}

export function VirtualRows({ count, label, reveal = null, render, onRows, onWidth }: VirtualRowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 0 });
  const { first, end, offset, total } = windowOf(count, view);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      setView({ top: element.scrollTop, height: element.clientHeight });
      onWidth?.(element.clientWidth);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [onWidth]);
  useEffect(() => onRows?.(first, end), [onRows, first, end]);
  const latest = useRef(count);
  useEffect(() => {
    latest.current = count;
  }, [count]);
  useEffect(() => {
    const element = box.current;
    if (element !== null && reveal !== null) {
      element.scrollTop = scrollTo(reveal.row, latest.current, element.clientHeight);
    }
  }, [reveal]);
  return (
    <section
      ref={box}
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be within reach of the keyboard
      tabIndex={0}
      className="min-h-0 flex-1 overflow-auto"
      onScroll={({ currentTarget }) => setView({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })}
    >
      <div className="relative" style={{ height: total }}>
        <div className="absolute inset-x-0" style={{ top: offset, minHeight: ROW_HEIGHT }}>
          {Array.from({ length: end - first }, (_unused, at) => render(first + at))}
        </div>
      </div>
    </section>
  );
}
