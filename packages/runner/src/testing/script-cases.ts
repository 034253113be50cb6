/** Scripts as people write them, before and after a request. `HOST` stands for a server on this machine. */

export interface ScriptCase {
  readonly title: string;
  readonly before?: string;
  readonly after?: string;
  /** In place of a plain GET. */
  readonly request?: object;
  /** Why it comes out in another way than in newman, where it does. */
  readonly differs?: string;
}

export const SCRIPT_CASES: readonly ScriptCase[] = [
  {
    title: 'tests that pass, fail, are passed over, and throw',
    after: `
      pm.test('passes', () => pm.expect(1).to.equal(1));
      pm.test('fails', () => pm.expect({ a: 1 }).to.eql({ a: 2 }));
      pm.test.skip('is passed over', () => { throw new Error('never'); });
      pm.test('throws', () => { throw new TypeError('mine'); });
      pm.test('has a function without a test');
      pm.test('', () => {});`,
  },
  {
    title: 'tests that take time',
    after: `
      pm.test('with done', (done) => setTimeout(() => done(), 5));
      pm.test('with done and an error', (done) => setTimeout(() => done(new Error('late')), 5));
      pm.test('with a promise', async () => { await new Promise((go) => setTimeout(go, 5)); pm.expect(1).to.equal(1); });
      pm.test('with a promise and more', async () => { await null; pm.expect(1).to.equal(1); });`,
  },
  {
    title: 'a response, asked in every way',
    after: `
      pm.test('status', () => pm.response.to.have.status(200));
      pm.test('status by name', () => pm.response.to.have.status('OK'));
      pm.test('ok', () => pm.response.to.be.ok);
      pm.test('success', () => pm.response.to.be.success);
      pm.test('not', () => pm.response.to.not.be.error);
      pm.test('header', () => pm.response.to.have.header('x-answer', 'yes'));
      pm.test('json', () => pm.response.to.have.jsonBody('a.b', 2));
      pm.test('json schema', () => pm.response.to.have.jsonSchema({ type: 'object', required: ['a'] }));
      pm.test('with body', () => pm.response.to.be.withBody);
      pm.test('is json', () => pm.response.to.be.json);
      pm.test('fails with its words', () => pm.response.to.have.status(404));
      console.log(pm.response.code, pm.response.status, pm.response.text(), pm.response.json(), pm.response.headers.get('X-Answer'));
      console.log(pm.response.size().body, typeof pm.response.responseTime, pm.response.reason(), pm.response.mime().type);`,
  },
  {
    title: 'the older forms',
    differs: 'the warnings name the form that was used: newman says setNextRequest of each',
    before:
      "postman.setEnvironmentVariable('old', 'o'); postman.setGlobalVariable('oldGlobal', 'g'); environment.direct = 'd';",
    after: `
      tests['code'] = responseCode.code === 200 && responseCode.name === 'OK';
      tests['body'] = JSON.parse(responseBody).a.b === 2;
      tests['false'] = false;
      tests['truthy'] = 'yes';
      console.log(postman.getEnvironmentVariable('old'), postman.getGlobalVariable('oldGlobal'), environment.old, globals.oldGlobal);
      console.log(postman.getResponseHeader('X-Answer'), responseHeaders['X-Answer'], typeof responseTime, request.method, request.url);
      postman.clearEnvironmentVariable('old');
      postman.clearGlobalVariable('oldGlobal');
      console.log(environment.direct, environment.old, iteration, data);`,
  },
  {
    title: 'variables of every scope',
    before: `
      pm.environment.set('e', 1); pm.environment.set('text', 't'); pm.environment.set('object', { a: [1] }); pm.environment.set('nothing', null);
      pm.globals.set('g', true); pm.collectionVariables.set('c', 'collection'); pm.variables.set('v', 'mine');
      pm.globals.set('shadowed', 'globals'); pm.collectionVariables.set('shadowed', 'collection'); pm.environment.set('shadowed', 'environment');`,
    after: `
      console.log(pm.environment.get('e'), pm.environment.get('object'), pm.environment.get('nothing'), pm.environment.get('missing'));
      console.log(pm.variables.get('shadowed'), pm.variables.has('c'), pm.variables.has('missing'), pm.environment.has('text'));
      console.log(pm.environment.toObject(), pm.globals.get('g'), pm.collectionVariables.toObject());
      console.log(pm.variables.replaceIn('{{shadowed}} {{v}} {{missing}}'), pm.environment.replaceIn('{{text}}'));
      pm.environment.unset('shadowed'); console.log(pm.variables.get('shadowed'));
      pm.collectionVariables.unset('shadowed'); console.log(pm.variables.get('shadowed'));
      pm.environment.unset('object'); pm.environment.unset('missing');
      console.log(pm.environment.name, pm.iterationData.get('x'), pm.iterationData.toObject());`,
  },
  {
    title: 'a scope that is cleared',
    before: "pm.globals.set('kept', 1); pm.globals.clear(); pm.globals.set('after', 2);",
    after: 'console.log(pm.globals.toObject());',
  },
  {
    title: 'a request that is changed before it goes out',
    request: {
      method: 'POST',
      url: 'HOST/changed?a=1',
      header: [
        { key: 'X-Old', value: '1' },
        { key: 'X-Gone', value: '1' },
      ],
      body: { mode: 'raw', raw: '{"a":1}' },
    },
    before: `
      pm.request.headers.add({ key: 'X-New', value: '{{made}}' });
      pm.request.headers.upsert({ key: 'X-Old', value: '2' });
      pm.request.headers.remove('X-Gone');
      pm.request.url.query.add({ key: 'b', value: 'two words' });
      pm.request.method = 'PUT';
      pm.variables.set('made', 'in time');
      pm.request.body.update({ mode: 'raw', raw: JSON.stringify({ changed: true }) });`,
    after: `
      console.log(pm.request.method, pm.request.url.getPath(), pm.request.headers.get('X-New'), pm.request.body.raw);
      console.log(pm.request.url.query.get('b'), pm.request.headers.has('Host'));`,
  },
  {
    title: 'a URL and an authentication set anew',
    before:
      "pm.request.url = 'HOST/anew'; pm.request.auth = { type: 'bearer', bearer: [{ key: 'token', value: '{{t}}' }] }; pm.variables.set('t', 'T');",
  },
  {
    title: 'a form that is added to',
    request: { method: 'POST', url: 'HOST/form', body: { mode: 'urlencoded', urlencoded: [{ key: 'a', value: '1' }] } },
    before: "pm.request.body.urlencoded.add({ key: 'b', value: '{{$timestamp}}'.length ? '2' : '' });",
    after: 'console.log(pm.request.body.urlencoded.toObject());',
  },
  {
    title: 'what a request is called',
    before:
      'console.log(pm.info.eventName, pm.info.requestName, typeof pm.info.requestId, pm.info.iteration, pm.info.iterationCount);',
    after: 'console.log(pm.info.eventName, pm.execution.location.current, pm.execution.location[0]);',
  },
  {
    title: 'requests that scripts send',
    before: `
      pm.sendRequest('HOST/first', (error, response) => {
        console.log(error, response.code, response.json().a.b);
        pm.environment.set('first', response.code);
        pm.sendRequest({
          url: 'HOST/second', method: 'POST',
          header: { 'X-Sent': '{{first}}' },
          body: { mode: 'raw', raw: 'body' },
        }, (again, second) => console.log(again, second.status));
      });`,
    after: `
      pm.sendRequest({ url: 'HOST/form', method: 'POST', body: { mode: 'urlencoded', urlencoded: [{ key: 'a', value: 'b c' }] } }, (error) => console.log(error));
      pm.sendRequest({ url: 'HOST/auth', auth: { type: 'basic', basic: [{ key: 'username', value: 'u' }, { key: 'password', value: 'p' }] } }, () => {});
      pm.sendRequest('http://127.0.0.1:1/', (error) => pm.globals.set('refused', error !== null));`,
  },
  {
    title: 'cookies',
    request: { method: 'GET', url: 'HOST/cookie' },
    before: "const jar = pm.cookies.jar(); jar.set('HOST', 'own', 'o', () => {});",
    after: `
      console.log(pm.cookies.get('seen'), pm.cookies.has('seen'), pm.cookies.has('missing'), pm.cookies.toObject());
      const jar = pm.cookies.jar();
      jar.get('HOST/', 'own', (error, value) => {
        console.log(error, value);
        jar.getAll('HOST/', (failed, all) => {
          console.log(failed, all.map(({ name, value, path }) => [name, value, path]));
          jar.unset('HOST/', 'own', () => jar.clear('HOST/', (cleared) => console.log(cleared)));
        });
      });`,
  },
  {
    title: 'libraries',
    differs: 'a script may declare a name that a library has, as with const tv4',
    after: `
      const lodash = require('lodash'), crypto = require('crypto-js'), moment = require('moment'), uuid = require('uuid');
      const tv4 = require('tv4'), Ajv = require('ajv'), xml2js = require('xml2js'), cheerio = require('cheerio'), chai = require('chai');
      console.log(lodash.chunk([1, 2, 3], 2), _.get({ a: 1 }, 'a'), crypto.SHA256('a').toString(), CryptoJS.MD5('a').toString());
      console.log(moment.utc(0).format('YYYY'), uuid.v4().length, tv4.validate(1, { type: 'number' }), new Ajv().validate({ type: 'string' }, 1));
      xml2js.parseString('<a><b>1</b></a>', (error, parsed) => console.log(parsed));
      console.log(cheerio.load('<p>x</p>')('p').text(), chai.expect(1).to.equal(1) !== undefined, xml2Json('<a b="c">d</a>'));
      console.log(btoa('a'), atob('YQ=='), Buffer.from('a').toString('hex'), require('util').inspect({ a: 1 }), require('querystring').stringify({ a: 1 }));
      console.log(require('url').parse('http://a/b').pathname, require('path').join('a', 'b'), require('postman-collection').Url !== undefined);
      console.log(require('csv-parse/lib/sync')('a,b'));
      try { require('nothing'); } catch (error) { console.log(error.message); }`,
  },
  {
    title: 'errors of every kind',
    before: 'missing.member;',
    after: "console.log('before'); throw new RangeError('thrown');",
  },
  { title: 'a text that is thrown', differs: 'what was thrown is said', after: "throw 'just a text';" },
  { title: 'an error of syntax', after: 'const = 1;' },
  { title: 'an error in time', after: "setTimeout(() => { throw new Error('later'); }, 5);" },
  {
    title: 'a promise that is waited for',
    differs: 'await works outside of functions',
    after: "await new Promise((go) => setTimeout(go, 5)); console.log('after');",
  },
  {
    title: 'timers',
    after: `
      let count = 0;
      const timer = setInterval(() => { count += 1; if (count === 3) { clearInterval(timer); console.log('three'); } }, 2);
      setImmediate(() => console.log('at once'));
      const never = setTimeout(() => console.log('never'), 50); clearTimeout(never);`,
  },
  {
    title: 'a console at all levels, with values of all kinds',
    after: `
      console.log('text', 1, true, null, undefined, [1, [2]], { a: { b: 1 } });
      console.info('info'); console.warn('warn'); console.error('error'); console.debug('debug');
      console.log(new Date(0), new Error('shown'), /a/g, new Map([[1, 2]]), new Set([1]), () => 1, Symbol('s'), 10n, NaN);`,
  },
  {
    title: 'what a script drew',
    after: "pm.visualizer.set('<p>{{name}}</p>', { name: 'n' });",
  },
  {
    title: 'globals that a script makes',
    before: "shared = 'from before'; var own = 1;",
    after:
      'console.log(typeof shared, typeof own, typeof window, typeof process, typeof globalThis, this === undefined);',
  },
  {
    title: 'a body that is none',
    request: { method: 'GET', url: 'HOST/text' },
    after: `
      pm.test('no JSON', () => pm.response.json());
      pm.test('to have body', () => pm.response.to.have.body('plain'));
      console.log(pm.response.text());`,
  },
  {
    title: 'a request that fails',
    differs: 'tests run only where there is a response, as in the app',
    request: { method: 'GET', url: 'http://127.0.0.1:1/' },
    before: "console.log('before');",
    after: "console.log('after', pm.response === undefined, pm.response && pm.response.code);",
  },
  {
    title: 'a request that is not sent',
    before: "pm.execution.skipRequest(); console.log('never');",
    after: "console.log('never');",
  },
];
