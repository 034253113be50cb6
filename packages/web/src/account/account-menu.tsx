/** Who is signed in, and the way in and out. */
import { CircleUser } from 'lucide-react';
import { IconButton } from '../design/button.tsx';

export function AccountMenu() {
  return <IconButton icon={CircleUser} label="Account" />;
}
