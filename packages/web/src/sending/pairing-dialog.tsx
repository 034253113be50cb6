/** Pairing this browser with the agent on this machine, by the code that it shows. */
import { useState } from 'react';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { Field } from '../design/field.tsx';
import { atHand, keepPairing } from './at-hand.ts';
import { AGENT_URL, pairWithAgent, unpair } from './pairing.ts';
import { openSenderDialog } from './sender-menu-state.ts';

export function PairingDialog() {
  const { agent } = useStore(atHand);
  return (
    <Dialog
      title="The agent on this machine"
      description="It sends requests for an app that comes from another machine. It answers only browsers that were paired with it."
      close={() => openSenderDialog('ways')}
    >
      {agent === null ? <Pair /> : <Paired url={agent.url} />}
    </Dialog>
  );
}

function Pair() {
  const [url, setUrl] = useState(AGENT_URL);
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isWaiting, setWaiting] = useState(false);
  const pair = async (): Promise<void> => {
    setWaiting(true);
    const result = await pairWithAgent({ url, code });
    setWaiting(false);
    if (result.kind === 'paired') keepPairing(result.pairing);
    else setProblem(result.why);
  };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void pair();
      }}
    >
      <ol className="flex list-decimal flex-col gap-1 pl-5 text-sm">
        <li>
          On this machine, run <code className="rounded bg-sunken px-1 font-mono text-xs">npx waypost agent</code>
        </li>
        <li>Type the code that it shows.</li>
      </ol>
      <Field
        label="Code"
        autoComplete="off"
        spellCheck={false}
        value={code}
        problem={problem}
        onChange={({ target }) => {
          setCode(target.value);
          setProblem(null);
        }}
      />
      <Field
        label="Address of the agent"
        value={url}
        spellCheck={false}
        onChange={({ target }) => setUrl(target.value)}
      />
      <div className="flex justify-end">
        <Button look="primary" type="submit" disabled={code.trim() === '' || isWaiting}>
          {isWaiting ? 'Pairing…' : 'Pair'}
        </Button>
      </div>
    </form>
  );
}

function Paired({ url }: { readonly url: string }) {
  return (
    <div className="flex items-center gap-3">
      <p className="min-w-0 flex-1 text-sm">
        This browser is paired with the agent at <span className="font-mono text-xs">{url}</span>.
      </p>
      <Button look="danger" onClick={() => void unpair()}>
        Unpair
      </Button>
    </div>
  );
}
