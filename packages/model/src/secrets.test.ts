import { describe, expect, it } from 'vitest';
import { findCredentials, looksLikeCredential } from './secrets.ts';
import { corpusFiles, hasCorpus, say } from './testing/corpus.ts';
import { content, contentOf, imported } from './testing/elements.ts';

describe('a credential', () => {
  it.each([
    ['anything', ['AKIA', 'ABCD1234EFGH5678'].join('')],
    ['x', `ghp_${'a1B2'.repeat(9)}`],
    ['x', ['xoxb', '1234567890', 'abc'].join('-')],
    ['x', ['eyJhbGciOiJI', 'eyJzdWIiOiIx', 'c2lnbmF0dXJl'].join('.')],
    ['x', '-----BEGIN RSA PRIVATE KEY-----\nMIIE'],
    ['Authorization', 'Bearer 0123456789abcdef'],
    ['Authorization', 'Basic dXNlcjpwYXNzd29yZDE='],
    ['api_key', '9f86d081884c7d65'],
    ['clientSecret', 'D+EdQ-gs$-%@2Nu7'],
    ['Password', 'hunter2hunter2'],
  ])('is recognised in %s: %s', (name, value) => {
    expect(looksLikeCredential(name, value)).not.toBeNull();
  });

  it.each([
    ['token', '{{access_token}}'],
    ['Authorization', 'Bearer {{token}}'],
    ['Authorization', 'Bearer <your token>'],
    ['Authorization', '{{scheme}} abc'],
    ['tokenUrl', '/oauth/token/v2'],
    ['access_token_url', 'https://x.example/token1'],
    ['token_type', 'urn:ietf:x-1'],
    ['password', 'changeme1'],
    ['password', 'short1'],
    ['secret', 'onlyletters'],
    ['apiKey', '<API-KEY-1>'],
    ['X-Api-Key', 'your-api-key-1'],
    ['name', '9f86d081884c7d65'],
    ['token', ''],
    ['Postman-Token', '003d55c1-2ebc-4e25-b9da-26bf053a8a5c'],
    ['BEARER_TOKEN', 'NOT_APPLICABLE'],
  ])('is not seen in %s: %s', (name, value) => {
    expect(looksLikeCredential(name, value)).toBeNull();
  });

  it('is found in values, variables, auth, headers, parameters and addresses, by where it stands', () => {
    const request = content({
      variable: [{ key: 'apiKey', value: '9f86d081884c7d65' }],
      request: {
        auth: {
          type: 'apikey',
          apikey: [
            { key: 'key', value: 'X-Name-1234' },
            { key: 'value', value: '9f86d081884c7d65' },
          ],
        },
        header: [{ key: 'Authorization', value: 'Bearer 0123456789abcdef' }],
        url: { raw: 'https://me:pass1word@x', query: [{ key: 'api_key', value: '9f86d081884c7d65' }] },
      },
    });
    expect(findCredentials('request', request.data).map(({ path }) => path)).toEqual([
      'variable[apiKey]',
      'request.auth.apikey[value]',
      'request.header[Authorization]',
      'request.url.query[api_key]',
      'request.url',
    ]);
  });

  it.runIf(hasCorpus)('is reported seldom in real files', () => {
    const elements = [...corpusFiles('postman'), ...corpusFiles('environments')].flatMap(
      ({ text }) => imported(text).elements,
    );
    const found = elements.flatMap((element) =>
      findCredentials(element.kind, contentOf(element).data).map(({ path }) => path),
    );
    say(`${found.length} alarms in ${elements.length} real elements`);
    expect(found.length).toBeLessThan(elements.length / 20);
  });
});
