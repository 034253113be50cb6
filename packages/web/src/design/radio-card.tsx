/** One of a few answers, each with what it means. */
export interface RadioCardProps {
  /** Of the group. */
  readonly name: string;
  readonly label: string;
  readonly detail: string;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

export function RadioCard({ name, label, detail, isChosen, choose }: RadioCardProps) {
  return (
    <label className="flex items-start gap-2.5 rounded-md border border-line px-3 py-2 has-checked:border-accent has-checked:bg-accent-soft">
      <input
        type="radio"
        name={name}
        checked={isChosen}
        onChange={choose}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span className="min-w-0 font-medium">
        {label}
        <span className="block text-xs font-normal text-muted">{detail}</span>
      </span>
    </label>
  );
}
