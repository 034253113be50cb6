import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { type Asked, answeredBy, askPerson } from './authorization.ts';
import { type OAuth2, oauth2Of } from './oauth2.ts';

const CALLBACK = 'https://waypost.example/oauth-callback.html';

function oauth2(fields: Readonly<Record<string, unknown>>): OAuth2 {
  const all = { authUrl: 'https://id.example/authorize?tenant=1', clientId: 'harbour', scope: 'read write', ...fields };
  const read = oauth2Of({ type: 'oauth2', parameters: Object.entries(all).map(([key, value]) => ({ key, value })) });
  if (read === null) throw new Error('This is OAuth 2.');
  return read;
}

const digest = async (bytes: Uint8Array): Promise<string> => createHash('sha256').update(bytes).digest('hex');

async function asked(fields: Readonly<Record<string, unknown>>): Promise<Asked> {
  const made = await askPerson(oauth2(fields), {
    redirectUri: CALLBACK,
    random: (length) => new Uint8Array(length).fill(length),
    digest,
  });
  if ('code' in made) throw new Error(made.message);
  return made;
}

it('sends a person to the authorization URL with what is to come back, and keeps what is in it', async () => {
  const { url, state, verifier } = await asked({ authRequestParams: [{ key: 'prompt', value: 'login' }] });
  expect(verifier).toBe(null);
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
    ...{ tenant: '1', response_type: 'code', client_id: 'harbour', redirect_uri: CALLBACK, scope: 'read write' },
    ...{ state, prompt: 'login' },
  });
  expect(state).toMatch(/^[\w-]{43}$/);
});

it('proves with PKCE that whoever asks for the token is who sent the person', async () => {
  const fields = { grant_type: 'authorization_code_with_pkce' };
  const { url, verifier } = await asked(fields);
  expect(verifier).toMatch(/^[\w-]{43}$/);
  const query = new URL(url).searchParams;
  const hash = createHash('sha256').update(String(verifier)).digest('base64url');
  expect([query.get('code_challenge_method'), query.get('code_challenge')]).toEqual(['S256', hash]);
});

it.each(['', 'javascript:alert(1)', 'file:///etc/passwd', '{{authUrl}}', 'data:text/html,hello'])(
  'sends nobody to %j',
  async (authUrl) => {
    const options = { redirectUri: CALLBACK, random: (length: number) => new Uint8Array(length), digest };
    expect(await askPerson(oauth2({ authUrl }), options)).toMatchObject({ code: 'token-refused' });
  },
);

it('takes the answer to what it asked, and no other', async () => {
  const one = oauth2({ grant_type: 'authorization_code_with_pkce' });
  const made = await asked({ grant_type: 'authorization_code_with_pkce' });
  const answer = (fields: Readonly<Record<string, string>>) =>
    answeredBy(one, made, { text: new URLSearchParams(fields).toString(), now: 0 });
  expect(answer({ code: 'c1', state: 'of somebody else' })).toBe(null);
  expect(answer({ code: 'c1' })).toBe(null);
  const { state, verifier } = made;
  expect(answer({ code: 'c1', state })).toEqual({ kind: 'code', code: 'c1', redirectUri: CALLBACK, verifier });
  const refused = answer({ error: 'access_denied', error_description: 'not today', state });
  expect(refused).toMatchObject({ code: 'token-refused' });
  expect(JSON.stringify(refused)).toContain('access_denied: not today');
  expect(answer({ state, access_token: 'never asked for' })).toMatchObject({ code: 'token-refused' });
});

it('takes an implicit token from where it stands', async () => {
  const made = await asked({ grant_type: 'implicit' });
  expect(new URL(made.url).searchParams.get('response_type')).toBe('token');
  const text = `access_token=t1&token_type=bearer&expires_in=60&state=${made.state}`;
  expect(answeredBy(oauth2({ grant_type: 'implicit' }), made, { text, now: 1_000 })).toEqual({
    ...{ accessToken: 't1', tokenType: 'bearer', refreshToken: null, expiresAt: 61_000, scope: null },
  });
});
