/** What was changed elsewhere, in React. */
import type { DeviceEvent } from '@waypost/client';
import type { ElementId } from '@waypost/protocol';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useDesk } from '../desk/use-desk.ts';
import { type LastChange, syncWatchOf } from './sync-watch.ts';

/** So long is a change news. */
const NEWS_MS = 6_000;

export type News = Pick<Extract<DeviceEvent, { readonly groups: readonly string[] }>, 'groups' | 'at'>;

/** The last change of an element by another device, for a few seconds. */
export function useNews(id: ElementId): News | null {
  const { device, seat } = useDesk();
  const [news, setNews] = useState<News | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = device.subscribe((event) => {
      if (event.event !== 'changed' || event.id !== id || event.by.device === seat.me.device) return;
      setNews(event);
      clearTimeout(timer);
      timer = setTimeout(() => setNews(null), NEWS_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [device, seat, id]);
  return news;
}

/** Who changed an element last, and when, if this window saw it. */
export function useLastChange(id: ElementId): LastChange | null {
  const desk = useDesk();
  return useSyncExternalStore(
    useCallback(
      (listener) => desk.device.subscribe((event) => ('id' in event && event.id === id ? listener() : undefined)),
      [desk, id],
    ),
    () => syncWatchOf(desk).lastChange(id),
  );
}
