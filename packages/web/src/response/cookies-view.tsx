/** Cookies that this response set or took away. */
import type { Cookie } from '@waypost/runner';
import { exactTime } from '../design/words.ts';
import type { Attempt } from '../sending/attempt.ts';
import { Scrolled } from './scrolled.tsx';

export function CookiesView({ attempt }: { readonly attempt: Attempt }) {
  const { set = [], removed = [] } = attempt.end?.cookies ?? {};
  if (set.length + removed.length === 0) {
    return (
      <p className="px-4 py-3 text-sm text-muted">
        {attempt.way === 'browser'
          ? 'A browser does not tell pages which cookies a response sets. Send through this machine or the agent to see them.'
          : 'This response set no cookies.'}
      </p>
    );
  }
  return (
    <Scrolled label="Cookies">
      <table className="w-full border-collapse text-xs" aria-label="Cookies of the response">
        <thead>
          <tr className="border-b border-line text-left text-muted">
            {['Name', 'Value', 'Domain', 'Path', 'Expires', 'Only'].map((name) => (
              <th key={name} scope="col" className="px-3 py-1.5 font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {set.map((cookie) => (
            <tr key={`${cookie.domain} ${cookie.path} ${cookie.name}`} className="border-b border-line align-top">
              <td className="px-3 py-1.5 font-medium break-all">{cookie.name}</td>
              <td className="px-3 py-1.5 font-mono break-all">{cookie.value}</td>
              <td className="px-3 py-1.5">{cookie.domain}</td>
              <td className="px-3 py-1.5">{cookie.path}</td>
              <td className="px-3 py-1.5">{expiryText(cookie)}</td>
              <td className="px-3 py-1.5">{limitsOf(cookie)}</td>
            </tr>
          ))}
          {removed.map(({ name, domain, path }) => (
            <tr key={`${domain} ${path} ${name} removed`} className="border-b border-line align-top text-muted">
              <td className="px-3 py-1.5 font-medium break-all line-through">{name}</td>
              <td className="px-3 py-1.5">–</td>
              <td className="px-3 py-1.5">{domain}</td>
              <td className="px-3 py-1.5">{path}</td>
              <td className="px-3 py-1.5" colSpan={2}>
                removed
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

export function expiryText({ expiresAt }: Pick<Cookie, 'expiresAt'>): string {
  return expiresAt === null ? 'Session' : exactTime(expiresAt);
}

export function limitsOf({ secure, httpOnly, sameSite, hostOnly }: Cookie): string {
  const limits = [secure ? 'HTTPS' : '', httpOnly ? 'HTTP' : '', hostOnly ? 'this host' : ''];
  if (sameSite !== null) limits.push(`SameSite=${sameSite}`);
  return limits.filter((limit) => limit !== '').join(', ');
}
