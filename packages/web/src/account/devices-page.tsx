/** Devices. */
export default function DevicesPage() {
  return <h1 className="p-4 text-lg font-semibold">Devices</h1>;
}
