/** Sync log. */
export default function SyncLogPage() {
  return <h1 className="p-4 text-lg font-semibold">Sync log</h1>;
}
