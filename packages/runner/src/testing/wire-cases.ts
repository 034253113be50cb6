/** Requests at the edges of the collection format, as its JSON. `HOST` stands for the recording server. */

export interface WireCase {
  readonly title: string;
  /** Why it is sent in another way than newman does, where it is. */
  readonly differs?: string;
  readonly item: object;
}

const HOST = 'http://HOST';

/** Files that the cases name. */
export const WIRE_FILES: ReadonlyMap<string, string> = new Map([
  ['plan.json', '{"berths": [1, 2]}'],
  ['notes', 'free text\r\n'],
  ['ünïcode name.txt', 'x'],
]);

export const WIRE_ENVIRONMENT = {
  name: 'Wire',
  values: [
    { key: 'base', value: HOST },
    { key: 'path', value: 'a/b' },
    { key: 'nested', value: '{{inner}}' },
    { key: 'inner', value: 'deep' },
    { key: 'stage', value: 'test' },
    { key: 'url_test', value: 'chosen' },
    { key: 'cycle', value: '{{cycle}}' },
    { key: 'number', value: 5, type: 'number' },
    { key: 'object', value: { a: 1 } },
    { key: 'off', value: 'never', enabled: false },
    { key: 'twice', value: 'first' },
    { key: 'twice', value: 'second' },
    { key: 'odd name!', value: 'odd' },
    { key: 'special', value: 'a&b=c d/ü?#' },
    { key: 'quoted', value: 'say "hi"' },
    { key: 'empty', value: '' },
    { key: 'nothing', value: null },
  ],
};

export const WIRE_CASES: readonly WireCase[] = [
  ...urls(),
  ...headers(),
  ...bodies(),
  ...methods(),
  ...authentications(),
  ...settings(),
];

function request(title: string, request: unknown, rest: object = {}): WireCase {
  return { title, item: { name: title, request, ...rest } };
}

function urls(): WireCase[] {
  const get = (title: string, url: unknown) => request(`URL: ${title}`, { method: 'GET', url });
  const host = { protocol: 'http', host: ['HOST'] };
  return [
    request('URL: a request that is a text', `${HOST}/text`),
    get('nothing after the host', HOST),
    get('a lone slash', `${HOST}/`),
    get('only a query', `${HOST}?a=b`),
    get('a fragment', `${HOST}/a#part?x=1`),
    get('double slashes and dots', `${HOST}//a//./b/../c`),
    get('blanks and umlauts', `${HOST}/grün/a b?q=ü ö&ß=1`),
    get('what is encoded already', `${HOST}/a%20b/%2F?q=%26%3D%25`),
    get('a percent sign alone', `${HOST}/100%?q=50%`),
    get('brackets, quotes, backslashes', `${HOST}/[a]{b}|c"d'e\\f?g=[1]&h={"i":"j"}`),
    get('plus and semicolon', `${HOST}/a+b;c?d=e+f;g`),
    get('empty pieces of a query', `${HOST}/?a&b=&=c&&d=e&`),
    get('keys that repeat', `${HOST}/?a=1&a=2&b=3&a=4`),
    get('equals signs in a value', `${HOST}/?a=b=c==`),
    get('a name in the path and in the query', '{{base}}/{{path}}/x?y={{path}}'),
    get('a name in a name', '{{base}}/{{url_{{stage}}}}'),
    get('a name in a value', '{{base}}/{{nested}}'),
    get('a name that leads to itself', '{{base}}/{{cycle}}'),
    get('a name that is not known', '{{base}}/{{unknown}}?q={{unknown}}'),
    get('a name that is off, one that stands twice, one that is odd', '{{base}}/{{off}}/{{twice}}/{{odd name!}}'),
    get('values that are no text', '{{base}}/{{number}}/{{object}}/{{nothing}}/{{empty}}'),
    get('a value with signs', '{{base}}/{{special}}?q={{special}}'),
    get('blanks around a name', '{{base}}/{{ path }}'),
    get('no protocol', 'HOST/plain'),
    get('credentials', 'http://anna:se%20cret@HOST/in'),
    get('parts without a text', { ...host, path: ['a', 'b'], query: [{ key: 'c', value: 'd' }] }),
    get('parts that differ from the text', { raw: `${HOST}/raw`, ...host, path: ['parts'] }),
    {
      ...get('a text alone', { raw: `${HOST}/raw?x=1` }),
      differs: 'a URL without parts is sent as its text says: newman finds none in it, and sends nothing',
    },
    get('a path that is a text', { ...host, path: '/a/b' }),
    get('a host that is a text', { protocol: 'http', host: 'HOST', path: ['a'] }),
    get('rows that are off', {
      ...host,
      path: ['a'],
      query: [
        { key: 'on', value: '1' },
        { key: 'off', value: '2', disabled: true },
        { key: 'last', value: '3' },
      ],
    }),
    get('rows without a value, without a key, with null', {
      ...host,
      path: ['a'],
      query: [
        { key: 'a' },
        { key: 'b', value: null },
        { value: 'c' },
        { key: null, value: 'd' },
        { key: '', value: '' },
      ],
    }),
    get('rows with signs', {
      ...host,
      path: ['a'],
      query: [
        { key: 'a&b', value: 'c=d&e#f' },
        { key: 'g', value: '{{special}}' },
      ],
    }),
    get('path variables', {
      raw: `${HOST}/:id/:id/:other/:none`,
      ...host,
      path: [':id', ':id', ':other', ':none'],
      variable: [
        { key: 'id', value: '{{inner}}' },
        { key: 'other', value: 'a/b c' },
      ],
    }),
    get('path variables without a value, and that are off', {
      ...host,
      path: [':empty', ':null', ':off'],
      variable: [
        { key: 'empty', value: '' },
        { key: 'null', value: null },
        { key: 'off', value: 'x', disabled: true },
      ],
    }),
    get('path variables named by id', { ...host, path: [':old'], variable: [{ id: 'old', value: 'new' }] }),
    get('a colon inside of a piece', `${HOST}/a:b/:c.json`),
  ];
}

