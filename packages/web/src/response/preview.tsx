/** A body as it would look: pictures, documents, sound, and HTML without its scripts and without a network. */
import { useEffect, useMemo, useState } from 'react';
import type { Attempt } from '../sending/attempt.ts';
import type { BodyType } from './body-kind.ts';

/** Whatever the page names stays unloaded: looking at a response must tell nobody. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; media-src data:";

export interface PreviewProps {
  readonly attempt: Attempt;
  readonly type: BodyType;
}

export function canPreview({ kind }: BodyType): boolean {
  return ['html', 'image', 'pdf', 'audio', 'video'].includes(kind);
}

export function Preview({ attempt, type }: PreviewProps) {
  const { body } = attempt;
  if (type.kind === 'html') return <PreviewPage attempt={attempt} type={type} />;
  return <PreviewFile key={attempt.number} blob={body.blob(type.mime)} type={type} />;
}

function PreviewPage({ attempt, type }: PreviewProps) {
  const page = useMemo(() => {
    const text = new TextDecoder(type.charset).decode(attempt.body.bytes());
    return `<meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="color-scheme" content="light">${text}`;
  }, [attempt.body, type.charset]);
  return (
    <iframe
      title="Preview of the response"
      sandbox=""
      srcDoc={page}
      referrerPolicy="no-referrer"
      className="min-h-0 w-full flex-1 border-0 bg-[white]"
    />
  );
}

function PreviewFile({ blob, type }: { readonly blob: Blob; readonly type: BodyType }) {
  const url = useObjectUrl(blob);
  const [isUnknown, setUnknown] = useState(type.kind === 'pdf' && !navigator.pdfViewerEnabled);
  const giveUp = (): void => setUnknown(true);
  if (isUnknown) {
    return (
      <p className="px-4 py-2 text-sm text-muted">
        This browser cannot show it. Its bytes are under Bytes, and the menu at the right saves it to a file.
      </p>
    );
  }
  switch (type.kind) {
    case 'image':
      return (
        <div className="flex min-h-0 flex-1 items-center justify-center overflow-auto bg-sunken p-4">
          <img src={url} alt="The response" className="max-h-full max-w-full" onError={giveUp} />
        </div>
      );
    case 'audio':
      return (
        <div className="flex flex-1 items-center justify-center p-4">
          {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- nobody has captions for a response */}
          <audio src={url} controls onError={giveUp} />
        </div>
      );
    case 'video':
      return (
        <div className="flex min-h-0 flex-1 items-center justify-center bg-sunken p-4">
          {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- nobody has captions for a response */}
          <video src={url} controls className="max-h-full max-w-full min-w-72" onError={giveUp} />
        </div>
      );
    default:
      // Browsers show no PDF in a sandboxed frame. What is in it has the type that it was given here, so it is no page.
      // oxlint-disable-next-line react/iframe-missing-sandbox
      return <iframe title="Preview of the response" src={url} className="min-h-0 w-full flex-1 border-0" />;
  }
}

/** For as long as it is on the screen. */
function useObjectUrl(blob: Blob): string {
  const [url] = useState(() => URL.createObjectURL(blob));
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return url;
}
