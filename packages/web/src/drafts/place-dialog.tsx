/** Where a new request shall stand: asked when it is saved for the first time. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { readPath } from '@waypost/model';
import { type ElementId, stringOf } from '@waypost/protocol';
import { Box, Folder, FolderPlus, Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { Button } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import { Dialog } from '../design/dialog.tsx';
import { Field, INPUT } from '../design/field.tsx';
import { notify } from '../design/notice.tsx';
import { messageOf, named } from '../design/words.ts';
import type { Bench } from '../desk/bench.ts';
import { useBench, useDraft, useListVersion } from '../desk/use-desk.ts';
import { create, saveTab } from '../frame/actions.ts';
import { matchingPlaces, type Place, placesFor } from './places.ts';

export interface PlaceDialogProps {
  readonly id: ElementId;
  /** Closes the tab once it is saved. */
  readonly closesTab: boolean;
  readonly close: () => void;
}

const LINE_PX = 30;

/** Where the last one was saved, in this window. */
let lastPlace: ElementId | null = null;

export function PlaceDialog({ id, closesTab, close }: PlaceDialogProps) {
  const bench = useBench();
  const draft = useDraft(id);
  const version = useListVersion();
  const [searched, setSearched] = useState('');
  const [chosen, setChosen] = useState<ElementId | null>(lastPlace);
  const listId = useId();
  const [fresh, setFresh] = useState<string | null>(null);
  const all = useMemo(
    () => (version < 0 ? [] : placesFor(bench.elements, draft?.kind ?? 'request')),
    [bench, version, draft?.kind],
  );
  const shown = useMemo(() => matchingPlaces(all, searched), [all, searched]);
  const place = shown.find((one) => one.id === chosen) ?? shown[0] ?? null;
  const newName = fresh ?? (all.length === 0 ? 'My collection' : null);
  if (draft === null) return null;
  const name = stringOf(readPath(draft.kind, draft.content, 'name')) ?? '';
  const save = async (): Promise<void> => {
    const parent = newName === null ? place?.id : await newCollection(bench, newName);
    if (parent === undefined) return;
    lastPlace = parent;
    close();
    await saveTab(bench, id, { place: parent, closesTab });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    // On a button the keys are the button's.
    if (!(event.target instanceof HTMLInputElement) || event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      void save();
      return;
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined || newName !== null) return;
    event.preventDefault();
    const at = shown.findIndex((one) => one.id === place?.id);
    setChosen(shown[Math.max(0, Math.min(shown.length - 1, at + by))]?.id ?? null);
  };
  return (
    <Dialog
      title="Save the request"
      close={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" disabled={newName === null && place === null} onClick={() => void save()}>
            {newName === null ? 'Save' : 'Create and save'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4" onKeyDown={onKeyDown} role="presentation">
        <Field
          label="Name"
          value={name}
          onChange={({ target }) => bench.drafts.edit(id, [{ op: 'text', path: 'name', text: target.value }])}
          onFocus={({ target }) => target.select()}
        />
        {newName === null ? (
          <div className="flex flex-col gap-2">
            <div className="flex items-center gap-2">
              <div className="relative flex-1">
                <Search aria-hidden size={14} className="absolute top-2 left-2.5 text-faint" />
                <input
                  role="combobox"
                  aria-expanded={shown.length > 0}
                  aria-controls={listId}
                  aria-activedescendant={place === null ? undefined : optionId(listId, place.id)}
                  aria-autocomplete="list"
                  aria-label="Search collections and folders"
                  placeholder="Search collections and folders"
                  className={classes(INPUT, 'pl-8')}
                  value={searched}
                  onChange={({ target }) => setSearched(target.value)}
                />
              </div>
              <Button icon={FolderPlus} onClick={() => setFresh(searched)}>
                New collection
              </Button>
            </div>
            <PlaceList id={listId} places={shown} chosen={place?.id ?? null} choose={setChosen} />
          </div>
        ) : (
          <div className="flex flex-col gap-2">
            <Field
              label="In a new collection"
              value={newName}
              onChange={({ target }) => setFresh(target.value)}
              hint={all.length === 0 ? 'A collection holds requests, in folders if you like.' : undefined}
            />
            {all.length === 0 ? null : (
              <div>
                <Button look="quiet" size="small" onClick={() => setFresh(null)}>
                  Choose one that is there
                </Button>
              </div>
            )}
          </div>
        )}
      </div>
    </Dialog>
  );
}

/** Undefined, and said, where it could not be made. */
async function newCollection(bench: Bench, name: string): Promise<ElementId | undefined> {
  try {
    return await create(bench, 'collection', { parent: null, name });
  } catch (error) {
    notify({ text: 'Not saved', detail: messageOf(error), kind: 'problem' });
    return undefined;
  }
}

function optionId(list: string, place: ElementId): string {
  return `${list}-${place}`;
}

interface PlaceListProps {
  readonly id: string;
  readonly places: readonly Place[];
  readonly chosen: ElementId | null;
  readonly choose: (id: ElementId) => void;
}

function PlaceList({ id, places, chosen, choose }: PlaceListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: places.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 10,
    initialRect: { width: 500, height: 240 },
  });
  const at = places.findIndex((place) => place.id === chosen);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [virtual, at]);
  if (places.length === 0)
    return (
      <p className="rounded-md border border-line px-3 py-4 text-sm text-muted">No collection or folder is named so.</p>
    );
  return (
    <div
      ref={scroller}
      id={id}
      role="listbox"
      aria-label="Collections and folders"
      className="h-60 overflow-y-auto rounded-md border border-line p-1"
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }} role="presentation">
        {virtual.getVirtualItems().map(({ index, start }) => {
          const place = places[index];
          if (place === undefined) return null;
          const Icon = place.kind === 'collection' ? Box : Folder;
          return (
            <div
              key={place.id}
              id={optionId(id, place.id)}
              role="option"
              tabIndex={-1}
              aria-selected={place.id === chosen}
              onClick={() => choose(place.id)}
              onKeyDown={() => undefined}
              style={{ transform: `translateY(${start}px)`, paddingLeft: 8 + place.depth * 16 }}
              className={classes(
                'absolute inset-x-0 top-0 flex h-[30px] items-center gap-2 rounded pr-2 text-sm select-none',
                place.id === chosen ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
            >
              <Icon aria-hidden size={15} className="shrink-0 text-muted" />
              <span className="min-w-0 flex-1 truncate">{named(place.name)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
