/** The roles that somebody can be given, as a person chooses among them. */
import type { Role } from '@waypost/client/browser';
import type { Option } from '../design/select.tsx';

export const WORKSPACE_ROLES: readonly Option<Role>[] = [
  { value: 'viewer', label: 'Viewer', detail: 'reads and sends' },
  { value: 'editor', label: 'Editor', detail: 'also changes' },
  { value: 'administrator', label: 'Administrator', detail: 'also renames, deletes, gives roles' },
];

export const ROLE_OPTIONS: readonly Option<Role | 'owner'>[] = [
  ...WORKSPACE_ROLES,
  { value: 'owner', label: 'Owner', detail: 'everything, also the team' },
];
