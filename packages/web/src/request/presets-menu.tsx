/** Adds the headers of a preset, keeps the headers there are as one, and leads to all of them. */
import { arrayOf, isEnabled, itemsOf } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { nodeAt, printJson } from '@waypost/protocol';
import { BookMarked, ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../design/button.tsx';
import { Menu } from '../design/menu.tsx';
import { notify } from '../design/notice.tsx';
import { named } from '../design/words.ts';
import type { Editing } from './editing.ts';
import { usePresets } from './use-presets.ts';
import { later } from '../design/later.ts';

const PresetsDialog = later(() => import('./presets-dialog.tsx'));

export interface PresetsMenuProps {
  readonly editing: Editing;
  readonly path: string;
}

export function PresetsMenu({ editing, path }: PresetsMenuProps) {
  const { presets, list } = usePresets();
  const [opened, setOpened] = useState<ElementId | 'all' | null>(null);
  const rows = itemsOf(nodeAt(editing.content.data, path.split('.')));
  const add = async (id: ElementId): Promise<void> => {
    const content = await presets.read(id);
    const headers = itemsOf(nodeAt(content?.data, ['headers'])).filter(isEnabled);
    if (headers.length === 0) notify({ text: 'This preset has no headers yet' });
    else editing.edit(headers.map((header) => ({ op: 'json', path: `${path}[+]`, json: printJson(header) })));
  };
  const keep = async (): Promise<void> => setOpened(await presets.create('New preset', arrayOf(rows)));
  return (
    <>
      <Menu
        align="end"
        label="Header presets"
        trigger={
          <Button look="quiet" size="small" icon={BookMarked}>
            Presets
            <ChevronDown aria-hidden size={13} />
          </Button>
        }
        entries={[
          ...(list.length === 0
            ? [{ heading: 'Sets of headers you use again and again' }]
            : list.map(({ id, name }) => ({ label: named(name), act: () => void add(id) }))),
          'line',
          { label: 'Keep these headers as a preset', isDisabled: rows.length === 0, act: () => void keep() },
          { label: 'All presets…', act: () => setOpened('all') },
        ]}
      />
      {opened === null ? null : (
        <PresetsDialog first={opened === 'all' ? null : opened} close={() => setOpened(null)} />
      )}
    </>
  );
}
