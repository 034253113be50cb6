/** Client certificates by host, and authorities to trust besides the usual ones. */
import { FilePlus2, Plus, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { Field } from '../design/field.tsx';
import { Setting } from '../design/setting.tsx';
import { newId } from '../desk/new-id.ts';
import {
  AUTHORITIES,
  authoritiesIn,
  CERTIFICATE,
  certificatesIn,
  type KeptCertificate,
  pemIn,
} from './surroundings.ts';
import type { KeptRecords } from './use-records.ts';

export function CertificatesSetting({ kept }: { readonly kept: KeptRecords }) {
  const [isAdding, setAdding] = useState(false);
  const certificates = certificatesIn(kept.records);
  return (
    <Setting title="Client certificates" hint="Shown to the hosts they are for, and to no other.">
      {isAdding ? null : (
        <Button size="small" icon={Plus} onClick={() => setAdding(true)}>
          Add a certificate
        </Button>
      )}
      {certificates.length === 0 ? null : (
        <ul className="w-full rounded-md border border-line">
          {certificates.map(({ key, host, names }) => (
            <li key={key} className="flex items-center gap-3 border-b border-line px-3 py-1 text-xs last:border-none">
              <span className="min-w-0 flex-1 truncate font-medium">{host}</span>
              <span className="min-w-0 truncate text-muted">{names}</span>
              <IconButton
                size="small"
                icon={Trash2}
                label={`Delete the certificate for ${host}`}
                onClick={() => void kept.put(key, null)}
              />
            </li>
          ))}
        </ul>
      )}
      {isAdding ? (
        <AddCertificate
          close={() => setAdding(false)}
          add={({ host, names, certificate }) => {
            setAdding(false);
            void kept.put(`${CERTIFICATE}${newId()}`, JSON.stringify({ host, names, certificate }));
          }}
        />
      ) : null}
    </Setting>
  );
}

interface AddCertificateProps {
  readonly add: (made: Omit<KeptCertificate, 'key'>) => void;
  readonly close: () => void;
}

function AddCertificate({ add, close }: AddCertificateProps) {
  const [host, setHost] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [passphrase, setPassphrase] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (): Promise<void> => {
    const made = await certificateFrom(files, passphrase === '' ? null : passphrase);
    if (host.trim() === '') setProblem('Say which host it is for.');
    else if (typeof made === 'string') setProblem(made);
    else add({ host: host.trim(), names: files.map(({ name }) => name).join(', '), certificate: made });
  };
  return (
    <form
      className="flex w-full flex-col gap-3 rounded-lg border border-line bg-panel p-3"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field
        label="Host"
        placeholder="api.example.org or *.example.org"
        value={host}
        onChange={({ target }) => setHost(target.value)}
      />
      <ChooseFiles
        label="Certificate and key: PEM in one file or two, or .p12"
        names={files.map(({ name }) => name)}
        choose={(chosen) => {
          setFiles(chosen);
          setProblem(null);
        }}
      />
      <Field
        label="Passphrase, where there is one"
        type="password"
        autoComplete="off"
        value={passphrase}
        problem={problem}
        onChange={({ target }) => setPassphrase(target.value)}
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

async function certificateFrom(
  files: readonly File[],
  passphrase: string | null,
): Promise<KeptCertificate['certificate'] | string> {
  const [first] = files;
  if (first === undefined) return 'Choose its files.';
  if (/\.(p12|pfx)$/i.test(first.name)) {
    return { kind: 'pfx', pfx: base64(new Uint8Array(await first.arrayBuffer())), passphrase };
  }
  const { certificate, key } = pemIn((await Promise.all(files.map(async (file) => file.text()))).join('\n'));
  if (certificate === '' || key === '') return 'There has to be a certificate and its private key, as PEM.';
  return { kind: 'pem', certificate, key, passphrase };
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

export function AuthoritiesSetting({ kept }: { readonly kept: KeptRecords }) {
  const [problem, setProblem] = useState<string | null>(null);
  const authorities = authoritiesIn(kept.records);
  const count = authorities === null ? 0 : authorities.split('-----BEGIN').length - 1;
  const choose = async (files: readonly File[]): Promise<void> => {
    const { certificate } = pemIn((await Promise.all(files.map(async (file) => file.text()))).join('\n'));
    setProblem(certificate === '' ? 'There is no certificate as PEM in it.' : null);
    if (certificate !== '') await kept.put(AUTHORITIES, certificate);
  };
  return (
    <Setting title="Authorities" hint={problem ?? 'Certificates to trust besides the usual ones, as PEM.'}>
      {count === 0 ? null : (
        <>
          <span className="text-xs text-muted">{count === 1 ? 'One certificate' : `${count} certificates`}</span>
          <Button size="small" onClick={() => void kept.put(AUTHORITIES, null)}>
            Trust them no more
          </Button>
        </>
      )}
      <ChooseFiles label="Choose authorities" names={[]} choose={(files) => void choose(files)} />
    </Setting>
  );
}

interface ChooseFilesProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly choose: (files: readonly File[]) => void;
}

function ChooseFiles({ label, names, choose }: ChooseFilesProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={label}
        onChange={({ target }) => {
          choose([...(target.files ?? [])]);
          // The same file can be chosen again, once it was mended.
          target.value = '';
        }}
      />
      <Button size="small" icon={FilePlus2} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <span className="min-w-0 truncate text-xs text-muted">{names.join(', ')}</span>
    </div>
  );
}
