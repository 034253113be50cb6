/** A request out of a command line of curl, as browsers and documentation give them. */
import { type JsonNode, scalar } from '@waypost/protocol';
import { arrayOf, objectOf } from '../../json-edit.ts';
import { withUrlText } from '../../url-edit.ts';
import { shellWords } from './words.ts';

/** Options with a value that say nothing about the request itself, or nothing that Waypost keeps. */
const IGNORED_WITH_VALUE =
  /^(?:-o|--output|-w|--write-out|-m|--max-time|--connect-timeout|--retry|--retry-delay|--retry-max-time|-x|--proxy|--proxy-user|-U|--cacert|--capath|-E|--cert|--key|--cert-type|--key-type|--pass|--resolve|--connect-to|--interface|-c|--cookie-jar|-D|--dump-header|--limit-rate|-r|--range|--ciphers|--tls-max|--trace|--trace-ascii|--max-redirs|-T|--upload-file|-K|--config)$/;

interface Reading {
  url: string | null;
  method: string | null;
  readonly headers: { key: string; value: string }[];
  readonly data: string[];
  readonly form: JsonNode[];
  file: string | null;
  user: string | null;
  authType: 'basic' | 'digest' | 'ntlm';
  bearer: string | null;
  isGet: boolean;
  isHead: boolean;
  json: boolean;
  readonly behaviour: Record<string, JsonNode>;
}

export function isCurl(text: string): boolean {
  return /^\s*(?:\$\s+)?curl(?:\.exe)?\s/.test(text);
}

/** The data of a request; null where there is no address in it. */
export function importCurl(text: string): JsonNode | null {
  const reading = read(shellWords(text.trim().replace(/^\$\s+/, '')).slice(1));
  if (reading.url === null) return null;
  const query = reading.isGet && reading.data.length > 0 ? joined(reading) : null;
  const raw = query === null ? reading.url : `${reading.url}${reading.url.includes('?') ? '&' : '?'}${query}`;
  const body = reading.isGet ? undefined : bodyOf(reading);
  if (reading.json) {
    addHeader(reading, 'Content-Type', 'application/json');
    addHeader(reading, 'Accept', 'application/json');
  }
  const method = reading.method ?? (reading.isHead ? 'HEAD' : body === undefined ? 'GET' : 'POST');
  const address = withUrlText(undefined, raw);
  return objectOf({
    name: scalar(nameOf(method, raw)),
    ...(Object.keys(reading.behaviour).length === 0 ? {} : { protocolProfileBehavior: objectOf(reading.behaviour) }),
    request: objectOf({
      auth: authOf(reading),
      method: scalar(method),
      header: arrayOf(reading.headers.map(({ key, value }) => objectOf({ key: scalar(key), value: scalar(value) }))),
      body,
      url: address,
    }),
  });
}

function read(words: readonly string[]): Reading {
  const reading: Reading = {
    ...{ url: null, method: null, headers: [], data: [], form: [], file: null, user: null, authType: 'basic' },
    ...{ bearer: null, isGet: false, isHead: false, json: false, behaviour: {} },
  };
  let at = 0;
  const next = (): string => {
    at += 1;
    return words[at] ?? '';
  };
  while (at < words.length) {
    const word = words[at] as string;
    const [name, given] = splitOption(word);
    if (name === null) reading.url ??= word;
    else take(reading, name, () => given ?? next());
    at += 1;
  }
  return reading;
}