function headers(): WireCase[] {
  const get = (title: string, header: unknown, rest: object = {}) =>
    request(`headers: ${title}`, { method: 'GET', url: `${HOST}/h`, header }, rest);
  return [
    get('a text', 'X-A: 1\r\nX-B: 2'),
    get('null', null),
    get('that repeat', [
      { key: 'X-A', value: '1' },
      { key: 'X-A', value: '2' },
      { key: 'x-a', value: '3' },
    ]),
    get('that are off, by either word', [
      { key: 'X-Off', value: '1', disabled: true },
      { key: 'X-Enabled', value: '1', enabled: false },
      { key: 'X-On', value: '1' },
    ]),
    get('without a key, without a value', [
      { key: '', value: '1' },
      { value: '2' },
      { key: 'X-Empty', value: '' },
      { key: 'X-None' },
    ]),
    get('with blanks around', [{ key: ' X-Blank ', value: '  a b  ' }]),
    get('with names in them', [{ key: 'X-{{inner}}', value: '{{nested}} and {{unknown}}' }]),
    get('with letters that are not Latin', [{ key: 'X-Umlaut', value: 'grün' }]),
    get('values that are no text', [
      { key: 'X-Number', value: 5 },
      { key: 'X-True', value: true },
      { key: 'X-Null', value: null },
    ]),
    get('in place of those that are added', [
      { key: 'accept', value: 'text/plain' },
      { key: 'Cache-Control', value: 'max-age=0' },
      { key: 'accept-encoding', value: 'identity' },
      { key: 'Postman-Token', value: 'mine' },
      { key: 'user-agent', value: 'mine' },
    ]),
    get('a host of its own', [{ key: 'Host', value: 'other.example' }]),
    get('a cookie of its own', [{ key: 'Cookie', value: 'a=b; c=d' }]),
    get('a connection that closes', [{ key: 'Connection', value: 'close' }]),
    get('a length that is wrong on a GET', [{ key: 'Content-Length', value: '0' }]),
    get('those that are added, switched off', [], {
      protocolProfileBehavior: {
        disabledSystemHeaders: {
          'cache-control': true,
          'postman-token': true,
          accept: true,
          'accept-encoding': true,
          connection: true,
          'user-agent': true,
        },
      },
    }),
    get('the host, switched off', [], { protocolProfileBehavior: { disabledSystemHeaders: { host: true } } }),
  ];
}

