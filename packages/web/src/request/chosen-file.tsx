/** A file of a request: its name syncs, what is in it stays on the device where it was chosen. */
import { FilePlus2, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { notify } from '../design/notice.tsx';
import { messageOf } from '../design/words.ts';
import { useBench } from '../desk/use-desk.ts';
import type { ElementId } from '@waypost/protocol';

export interface ChosenFileProps {
  readonly id: ElementId;
  /** For screen readers. */
  readonly label: string;
  /** As the request names them; empty where none was chosen. */
  readonly names: readonly string[];
  readonly change: (names: readonly string[]) => void;
  readonly isMultiple?: boolean;
}

export function ChosenFile({ id, label, names, change, isMultiple = false }: ChosenFileProps) {
  const { files } = useBench();
  const input = useRef<HTMLInputElement>(null);
  const missing = useMissing(id, names);
  const choose = async (chosen: readonly File[]): Promise<void> => {
    if (chosen.length === 0) return;
    try {
      for (const file of chosen) await files.put(id, file.name, file);
      change(chosen.map(({ name }) => name));
    } catch (error) {
      notify({ text: 'The file could not be kept in this browser', detail: messageOf(error), kind: 'problem' });
    }
  };
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2 overflow-hidden px-2">
      <input
        ref={input}
        type="file"
        multiple={isMultiple}
        hidden
        aria-label={label}
        onChange={({ target }) => {
          void choose([...(target.files ?? [])]);
          target.value = '';
        }}
      />
      <Button size="small" icon={FilePlus2} aria-label={`${label}: choose`} onClick={() => input.current?.click()}>
        {names.length === 0 ? 'Choose a file' : missing.length > 0 ? 'Choose on this device' : 'Choose another'}
      </Button>
      {names.length === 0 ? null : (
        <>
          <span className="min-w-0 flex-1 truncate font-mono text-xs" title={names.join(', ')}>
            {names.join(', ')}
            {missing.length > 0 ? <span className="ml-2 font-sans text-warning">not on this device</span> : null}
          </span>
          <IconButton size="small" icon={X} label={`${label}: take out`} onClick={() => change([])} />
        </>
      )}
    </div>
  );
}

/** Those that were chosen on another device, or named by a command line. */
function useMissing(id: ElementId, names: readonly string[]): readonly string[] {
  const { files } = useBench();
  const [missing, setMissing] = useState<readonly string[]>([]);
  const wanted = names.join('\n');
  useEffect(() => {
    let isWanted = true;
    const look = (): void =>
      void Promise.all(
        wanted
          .split('\n')
          .filter((name) => name !== '')
          .map(async (name) => ((await files.get(id, name)) === null ? [name] : [])),
      ).then((found) => {
        if (isWanted) setMissing(found.flat());
      });
    look();
    const stop = files.watch(look);
    return () => {
      isWanted = false;
      stop();
    };
  }, [files, id, wanted]);
  return missing;
}
