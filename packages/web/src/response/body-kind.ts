/** What a body is, by what the server says of it and, where it says nothing useful, by how it begins. */
export type BodyKind =
  | 'json'
  | 'xml'
  | 'html'
  | 'css'
  | 'javascript'
  | 'text'
  | 'events'
  | 'image'
  | 'pdf'
  | 'audio'
  | 'video'
  | 'binary';

export interface BodyType {
  readonly kind: BodyKind;
  /** As the server says it, without its parameters; guessed where it says nothing. */
  readonly mime: string;
  /** A label that TextDecoder knows. */
  readonly charset: string;
}

const SAID: readonly (readonly [pattern: RegExp, kind: BodyKind])[] = [
  [/^text\/event-stream$/, 'events'],
  [/^(application|text)\/(.*\+)?(json|x-ndjson|jsonl|ndjson|json-seq)$/, 'json'],
  [/^(text\/html|application\/xhtml\+xml)$/, 'html'],
  [/^image\//, 'image'],
  [/^(application|text)\/(.*\+)?xml$/, 'xml'],
  [/^text\/css$/, 'css'],
  [/^(application|text)\/(x-)?(javascript|ecmascript)$/, 'javascript'],
  [/^application\/pdf$/, 'pdf'],
  [/^audio\//, 'audio'],
  [/^video\//, 'video'],
  [/^text\//, 'text'],
  [/^application\/(x-www-form-urlencoded|graphql|yaml|x-yaml|toml|sql|x-sh)$/, 'text'],
];

/** How binary formats begin, where nobody says what they are. */
const MAGIC: readonly (readonly [beginning: RegExp, mime: string])[] = [
  [/^\x89PNG/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^GIF8/, 'image/gif'],
  [/^RIFF[^]{4}WEBP/, 'image/webp'],
  [/^[^]{4}ftypavi[fs]/, 'image/avif'],
  [/^%PDF-/, 'application/pdf'],
  [/^ID3/, 'audio/mpeg'],
  [/^OggS/, 'audio/ogg'],
  [/^fLaC/, 'audio/flac'],
  [/^RIFF[^]{4}WAVE/, 'audio/wav'],
  [/^[^]{4}ftypM4A/, 'audio/mp4'],
  [/^[^]E\xdf\xa3/, 'video/webm'],
  [/^[^]{4}ftyp(?:iso[m2-9]|mp4[12]|avc1|dash|M4V)/, 'video/mp4'],
];

/** A type that says nothing: whoever sends it did not look. */
const VAGUE = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'application/binary', 'text/plain']);

export function bodyTypeOf(contentType: string, start: Uint8Array): BodyType {
  const mime = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  const charset = charsetOf(contentType);
  const said = SAID.find(([pattern]) => pattern.test(mime))?.[1];
  if (said !== undefined && !VAGUE.has(mime)) return { kind: said, mime, charset };
  const beginning = String.fromCharCode(...start.subarray(0, 12));
  const magic = MAGIC.find(([pattern]) => pattern.test(beginning))?.[1];
  if (magic !== undefined) return { ...bodyTypeOf(magic, start), charset };
  const looks = start.length === 0 ? 'text' : looksLike(start);
  return {
    kind: looks,
    mime: mime === '' ? (looks === 'binary' ? 'application/octet-stream' : 'text/plain') : mime,
    charset,
  };
}

function charsetOf(contentType: string): string {
  const label = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return 'utf-8';
  }
}

function looksLike(start: Uint8Array): BodyKind {
  if (isBinary(start)) return 'binary';
  const text = new TextDecoder()
    .decode(start)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/^[[{]\s*("|[[{\]}]|-?\d|true|false|null)/.test(text)) return 'json';
  if (/^<(!doctype html|html|head|body)\b/i.test(text)) return 'html';
  return /^<(\?xml|[a-z][\w:-]*[\s/>])/i.test(text) ? 'xml' : 'text';
}

/** Control characters that no text has; or bytes that are no UTF-8, but for a character cut at the end. */
function isBinary(start: Uint8Array): boolean {
  if (start.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return true;
  const text = new TextDecoder().decode(start, { stream: true });
  return text.includes('\uFFFD');
}

export function isText({ kind }: BodyType): boolean {
  return ['json', 'xml', 'html', 'css', 'javascript', 'text', 'events'].includes(kind);
}
