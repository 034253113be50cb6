/** A panel of the sidebar. */
export function HistoryPanel() {
  return null;
}