function bodies(): WireCase[] {
  const post = (title: string, body: unknown, more: object = {}, rest: object = {}) =>
    request(`body: ${title}`, { method: 'POST', url: `${HOST}/b`, body, ...more }, rest);
  const typed = (value: string) => ({ header: [{ key: 'Content-Type', value }] });
  const language = (name: string) => ({ raw: { language: name } });
  return [
    post('null', null),
    post('an empty object', {}),
    post('an empty mode', { mode: '' }),
    post('a mode that does not exist', { mode: 'other', other: 'x' }),
    post('a text in place of an object', 'plain text'),
    post('raw and empty', { mode: 'raw', raw: '' }),
    post('raw text', { mode: 'raw', raw: 'line 1\r\nline 2\n\tünïcode ☃ 𝄞' }),
    post('raw with names', {
      mode: 'raw',
      raw: '{"a": "{{nested}}", "b": "{{quoted}}", "c": {{number}}, "d": "{{unknown}}"}',
    }),
    post('raw that is an object', { mode: 'raw', raw: { a: 1 } }),
    ...['json', 'xml', 'html', 'javascript', 'text', 'graphql', 'none'].map((name) =>
      post(`raw in ${name}`, { mode: 'raw', raw: '{}', options: language(name) }),
    ),
    post(
      'raw in JSON with a type of its own',
      { mode: 'raw', raw: '{}', options: language('json') },
      typed('application/vnd.api+json'),
    ),
    post('raw in JSON with comments', {
      mode: 'raw',
      raw: '{ // one\n "a": "http://x", /* two */ "b": 1 }',
      options: language('json'),
    }),
    post('comments in what is no JSON', { mode: 'raw', raw: 'a // b', options: language('text') }),
    post('comments under a JSON type', { mode: 'raw', raw: '{ /* c */ }' }, typed('application/json; charset=utf-8')),
    post(
      'raw with the type switched off',
      { mode: 'raw', raw: '{}', options: language('json') },
      {},
      {
        protocolProfileBehavior: { disabledSystemHeaders: { 'content-type': true, 'content-length': true } },
      },
    ),
    post('raw that is off', { mode: 'raw', raw: 'x', disabled: true }),
    post('a form', {
      mode: 'urlencoded',
      urlencoded: [
        { key: 'a', value: '1 2+3&4=5' },
        { key: 'a', value: '{{special}}' },
        { key: 'ü', value: '☃' },
        { key: 'off', value: 'x', disabled: true },
        { key: 'empty', value: '' },
        { key: 'none' },
        { key: 'null', value: null },
        { key: '', value: 'no key' },
        { key: '{{inner}}', value: "!'()*~" },
      ],
    }),
    post('a form as a text', { mode: 'urlencoded', urlencoded: 'a=1&b=2&a=3' }),
    post('a form with nothing on', { mode: 'urlencoded', urlencoded: [{ key: 'a', value: '1', disabled: true }] }),
    post('a form with values that are no text', {
      mode: 'urlencoded',
      urlencoded: [
        { key: 'n', value: 5 },
        { key: 't', value: true },
      ],
    }),
    post(
      'a form with a type of its own',
      { mode: 'urlencoded', urlencoded: [{ key: 'a', value: '1' }] },
      typed('text/plain'),
    ),
    post('a multipart form', {
      mode: 'formdata',
      formdata: [
        { key: 'text', value: 'a\r\nb', type: 'text' },
        { key: 'typed', value: '{"a": "{{inner}}"}', type: 'text', contentType: 'application/json' },
        { key: 'named "quoted" ü', value: 'x' },
        { key: 'off', value: 'x', disabled: true },
        { key: 'number', value: 5 },
        { key: 'empty', value: '' },
        { key: 'none' },
        { key: 'null', value: null },
      ],
    }),
    post('a multipart form with files', {
      mode: 'formdata',
      formdata: [
        { key: 'one', type: 'file', src: 'plan.json' },
        { key: 'typed', type: 'file', src: 'plan.json', contentType: 'text/csv' },
        { key: 'named', type: 'file', src: 'notes', fileName: 'other.png' },
        { key: 'plain', type: 'file', src: 'notes' },
        { key: 'unicode', type: 'file', src: 'ünïcode name.txt' },
        { key: 'several', type: 'file', src: ['notes', 'plan.json'] },
      ],
    }),
    {
      ...post('a multipart form with a file after several', {
        mode: 'formdata',
        formdata: [
          { key: 'several', type: 'file', src: ['notes', 'plan.json'] },
          { key: 'after', type: 'file', src: 'notes' },
        ],
      }),
      differs: 'newman sends the files of rows after one that names several as empty',
    },
    post('a multipart form with files that are none', {
      mode: 'formdata',
      formdata: [
        { key: 'text', value: 'x' },
        { key: 'missing', type: 'file', src: 'missing.bin' },
        { key: 'empty', type: 'file', src: '' },
        { key: 'list', type: 'file', src: [] },
        { key: 'null', type: 'file', src: null },
        { key: 'no src', type: 'file' },
        { key: 'inline', type: 'file', value: 'aGVsbG8=' },
        { key: 'partly', type: 'file', src: ['missing.bin', 'notes'] },
      ],
    }),
    post(
      'a multipart form with a type of its own',
      { mode: 'formdata', formdata: [{ key: 'a', value: '1' }] },
      typed('multipart/mixed'),
    ),
    post('a file', { mode: 'file', file: { src: 'plan.json' } }),
    post('a file without an ending', { mode: 'file', file: { src: 'notes' } }),
    post('a file with a type of its own', { mode: 'file', file: { src: 'notes' } }, typed('text/markdown')),
    post('a file that is a text', { mode: 'file', file: 'notes' }),
    post('a file that is not there', { mode: 'file', file: { src: 'missing.bin' } }),
    post('a file without a name', { mode: 'file', file: {} }),
    post('a file inline', { mode: 'file', file: { content: 'aGVsbG8=' } }),
    post('GraphQL', {
      mode: 'graphql',
      graphql: { query: '{ berths(side: "{{inner}}") { id } }', variables: '{"a": {{number}}}' },
    }),
    post('GraphQL with an operation', {
      mode: 'graphql',
      graphql: { query: 'query Q { a }', operationName: 'Q', variables: { a: [1, '{{inner}}'] } },
    }),
    post('GraphQL without variables', { mode: 'graphql', graphql: { query: '{ a }', variables: '' } }),
    post('GraphQL and empty', { mode: 'graphql', graphql: {} }),
  ];
}

