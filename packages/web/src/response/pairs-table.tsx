/** Names and values, as headers have them. */
export interface PairsTableProps {
  readonly label: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

export function PairsTable({ label, rows }: PairsTableProps) {
  return (
    <table aria-label={label} className="w-full table-fixed border-collapse text-xs">
      <tbody>
        {rows.map(([name, value], at) => (
          <tr key={`${name} ${at}`} className="border-b border-line align-top">
            <th scope="row" className="w-2/5 px-3 sm:w-56 py-1.5 text-left font-medium break-words text-muted">
              {name}
            </th>
            <td className="px-3 py-1.5 font-mono break-words">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
