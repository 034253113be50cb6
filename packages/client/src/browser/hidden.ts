/** How long nobody has been able to see this page. */

let hiddenSince: number | null = null;

if (typeof document !== 'undefined') {
  const look = (): void => {
    hiddenSince = document.visibilityState === 'visible' ? null : (hiddenSince ?? Date.now());
  };
  look();
  document.addEventListener('visibilitychange', look);
}

/** In milliseconds; 0 while it is looked at. */
export function hiddenMs(): number {
  return hiddenSince === null ? 0 : Math.max(1, Date.now() - hiddenSince);
}
