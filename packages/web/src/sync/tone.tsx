/** The icon of a sync state: by its shape as well as by its colour. */
import { CloudAlert, CloudCheck, CloudOff, type LucideIcon, MonitorCheck, RefreshCw } from 'lucide-react';
import { classes } from '../design/classes.ts';
import type { SyncTone } from './sync-words.ts';

const ICONS: Readonly<Record<SyncTone, LucideIcon>> = {
  off: MonitorCheck,
  offline: CloudOff,
  busy: RefreshCw,
  online: CloudCheck,
  error: CloudAlert,
};

export const TONE_TEXT: Readonly<Record<SyncTone, string>> = {
  off: 'text-muted',
  offline: 'text-warning',
  busy: 'text-accent',
  online: 'text-success',
  error: 'text-danger',
};

export function ToneIcon({ tone, size = 14 }: { readonly tone: SyncTone; readonly size?: number }) {
  const Icon = ICONS[tone];
  return <Icon aria-hidden size={size} strokeWidth={2} className={classes('shrink-0', TONE_TEXT[tone])} />;
}
