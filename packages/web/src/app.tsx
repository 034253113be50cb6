/** The app: a desk once a seat is taken, and where none can be had a sentence that says why. */
import { Tooltip } from '@base-ui/react/tooltip';
import { SessionContext, type Stage, useStage } from './boot/stage.ts';
import { Button } from './design/button.tsx';
import { Notices } from './design/notice.tsx';
import { DeskContext } from './desk/use-desk.ts';
import { Frame } from './frame/frame.tsx';

export function App() {
  const stage = useStage();
  return (
    <Tooltip.Provider delay={400}>
      {stage.at === 'desk' ? (
        <SessionContext value={stage.session}>
          <DeskContext value={stage.desk}>
            <Frame key={stage.desk.seat.key} />
          </DeskContext>
        </SessionContext>
      ) : stage.at === 'stopped' ? (
        <Stopped {...stage} />
      ) : null}
      <Notices />
    </Tooltip.Provider>
  );
}

function Stopped({ title, why }: Extract<Stage, { readonly at: 'stopped' }>) {
  return (
    <main className="mx-auto flex h-full max-w-md flex-col items-start justify-center gap-3 p-6">
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="text-sm text-muted">{why}</p>
      <Button look="primary" onClick={() => location.reload()}>
        Try again
      </Button>
    </main>
  );
}