function methods(): WireCase[] {
  const raw = { mode: 'raw', raw: 'body' };
  const sent = (method: unknown, rest: object = {}) =>
    request(
      `method ${String(method)}${'protocolProfileBehavior' in rest ? ', body kept' : ''}`,
      { method, url: `${HOST}/m`, body: raw },
      rest,
    );
  const kept = { protocolProfileBehavior: { disableBodyPruning: true } };
  return [
    ...['GET', 'HEAD', 'OPTIONS', 'DELETE', 'PUT', 'PATCH', 'COPY', 'LINK', 'PURGE', 'UNLOCK', 'PROPFIND', 'VIEW'].map(
      (method) => sent(method),
    ),
    ...['GET', 'HEAD', 'COPY'].map((method) => sent(method, kept)),
    sent('get'),
    sent('cUsToM'),
    sent(undefined),
    ...['POST', 'PUT', 'DELETE', 'OPTIONS'].map((method) =>
      request(`method ${method} without a body`, { method, url: `${HOST}/m` }),
    ),
  ];
}

function authentications(): WireCase[] {
  const auth = (type: string, parameters: Readonly<Record<string, unknown>>, more: object = {}, title = type) =>
    request(`auth: ${title}`, {
      method: 'POST',
      url: `${HOST}/auth?b=2&a=1`,
      auth: { type, [type]: Object.entries(parameters).map(([key, value]) => ({ key, value, type: 'string' })) },
      ...more,
    });
  const form = { body: { mode: 'urlencoded', urlencoded: [{ key: 'c', value: '{{special}}' }] } };
  const oauth1 = {
    consumerKey: 'ck',
    consumerSecret: 'cs',
    token: 't',
    tokenSecret: 'ts',
    signatureMethod: 'HMAC-SHA1',
    version: '1.0',
    nonce: 'n',
    timestamp: '1700000000',
  };
  const aws = { accessKey: 'AK', secretKey: 'SK', region: 'eu-west-1', service: 's3', sessionToken: 'ST' };
  return [
    request('auth: as in format 2.0', {
      url: `${HOST}/auth`,
      auth: { type: 'basic', basic: { username: 'anna', password: 'x' } },
    }),
    auth('basic', { username: '{{inner}}', password: 'pä:ss' }),
    auth('basic', {}, {}, 'basic without parameters'),
    auth(
      'basic',
      { username: 'a', password: 'b' },
      { header: [{ key: 'Authorization', value: 'mine' }] },
      'basic over a header',
    ),
    auth('bearer', { token: '{{nested}}' }),
    auth('bearer', { token: '' }, {}, 'bearer without a token'),
    auth('apikey', { key: 'X-Key', value: 'v', in: 'header' }),
    auth('apikey', { key: 'key', value: 'a b&c', in: 'query' }, {}, 'apikey in the query'),
    auth('apikey', { key: 'X-Key', value: '{{inner}}' }, {}, 'apikey somewhere'),
    auth('oauth2', { accessToken: 'at', addTokenTo: 'header', headerPrefix: 'Token ' }),
    auth('oauth2', { accessToken: 'at', addTokenTo: 'queryParams' }, {}, 'oauth2 in the query'),
    auth('oauth2', { accessToken: 'at', tokenType: 'bearer' }, {}, 'oauth2 with a type'),
    auth('oauth2', {}, {}, 'oauth2 without a token'),
    auth('oauth1', { ...oauth1, addParamsToHeader: true }, form),
    auth('oauth1', { ...oauth1, addParamsToHeader: false }, form, 'oauth1 in the body'),
    auth(
      'oauth1',
      { ...oauth1, addParamsToHeader: true, signatureMethod: 'HMAC-SHA256', realm: 'r', includeBodyHash: true },
      { body: { mode: 'raw', raw: 'x' } },
      'oauth1 with a hash of the body',
    ),
    auth(
      'oauth1',
      { ...oauth1, addParamsToHeader: true, signatureMethod: 'PLAINTEXT', addEmptyParamsToSign: true },
      {},
      'oauth1 in plain text',
    ),
    auth('hawk', {
      authId: 'id',
      authKey: 'key',
      algorithm: 'sha256',
      nonce: 'n',
      timestamp: '1700000000',
      extraData: 'x',
    }),
    auth(
      'hawk',
      { authId: 'id', authKey: 'key', algorithm: 'sha256', includePayloadHash: true },
      { body: { mode: 'raw', raw: 'x' } },
      'hawk with a hash',
    ),
    auth('awsv4', aws, { body: { mode: 'raw', raw: '{}' } }),
    auth('awsv4', { ...aws, addAuthDataToQuery: true }, {}, 'awsv4 in the query'),
    {
      ...auth('awsv4', aws, { body: { mode: 'file', file: { src: 'notes' } } }, 'awsv4 with a file'),
      differs: 'the Content-Type that the name of the file gives is signed, too: newman adds it after signing',
    },
    auth('awsv4', aws, form, 'awsv4 with a form'),
    auth('digest', {
      username: 'u',
      password: 'p',
      realm: 'r',
      nonce: 'n',
      algorithm: 'MD5',
      qop: 'auth',
      opaque: 'o',
    }),
    auth('ntlm', { username: 'u', password: 'p', domain: 'd', workstation: 'w' }),
    auth('edgegrid', {
      accessToken: 'at',
      clientToken: 'ct',
      clientSecret: 'cs',
      nonce: 'n',
      timestamp: '20231114T22:13:20+0000',
      baseURL: HOST,
    }),
    auth('jwt', {
      algorithm: 'HS256',
      secret: 's',
      payload: '{"sub": "{{inner}}"}',
      addTokenTo: 'header',
      headerPrefix: 'Bearer',
    }),
    auth('digest', { username: 'u', password: 'p' }, { url: `${HOST}/digest` }, 'digest, challenged'),
    auth(
      'digest',
      { username: 'u', password: 'wrong', disableRetryRequest: true },
      { url: `${HOST}/digest` },
      'digest, challenged and not answered',
    ),
    auth('ntlm', { username: 'u', password: 'p' }, { url: `${HOST}/ntlm` }, 'ntlm, challenged'),
    auth('noauth', {}),
    auth('strange', { a: 'b' }),
    request('auth: null', { url: `${HOST}/auth`, auth: null }),
    request('auth: a user in the URL and a type', {
      url: 'http://u:p@HOST/auth',
      auth: { type: 'bearer', bearer: [{ key: 'token', value: 't' }] },
    }),
    {
      title: 'auth: inherited from the folder',
      item: {
        name: 'folder',
        auth: {
          type: 'apikey',
          apikey: [
            { key: 'key', value: 'X-Folder' },
            { key: 'value', value: '{{inner}}' },
          ],
        },
        item: [
          { name: 'inherits', request: { url: `${HOST}/in` } },
          { name: 'has none', request: { url: `${HOST}/in`, auth: { type: 'noauth' } } },
          { name: 'deeper', item: [{ name: 'inherits', request: { url: `${HOST}/in`, auth: null } }] },
        ],
      },
    },
  ];
}

