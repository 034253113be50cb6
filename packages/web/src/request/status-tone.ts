/** The colour of a status: what went well, where it leads elsewhere, who is to blame. */
export function statusTone(code: string): string {
  switch (code.charAt(0)) {
    case '2':
      return 'text-success';
    case '3':
      return 'text-accent';
    case '4':
      return 'text-warning';
    case '5':
      return 'text-danger';
    default:
      return 'text-muted';
  }
}
