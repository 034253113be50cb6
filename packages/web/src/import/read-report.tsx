/** What files bring, before any of it is saved: what is in them, what was read otherwise, and what looks like a credential. */
import { CircleCheck, CircleX, KeyRound, TriangleAlert } from 'lucide-react';
import type { WorkspaceId } from '@waypost/protocol';
import { useId, useState } from 'react';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { Page, Section } from '../design/page.tsx';
import { Select } from '../design/select.tsx';
import { named } from '../design/words.ts';
import { useBench, useDesk } from '../desk/use-desk.ts';
import { counted, countsText } from './counted.ts';
import { forget, type GoodFile, importTarget, saveRead } from './import-state.ts';
import type { FoundCredential, ReadFile } from './reading.ts';

/** A report may be long; its beginning says what it is about. */
const LINES_MAX = 50;
/** The choice of what was pointed at in the tree. */
const TARGET = 'target';

export function ReadReport({ files }: { readonly files: readonly ReadFile[] }) {
  const desk = useDesk();
  const { workspace: current, elements: there } = useBench();
  const into = useStore(importTarget, (now) => now.into);
  const target = into === null ? null : there.summary(into);
  const [place, setPlace] = useState<WorkspaceId | typeof TARGET>(target === null ? current : TARGET);
  const isTarget = place === TARGET && target !== null;
  const workspace = place === TARGET ? current : place;
  const [where, setWhere] = useState<'here' | 'shared'>('here');
  const good = files.filter((file) => file.kind === 'read');
  const credentials = good.flatMap((file) => file.credentials);
  const elements = good.reduce((sum, file) => sum + file.elements.length, 0);
  const workspaces = desk.device.workspaces().filter(({ kind, role }) => kind !== 'account' && role !== 'viewer');
  return (
    <Page
      title={good.length === 0 ? 'Nothing to import' : `Import ${counted(elements, 'element')}`}
      about="Nothing is saved yet."
    >
      <ul className="flex flex-col gap-2">
        {files.slice(0, LINES_MAX).map((file, at) => (
          <li key={`${file.name} ${at}`}>{file.kind === 'read' ? <Good file={file} /> : <Failed file={file} />}</li>
        ))}
        {files.length > LINES_MAX ? (
          <li className="text-sm text-muted">and {files.length - LINES_MAX} more files</li>
        ) : null}
      </ul>
      {credentials.length === 0 ? null : <Credentials found={credentials} where={where} choose={setWhere} />}
      <div className="sticky bottom-0 -mx-6 flex flex-wrap items-center gap-2 border-t border-line bg-canvas px-6 py-3">
        {good.length === 0 ? null : (
          <>
            <span className="text-sm text-muted">Into</span>
            <Select
              label="Where to import into"
              value={isTarget ? TARGET : workspace}
              choose={setPlace}
              options={[
                ...(target === null ? [] : [{ value: TARGET, label: `The ${target.kind} ${target.name}` } as const]),
                ...workspaces.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          </>
        )}
        <span className="flex-1" />
        <Button onClick={forget}>{good.length === 0 ? 'Back' : 'Cancel'}</Button>
        {good.length === 0 ? null : (
          <Button
            look="primary"
            onClick={() =>
              void saveRead(desk, files, { workspace, into: isTarget ? target.id : null, credentials: where })
            }
          >
            Import
          </Button>
        )}
      </div>
    </Page>
  );
}

function Good({ file }: { readonly file: GoodFile }) {
  const warnings = file.report.filter(({ level }) => level === 'warning').length;
  return (
    <div className="rounded-lg border border-line px-3 py-2">
      <div className="flex items-center gap-2">
        <CircleCheck aria-hidden size={16} className="shrink-0 text-success" />
        <span className="min-w-0 truncate text-sm font-medium">
          {file.roots
            .map(({ name }) => named(name))
            .slice(0, 3)
            .join(', ')}
        </span>
        <span className="min-w-0 flex-1 truncate text-right text-xs text-faint">{file.name}</span>
      </div>
      <p className="pl-6 text-xs text-muted">{countsText(file.counts)}</p>
      {file.report.length === 0 ? null : (
        <details className="mt-1 pl-6 text-xs">
          <summary className="cursor-default text-muted">
            {warnings > 0 ? counted(warnings, 'warning') : counted(file.report.length, 'note')}
          </summary>
          <ul className="mt-1 flex flex-col gap-1">
            {file.report.slice(0, LINES_MAX).map(({ path, level, message }, at) => (
              <li key={`${path} ${at}`} className="flex gap-1.5">
                {level === 'warning' ? (
                  <TriangleAlert aria-label="Warning" size={13} className="mt-0.5 shrink-0 text-warning" />
                ) : null}
                <span className="min-w-0 break-words">
                  {message} {path === '' ? null : <code className="font-mono text-2xs text-faint">{path}</code>}
                </span>
              </li>
            ))}
            {file.report.length > LINES_MAX ? (
              <li className="text-muted">and {file.report.length - LINES_MAX} more</li>
            ) : null}
          </ul>
        </details>
      )}
    </div>
  );
}

function Failed({ file }: { readonly file: Extract<ReadFile, { readonly kind: 'failed' }> }) {
  return (
    <div className="rounded-lg border border-line px-3 py-2">
      <div className="flex items-center gap-2">
        <CircleX aria-hidden size={16} className="shrink-0 text-danger" />
        <span className="min-w-0 truncate text-sm font-medium">{file.name}</span>
        <span className="shrink-0 text-xs text-danger">cannot be imported</span>
      </div>
      <p className="pl-6 text-xs text-muted">{file.message}</p>
    </div>
  );
}

interface CredentialsProps {
  readonly found: readonly FoundCredential[];
  readonly where: 'here' | 'shared';
  readonly choose: (where: 'here' | 'shared') => void;
}

function Credentials({ found, where, choose }: CredentialsProps) {
  const isSignedIn = useDesk().seat.account !== null;
  const ofVariables = found.filter(({ variable }) => variable !== null);
  return (
    <Section
      title={`${found.length === 1 ? 'One value looks' : `${found.length.toLocaleString('en')} values look`} like a credential`}
    >
      <p className="text-sm text-muted">
        {isSignedIn
          ? 'What is saved in a workspace goes to the server and to everybody who has the workspace.'
          : 'Nobody is signed in, so nothing leaves this device now. Once the workspace is synced, what is saved in it is shared.'}
      </p>
      <ul className="mt-2 max-h-56 overflow-y-auto rounded-lg border border-line">
        {found.slice(0, LINES_MAX).map(({ element, name, path, reason, variable }) => (
          <li
            key={`${element} ${path}`}
            className="flex items-center gap-2 border-b border-line px-3 py-1.5 text-xs last:border-0"
          >
            <KeyRound aria-hidden size={13} className="shrink-0 text-warning" />
            <span className="min-w-0 truncate font-medium">{name}</span>
            <code className="min-w-0 flex-1 truncate font-mono text-2xs text-muted">{variable ?? path}</code>
            <span className="shrink-0 text-faint">{reason}</span>
          </li>
        ))}
        {found.length > LINES_MAX ? (
          <li className="px-3 py-1.5 text-xs text-muted">and {found.length - LINES_MAX} more</li>
        ) : null}
      </ul>
      {ofVariables.length === 0 ? null : (
        <fieldset className="mt-3 flex flex-col gap-2">
          <legend className="sr-only">What to do with variables that look like credentials</legend>
          <Way
            title={`Keep ${ofVariables.length === 1 ? 'the value of the variable' : `the values of ${ofVariables.length} variables`} on this device`}
            about="They become local values: used when sending, never synced. Others see that there is something to fill in."
            isChosen={where === 'here'}
            choose={() => choose('here')}
          />
          <Way
            title="Share them with the workspace"
            about="As they stand in the file."
            isChosen={where === 'shared'}
            choose={() => choose('shared')}
          />
        </fieldset>
      )}
      {found.length > ofVariables.length ? (
        <p className="mt-2 text-sm text-muted">
          {ofVariables.length === 0 ? '' : 'The others stand in requests themselves and are saved with them. '}To keep
          those here, put a variable in their place after the import and write the value as its local value.
        </p>
      ) : null}
    </Section>
  );
}

interface WayProps {
  readonly title: string;
  readonly about: string;
  readonly isChosen: boolean;
  readonly choose: () => void;
}

function Way({ title, about, isChosen, choose }: WayProps) {
  const id = useId();
  return (
    <div className="relative flex items-start gap-2.5 rounded-lg border border-line px-3 py-2 hover:bg-hover has-checked:border-accent">
      <input
        id={id}
        type="radio"
        name="credentials"
        checked={isChosen}
        onChange={choose}
        aria-describedby={`${id}-about`}
        className="mt-1 accent-accent"
      />
      <div>
        <label htmlFor={id} className="block text-sm font-medium after:absolute after:inset-0">
          {title}
        </label>
        <span id={`${id}-about`} className="block text-xs text-muted">
          {about}
        </span>
      </div>
    </div>
  );
}
