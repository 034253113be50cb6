import { expect, it } from 'vitest';
import { invitationLink, invitationToken } from './invitation-link.ts';

const TOKEN = 'aB3-_'.repeat(8) + 'xyz';

it('is a link that names the token where browsers send it to nobody', () => {
  const link = invitationLink('https://waypost.test/', TOKEN);
  expect(link).toBe(`https://waypost.test/#join=${TOKEN}`);
  expect(invitationToken(link)).toBe(TOKEN);
  expect(invitationToken(` ${TOKEN}\n`)).toBe(TOKEN);
  expect(invitationToken(new URL(link).hash)).toBe(TOKEN);
});

it('is told from what is none', () => {
  for (const text of ['', 'https://waypost.test/', '#join=', `#join=${TOKEN}x`, `#other=${TOKEN}`])
    expect(invitationToken(text)).toBeNull();
});
