/** Conflicts. */
export default function ConflictsPage() {
  return <h1 className="p-4 text-lg font-semibold">Conflicts</h1>;
}
