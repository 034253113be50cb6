/** The examples of a request: responses that were kept, each with the request that brought it. */
import { newElementData, objectOf, withValue } from '@waypost/model';
import { type ElementId, memberOf, scalar } from '@waypost/protocol';
import { BookmarkPlus, Plus } from 'lucide-react';
import { Button } from '../design/button.tsx';
import { Empty } from '../design/empty.tsx';
import { named } from '../design/words.ts';
import { useBench, useChildren } from '../desk/use-desk.ts';
import { statusTone } from '../response/status-tone.ts';

export default function ExamplesSection({ id }: { readonly id: ElementId }) {
  const bench = useBench();
  const examples = useChildren(id);
  const add = async (): Promise<void> => {
    const data = bench.drafts.contentOf(id)?.data;
    const original = memberOf(data, 'request');
    const fresh = withValue(
      newElementData('example', { name: 'Example' }),
      ['originalRequest'],
      original ?? objectOf({}),
    );
    const content = { data: withValue(fresh, ['status'], scalar('OK')), rows: {} };
    const made = bench.drafts.begin('example', { parent: id, name: 'Example', content });
    await bench.drafts.save(made, { place: id });
    bench.tabs.openElement(made);
  };
  if (examples.length === 0)
    return (
      <Empty
        icon={BookmarkPlus}
        title="No examples yet"
        actions={
          <Button icon={Plus} onClick={() => void add()}>
            Write an example
          </Button>
        }
      >
        An example shows what comes back. Keep a response as one after sending, or write it by hand.
      </Empty>
    );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-2">
      <div className="flex justify-end px-1 pb-1">
        <Button look="quiet" size="small" icon={Plus} onClick={() => void add()}>
          New example
        </Button>
      </div>
      <ul>
        {examples.map((example) => (
          <li key={example.id}>
            <button
              type="button"
              className="flex h-8 w-full items-center gap-3 rounded-md px-2 text-left text-sm hover:bg-hover"
              onClick={() => bench.tabs.openElement(example.id)}
            >
              <span className={`w-9 shrink-0 font-mono text-xs font-semibold ${statusTone(example.detail).text}`}>
                {example.detail === '' ? '—' : example.detail}
              </span>
              <span className="min-w-0 flex-1 truncate">{named(example.name)}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
