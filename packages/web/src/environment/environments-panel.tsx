/** A panel of the sidebar. */
export function EnvironmentsPanel() {
  return null;
}
