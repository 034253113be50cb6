/** How far something is that takes a moment. */
export function Progress({ label, done, of }: { readonly label: string; readonly done: number; readonly of: number }) {
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm text-muted">{label}…</p>
      <progress
        aria-label={label}
        max={Math.max(of, 1)}
        value={done}
        className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
      />
    </div>
  );
}
