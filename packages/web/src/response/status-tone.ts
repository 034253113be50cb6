/** The colour of a status: what went well, where it leads elsewhere, who is to blame. */
export interface StatusTone {
  readonly text: string;
  /** On a ground of its own. */
  readonly badge: string;
}

const TONES: Readonly<Record<string, StatusTone>> = {
  2: { text: 'text-success', badge: 'bg-success-soft text-success' },
  3: { text: 'text-accent', badge: 'bg-accent-soft text-accent' },
  4: { text: 'text-warning', badge: 'bg-warning-soft text-warning' },
  5: { text: 'text-danger', badge: 'bg-danger-soft text-danger' },
};

const OTHER: StatusTone = { text: 'text-muted', badge: 'bg-sunken text-muted' };

export function statusTone(status: number | string): StatusTone {
  return TONES[String(status).charAt(0)] ?? OTHER;
}
