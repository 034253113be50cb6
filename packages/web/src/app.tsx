/** The app: a desk once a seat is taken, and until then, or where none can be had, a sentence that says why. */
import { Tooltip } from '@base-ui/react/tooltip';
import { useEffect, useState } from 'react';
import { takeSeat } from './boot/seat.ts';
import { keepAppOnDevice } from './boot/updates.ts';
import { Notices, notify } from './design/notice.tsx';
import { Desk } from './desk/desk.ts';
import { DeskContext } from './desk/use-desk.ts';
import { Frame } from './frame/frame.tsx';

type Stage =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly desk: Desk }
  | { readonly kind: 'failed'; readonly why: string };

export function App() {
  const [stage, setStage] = useState<Stage>({ kind: 'opening' });
  useEffect(() => {
    takeSeat()
      .then((seat) => Desk.open(seat, sayUnkept))
      .then((desk) => {
        setStage({ kind: 'open', desk });
        keepAppOnDevice(async () => desk.flush());
      })
      .catch((error: unknown) =>
        setStage({ kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
      );
  }, []);
  if (stage.kind === 'opening') return null;
  if (stage.kind === 'failed') return <Failed why={stage.why} />;
  return (
    <DeskContext value={stage.desk}>
      <Tooltip.Provider delay={400}>
        <Frame />
        <Notices />
      </Tooltip.Provider>
    </DeskContext>
  );
}

function Failed({ why }: { readonly why: string }) {
  return (
    <main className="mx-auto flex h-full max-w-md flex-col justify-center gap-2 p-6">
      <h1 className="text-xl font-semibold">Waypost could not open what is kept in this browser</h1>
      <p className="text-sm text-muted">{why}</p>
    </main>
  );
}

function sayUnkept(error: unknown): void {
  notify({
    text: 'What you are typing could not be kept on this device',
    detail: error instanceof Error ? error.message : String(error),
    kind: 'problem',
  });
}