function settings(): WireCase[] {
  const to = (target: string, method: string, protocolProfileBehavior: object, more: object = {}) =>
    request(
      `settings: ${method} ${target} ${JSON.stringify(protocolProfileBehavior)}`,
      {
        method,
        url: `${HOST}${target}`,
        header: [
          { key: 'Authorization', value: 'mine' },
          { key: 'X-Kept', value: '1' },
        ],
        ...more,
      },
      { protocolProfileBehavior },
    );
  const raw = { body: { mode: 'raw', raw: 'body' } };
  return [
    to('/redirect/301', 'GET', {}),
    to('/redirect/302', 'POST', {}, raw),
    to('/redirect/303', 'PUT', {}, raw),
    to('/redirect/307', 'POST', {}, raw),
    to('/redirect/308', 'PUT', {}, raw),
    to('/redirect/302', 'HEAD', {}),
    to('/redirect/302', 'POST', { followOriginalHttpMethod: true }, raw),
    to('/redirect/302', 'GET', { removeRefererHeaderOnRedirect: true }),
    to('/redirect/302', 'GET', { followRedirects: false }),
    to('/elsewhere/302', 'GET', {}),
    to('/elsewhere/302', 'GET', { followAuthorizationHeader: true }),
    to('/relative/302', 'GET', {}),
    to('/circle', 'GET', { maxRedirects: 2 }),
    to('/redirect/307', 'POST', {}, { body: { mode: 'formdata', formdata: [{ key: 'a', value: '1' }] } }),
    to('/redirect/307', 'POST', {}, { body: { mode: 'urlencoded', urlencoded: [{ key: 'a', value: '1' }] } }),
    to('/cookie', 'GET', {}),
    to('/cookie', 'GET', { disableCookies: true }),
    to('/a b/%41?q=a b', 'GET', { disableUrlEncoding: true }),
    {
      title: 'settings: of the folder, and over them those of the request',
      item: {
        name: 'folder',
        protocolProfileBehavior: { followRedirects: false },
        item: [
          { name: 'inherits', request: { url: `${HOST}/redirect/302` } },
          {
            name: 'follows',
            protocolProfileBehavior: { followRedirects: true },
            request: { url: `${HOST}/redirect/302` },
          },
        ],
      },
    },
  ];
}
