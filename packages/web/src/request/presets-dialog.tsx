/** All header presets: named, changed and taken away. Every change is kept at once. */
import { editContent, readPath } from '@waypost/model';
import { EMPTY_ARRAY, type ElementId, stringOf } from '@waypost/protocol';
import { BookMarked, Plus, Trash2 } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import { Dialog } from '../design/dialog.tsx';
import { Empty } from '../design/empty.tsx';
import { Field } from '../design/field.tsx';
import { notify } from '../design/notice.tsx';
import { named } from '../design/words.ts';
import { freshRows } from '../desk/new-id.ts';
import type { OpenPreset, Presets } from '../desk/presets.ts';
import type { Editing } from './editing.ts';
import { HeadersSection } from './headers-section.tsx';
import { usePresets } from './use-presets.ts';

export interface PresetsDialogProps {
  /** The one to begin with. */
  readonly first: ElementId | null;
  readonly close: () => void;
}

export default function PresetsDialog({ first, close }: PresetsDialogProps) {
  const { presets, list } = usePresets();
  const [wanted, setWanted] = useState(first);
  const chosen = list.find(({ id }) => id === wanted)?.id ?? list[0]?.id ?? null;
  const add = async (): Promise<void> => setWanted(await presets.create('New preset', EMPTY_ARRAY));
  const remove = async (id: ElementId): Promise<void> => {
    await presets.remove(id);
    notify({ text: 'Preset deleted', action: { label: 'Undo', act: () => void presets.restore(id) } });
  };
  return (
    <Dialog
      title="Header presets"
      description="Yours alone: they are on all your devices, and nobody else sees them."
      width="wide"
      close={close}
    >
      {list.length === 0 ? (
        <Empty
          icon={BookMarked}
          title="No presets yet"
          actions={
            <Button look="primary" icon={Plus} onClick={() => void add()}>
              New preset
            </Button>
          }
        >
          A preset is a set of headers that you add to a request by its name.
        </Empty>
      ) : (
        <div className="flex h-[50vh] gap-4 max-md:h-auto max-md:flex-col">
          <div className="flex w-52 shrink-0 flex-col gap-1 overflow-y-auto max-md:w-full">
            {list.map(({ id, name }) => (
              <div
                key={id}
                className={classes('flex items-center rounded-md', id === chosen ? 'bg-hover' : 'hover:bg-hover')}
              >
                <button
                  type="button"
                  aria-pressed={id === chosen}
                  className="min-w-0 flex-1 truncate px-2 py-1 text-left text-sm"
                  onClick={() => setWanted(id)}
                >
                  {named(name)}
                </button>
                <IconButton size="small" icon={Trash2} label={`Delete ${name}`} onClick={() => void remove(id)} />
              </div>
            ))}
            <Button look="quiet" icon={Plus} onClick={() => void add()}>
              New preset
            </Button>
          </div>
          {chosen === null ? null : <OnePreset key={chosen} presets={presets} id={chosen} />}
        </div>
      )}
    </Dialog>
  );
}

function OnePreset({ presets, id }: { readonly presets: Presets; readonly id: ElementId }) {
  const [opened, setOpened] = useState<OpenPreset | null>(null);
  useEffect(() => {
    void presets.open(id).then(setOpened);
  }, [presets, id]);
  return opened === null ? null : <PresetFields preset={opened} />;
}

function PresetFields({ preset }: { readonly preset: OpenPreset }) {
  const content = useSyncExternalStore(
    (listener) => preset.watch(listener),
    () => preset.content,
  );
  const editing: Editing = {
    ...{ id: preset.id, kind: 'header-preset', content },
    edit: (edits) => preset.replace(editContent('header-preset', preset.content, edits, freshRows)),
    now: () => preset.content,
    replace: (next) => preset.replace(next),
  };
  return (
    <div className="flex min-h-64 min-w-0 flex-1 flex-col gap-3">
      <Field
        label="Name"
        value={stringOf(readPath(editing.kind, editing.content, 'name')) ?? ''}
        onChange={({ target }) => editing.edit([{ op: 'text', path: 'name', text: target.value }])}
      />
      <div className="flex min-h-0 flex-1 flex-col rounded-md border border-line">
        <HeadersSection editing={editing} variables={null} path="headers" />
      </div>
    </div>
  );
}
