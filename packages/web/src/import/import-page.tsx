/** Import. */
export default function ImportPage() {
  return <h1 className="p-4 text-lg font-semibold">Import</h1>;
}
