/** The jar of this workspace: by domain, to be looked at, added to, and emptied. */
import { type Cookie, cookieWrites } from '@waypost/runner';
import { Cookie as CookieIcon, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { Empty } from '../design/empty.tsx';
import { Field } from '../design/field.tsx';
import { useBench } from '../desk/use-desk.ts';
import { expiryText, limitsOf } from '../response/cookies-view.tsx';
import { openSenderDialog } from '../sending/sender-menu-state.ts';
import { byDomain, newCookie } from './jar.ts';
import { useJar } from './use-jar.ts';

export function CookiesDialog() {
  const { device, workspace } = useBench();
  const { cookies, reload } = useJar();
  const [isAdding, setAdding] = useState(false);
  const change = async (changes: Parameters<typeof cookieWrites>[0]): Promise<void> => {
    for (const { key, value } of cookieWrites(changes)) await device.local.put(workspace, key, value);
    await reload();
  };
  return (
    <Dialog
      title="Cookies"
      description="Kept for this workspace on this device, and sent along where they belong. They are never synced."
      close={() => openSenderDialog(null)}
      actions={
        <>
          {cookies.length > 0 ? (
            <Button look="danger" onClick={() => void change({ set: [], removed: cookies })}>
              Delete all
            </Button>
          ) : null}
          <Button icon={Plus} onClick={() => setAdding(true)}>
            Add a cookie
          </Button>
        </>
      }
    >
      {isAdding ? (
        <AddCookie
          close={() => setAdding(false)}
          add={(cookie) => {
            setAdding(false);
            void change({ set: [cookie], removed: [] });
          }}
        />
      ) : null}
      {cookies.length === 0 && !isAdding ? (
        <Empty icon={CookieIcon} title="No cookies yet">
          What responses set is kept here and sent with the next requests.
        </Empty>
      ) : (
        byDomain(cookies).map(({ domain, cookies: its }) => (
          <section key={domain} aria-label={domain} className="mb-4">
            <h3 className="flex items-center gap-2 text-sm font-medium">
              <span className="min-w-0 flex-1 truncate">{domain}</span>
              <IconButton
                size="small"
                icon={Trash2}
                label={`Delete the cookies of ${domain}`}
                onClick={() => void change({ set: [], removed: its })}
              />
            </h3>
            <ul className="mt-1 rounded-md border border-line">
              {its.map((cookie) => (
                <Row
                  key={`${cookie.path} ${cookie.name}`}
                  cookie={cookie}
                  remove={() => void change({ set: [], removed: [cookie] })}
                />
              ))}
            </ul>
          </section>
        ))
      )}
    </Dialog>
  );
}

function Row({ cookie, remove }: { readonly cookie: Cookie; readonly remove: () => void }) {
  const about = [cookie.path === '/' ? '' : cookie.path, expiryText(cookie), limitsOf(cookie)].filter(
    (text) => text !== '',
  );
  return (
    <li className="flex items-center gap-3 border-b border-line px-3 py-1.5 text-xs last:border-b-0">
      <span className="w-32 shrink-0 truncate font-medium max-md:w-20" title={cookie.name}>
        {cookie.name}
      </span>
      <span className="min-w-0 flex-1 truncate font-mono" title={cookie.value}>
        {cookie.value}
      </span>
      <span className="hidden shrink-0 text-faint sm:block">{about.join(' · ')}</span>
      <IconButton size="small" icon={Trash2} label={`Delete the cookie ${cookie.name}`} onClick={remove} />
    </li>
  );
}

function AddCookie({ add, close }: { readonly add: (cookie: Cookie) => void; readonly close: () => void }) {
  const [domain, setDomain] = useState('');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <form
      className="mb-4 flex flex-col gap-3 rounded-lg border border-line bg-panel p-3"
      onSubmit={(event) => {
        event.preventDefault();
        const made = newCookie(domain, text, Date.now());
        if (typeof made === 'string') setProblem(made);
        else add(made);
      }}
    >
      <Field
        label="Domain"
        placeholder="api.example.org"
        value={domain}
        onChange={({ target }) => setDomain(target.value)}
      />
      <Field
        label="Cookie"
        placeholder="name=value; Path=/; Secure; HttpOnly"
        hint="As a server writes it in Set-Cookie."
        value={text}
        problem={problem}
        onChange={({ target }) => {
          setText(target.value);
          setProblem(null);
        }}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={close}>Cancel</Button>
        <Button look="primary" type="submit">
          Add
        </Button>
      </div>
    </form>
  );
}
