/** The access token that this device keeps for an authentication by OAuth 2: what is known of it, and how to get another. */
import { CircleAlert, Copy, KeyRound } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { copyText } from '../design/copy-text.ts';
import { notify } from '../design/notice.tsx';
import { useNow } from '../design/now.ts';
import { useBench, useDesk } from '../desk/use-desk.ts';
import { useLocalValues, useScopes } from '../desk/use-variables.ts';
import type { Editing } from '../request/editing.ts';
import { forgetToken, getToken, type GettingOptions, refreshNow, type TokenPlace, tokenPlace } from './access-token.ts';
import { callbackUrl } from './asking-person.ts';
import { isEnded, tokenWords } from './token-words.ts';
import { useSendsOf } from './use-sends.ts';

export default function TokenPanel({ editing }: { readonly editing: Editing }) {
  const [place, reload] = useTokenPlace(editing);
  const getting = useGetting(editing, reload);
  if (place === null) return null;
  const { kept, isForPerson, isWritten, host } = place;
  const isBusy = getting.stop !== null;
  return (
    <section aria-label="Access token on this device" className="flex flex-col gap-2 rounded-md border border-line p-3">
      {isForPerson ? <Callback /> : null}
      <div className="flex items-start gap-2">
        <KeyRound aria-hidden size={15} className="mt-0.5 shrink-0 text-muted" />
        <div className="min-w-0 flex-1 text-sm">
          {kept === null ? <p>No access token on this device yet.</p> : <Kept kept={kept} />}
          <p className="mt-0.5 text-xs text-muted">
            {isWritten
              ? 'The one that is written above is sent instead.'
              : isForPerson
                ? 'You get one in a window of whoever gives it.'
                : 'Where there is none that is good, one is fetched when a request is sent.'}
          </p>
        </div>
        {kept === null ? null : (
          <IconButton
            size="small"
            icon={Copy}
            label="Copy the access token"
            onClick={() => void copy(kept.accessToken)}
          />
        )}
      </div>
      {getting.problem === null || isBusy ? null : (
        <p role="alert" className="flex items-start gap-2 text-sm text-danger">
          <CircleAlert aria-hidden size={15} className="mt-0.5 shrink-0" />
          <span className="min-w-0 break-words">{getting.problem}</span>
        </p>
      )}
      {isBusy ? (
        <div className="flex flex-wrap items-center gap-2">
          <p role="status" className="min-w-48 flex-1 text-sm text-muted">
            {getting.isWithPerson
              ? `Waiting for you in the window of ${host}. If it was closed, cancel and begin again.`
              : `Asking ${host}…`}
          </p>
          <Button size="small" onClick={() => getting.stop?.abort()}>
            Cancel
          </Button>
        </div>
      ) : (
        <div className="flex flex-wrap gap-2">
          <Button size="small" onClick={() => void getting.begin(getToken, isForPerson)}>
            Get new access token
          </Button>
          {kept?.refreshToken === undefined || kept.refreshToken === null ? null : (
            <Button size="small" onClick={() => void getting.begin(refreshNow, false)}>
              Refresh now
            </Button>
          )}
          {kept === null ? null : (
            <Button size="small" onClick={() => void getting.begin(forgetToken, false)}>
              Forget
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

function Kept({ kept }: { readonly kept: NonNullable<TokenPlace['kept']> }) {
  const now = useNow();
  return (
    <p className={isEnded(kept, now) ? 'break-words text-warning' : 'break-words'}>
      <span className="font-medium">On this device:</span> {tokenWords(kept, now)}
    </p>
  );
}

function Callback() {
  const url = callbackUrl();
  return (
    <div className="flex items-center gap-2 text-xs">
      <span className="min-w-0 flex-1">
        <span className="text-muted">Callback URL, to be registered with whoever gives the token:</span>{' '}
        <code className="font-mono break-all">{url}</code>
      </span>
      <IconButton size="small" icon={Copy} label="Copy the callback URL" onClick={() => void copy(url)} />
    </div>
  );
}

async function copy(text: string): Promise<void> {
  if (await copyText(text)) notify({ text: 'Copied' });
}

/** Read anew when what it depends on may have changed: the authentication, a variable, a request that fetched one. */
function useTokenPlace({ id, content }: Editing): [place: TokenPlace | null, reload: () => Promise<void>] {
  const bench = useBench();
  const { isSending } = useSendsOf(id);
  const scopes = useScopes(bench.drafts.state(id)?.parent ?? null);
  const ownValues = useLocalValues(id);
  const [place, setPlace] = useState<TokenPlace | null>(null);
  const reading = useRef(0);
  const reload = useCallback(async () => {
    reading.current += 1;
    const own = reading.current;
    const read = await tokenPlace(bench, id);
    if (reading.current === own) setPlace(read);
  }, [bench, id]);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- what is read there may have changed with any of them.
  useEffect(() => void reload(), [reload, content, isSending, scopes, ownValues]);
  return [place, reload];
}

interface Getting {
  /** What was told the last time. */
  readonly problem: string | null;
  readonly isWithPerson: boolean;
  /** Null where nothing goes on. */
  readonly stop: AbortController | null;
  readonly begin: (get: (options: GettingOptions) => Promise<string | null>, isWithPerson: boolean) => Promise<void>;
}

function useGetting({ id }: Editing, reload: () => Promise<void>): Getting {
  const [desk, bench] = [useDesk(), useBench()];
  const [stop, setStop] = useState<AbortController | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isWithPerson, setWithPerson] = useState(false);
  const begin: Getting['begin'] = async (get, isPerson) => {
    const controller = new AbortController();
    setStop(controller);
    setWithPerson(isPerson);
    setProblem(null);
    try {
      // As it is now, whatever is still being painted.
      const place = await tokenPlace(bench, id);
      if (place !== null) setProblem(await get({ desk, bench, place, signal: controller.signal }));
      await reload();
    } finally {
      setStop(null);
    }
  };
  return { problem, isWithPerson, stop, begin };
}
