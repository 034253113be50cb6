/** The settings of a request, as the collection format has them under `protocolProfileBehavior`. */
import * as z from 'zod/mini';
import type { Behaviour } from './exchange.ts';

const flag = z.exactOptional(z.boolean());

export const behaviourSchema = z.object({
  followRedirects: flag,
  followOriginalHttpMethod: flag,
  followAuthorizationHeader: flag,
  maxRedirects: z.exactOptional(z.number().check(z.nonnegative())),
  removeRefererHeaderOnRedirect: flag,
  strictSSL: flag,
  tlsPreferServerCiphers: flag,
  tlsDisabledProtocols: z.exactOptional(z.array(z.string())),
  tlsCipherSelection: z.exactOptional(z.array(z.string())),
  disableUrlEncoding: flag,
  disableCookies: flag,
  disabledSystemHeaders: z.exactOptional(z.record(z.string(), z.boolean())),
  disableBodyPruning: flag,
  protocolVersion: z.exactOptional(z.enum(['http1', 'http2', 'auto'])),
  insecureHTTPParser: flag,
});

/** What of it can be understood: files have settings of any type, and one that is wrong must not take the others along. */
export function readBehaviour(json: Readonly<Record<string, unknown>>): Behaviour {
  const valid = Object.entries(json).filter(
    ([name, value]) => value !== undefined && behaviourSchema.safeParse({ [name]: value }).success,
  );
  return behaviourSchema.parse(Object.fromEntries(valid));
}