/** `--data=x` and `-XPOST` carry their value; several short switches may stand together. */
function splitOption(word: string): [name: string | null, given: string | null] {
  if (!word.startsWith('-') || word === '-') return [null, null];
  if (word.startsWith('--')) {
    const equals = word.indexOf('=');
    return equals < 0 ? [word, null] : [word.slice(0, equals), word.slice(equals + 1)];
  }
  const letter = word.slice(0, 2);
  if (word.length === 2) return [letter, null];
  if (/^-[sSkLifgvNIG0-9#]$/.test(letter))
    return splitOption(`-${word.slice(2)}`)[0] === null ? [letter, null] : [word, null];
  return [letter, word.slice(2)];
}

function take(reading: Reading, name: string, value: () => string): void {
  switch (name) {
    case '-X':
    case '--request':
      reading.method = value();
      return;
    case '-H':
    case '--header':
      takeHeader(reading, value());
      return;
    case '-A':
    case '--user-agent':
      reading.headers.push({ key: 'User-Agent', value: value() });
      return;
    case '-e':
    case '--referer':
      reading.headers.push({ key: 'Referer', value: value() });
      return;
    case '-b':
    case '--cookie':
      reading.headers.push({ key: 'Cookie', value: value() });
      return;
    case '-d':
    case '--data':
    case '--data-ascii':
      takeData(reading, value());
      return;
    case '--data-raw':
      reading.data.push(value());
      return;
    case '--data-binary':
      takeData(reading, value());
      return;
    case '--json':
      reading.json = true;
      takeData(reading, value());
      return;
    case '--data-urlencode':
      reading.data.push(encoded(value()));
      return;
    case '-F':
    case '--form':
    case '--form-string':
      reading.form.push(formField(value(), name === '--form-string'));
      return;
    case '-u':
    case '--user':
      reading.user = value();
      return;
    case '--digest':
      reading.authType = 'digest';
      return;
    case '--ntlm':
      reading.authType = 'ntlm';
      return;
    case '--oauth2-bearer':
      reading.bearer = value();
      return;
    case '-G':
    case '--get':
      reading.isGet = true;
      return;
    case '-I':
    case '--head':
      reading.isHead = true;
      return;
    case '-k':
    case '--insecure':
      reading.behaviour['strictSSL'] = scalar(false);
      return;
    case '--http2':
      reading.behaviour['protocolVersion'] = scalar('http2');
      return;
    case '--url':
      reading.url = value();
      return;
    case '--compressed':
      return;
    default:
      if (IGNORED_WITH_VALUE.test(name)) value();
      else if (/^-[a-zA-Z#0-9]{2,}$/.test(name)) for (const letter of name.slice(1)) take(reading, `-${letter}`, value);
  }
}

function takeHeader(reading: Reading, line: string): void {
  const colon = line.indexOf(':');
  // `X-Name;` is a header without a value.
  const end = colon < 0 ? line.replace(/;\s*$/, '').length : colon;
  reading.headers.push({ key: line.slice(0, end).trim(), value: colon < 0 ? '' : line.slice(colon + 1).trim() });
}

function takeData(reading: Reading, value: string): void {
  if (value.startsWith('@')) reading.file = value.slice(1);
  else reading.data.push(value);
}

/** `name=value`, where only the value is encoded. */
function encoded(value: string): string {
  const equals = value.indexOf('=');
  const name = equals <= 0 ? '' : `${value.slice(0, equals)}=`;
  const content = equals < 0 ? value : value.slice(equals + 1);
  return (
    name +
    content.replaceAll(/\{\{[^{}]*\}\}|[^A-Za-z0-9\-_.~]/gu, (piece) =>
      piece.startsWith('{{') ? piece : encodeURIComponent(piece),
    )
  );
}

function formField(text: string, isText: boolean): JsonNode {
  const equals = text.indexOf('=');
  const key = scalar(equals < 0 ? text : text.slice(0, equals));
  const value = equals < 0 ? '' : text.slice(equals + 1);
  if (isText || !/^[@<]/.test(value)) return objectOf({ key, value: scalar(value), type: scalar('text') });
  const [src = '', ...rest] = value.slice(1).split(';');
  const type = rest.find((one) => one.startsWith('type='))?.slice('type='.length);
  return objectOf({
    key,
    type: scalar('file'),
    src: scalar(src.replaceAll(/^"|"$/g, '')),
    contentType: type === undefined ? undefined : scalar(type),
  });
}

function joined({ data }: Reading): string {
  return data.join('&');
}

function bodyOf(reading: Reading): JsonNode | undefined {
  const { form, file, data } = reading;
  if (form.length > 0) return objectOf({ mode: scalar('formdata'), formdata: arrayOf(form) });
  if (file !== null && data.length === 0)
    return objectOf({ mode: scalar('file'), file: objectOf({ src: scalar(file) }) });
  if (data.length === 0) return undefined;
  const text = joined(reading);
  const contentType = reading.headers.find(({ key }) => key.toLowerCase() === 'content-type')?.value ?? '';
  const isForm =
    contentType === '' ? !reading.json && !looksLikeJson(text) : /x-www-form-urlencoded/i.test(contentType);
  if (isForm && !text.includes('\n')) {
    return objectOf({ mode: scalar('urlencoded'), urlencoded: arrayOf(text.split('&').map(formPair)) });
  }
  if (contentType === '' && !reading.json) addHeader(reading, 'Content-Type', 'application/x-www-form-urlencoded');
  const language = reading.json || /json/i.test(contentType) ? 'json' : /xml/i.test(contentType) ? 'xml' : null;
  return objectOf({
    mode: scalar('raw'),
    raw: scalar(text),
    options: language === null ? undefined : objectOf({ raw: objectOf({ language: scalar(language) }) }),
  });
}

/** What stands in the command is encoded already; in the rows of a form it is not. */
function formPair(pair: string): JsonNode {
  const equals = pair.indexOf('=');
  return objectOf({
    key: scalar(decoded(equals < 0 ? pair : pair.slice(0, equals))),
    value: scalar(decoded(equals < 0 ? '' : pair.slice(equals + 1))),
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text) && !/^\s*\{\{/.test(text);
}

function addHeader({ headers }: Reading, key: string, value: string): void {
  if (!headers.some((header) => header.key.toLowerCase() === key.toLowerCase())) headers.push({ key, value });
}

function authOf({ user, bearer, authType }: Reading): JsonNode | undefined {
  const parameter = (key: string, value: string): JsonNode =>
    objectOf({ key: scalar(key), value: scalar(value), type: scalar('string') });
  if (bearer !== null) return objectOf({ type: scalar('bearer'), bearer: arrayOf([parameter('token', bearer)]) });
  if (user === null) return undefined;
  const colon = user.indexOf(':');
  const [name, password] = colon < 0 ? [user, ''] : [user.slice(0, colon), user.slice(colon + 1)];
  return objectOf({
    type: scalar(authType),
    [authType]: arrayOf([parameter('username', name), parameter('password', password)]),
  });
}

function nameOf(method: string, raw: string): string {
  const path = /^(?:[a-z]+:\/\/)?[^/?#]*(\/[^?#]*)/i.exec(raw)?.[1] ?? '/';
  return `${method} ${path.slice(0, 80)}`;
}
