/** What came back. */
import { Send } from 'lucide-react';
import { Empty } from '../design/empty.tsx';
import type { EditorProps } from '../frame/element-tab.tsx';

export function ResponsePane(_props: EditorProps) {
  return (
    <Empty icon={Send} title="Not sent yet">
      The response appears here.
    </Empty>
  );
}
