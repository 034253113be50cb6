/** A panel of the sidebar. */
export function TrashPanel() {
  return null;
}
