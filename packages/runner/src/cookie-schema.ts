/** A cookie from outside: of a sender, or from a record that another version wrote. */
import * as z from 'zod/mini';

export const cookieSchema = z.object({
  name: z.string(),
  value: z.string(),
  domain: z.string(),
  hostOnly: z.boolean(),
  path: z.string(),
  expiresAt: z.nullable(z.number()),
  secure: z.boolean(),
  httpOnly: z.boolean(),
  sameSite: z.nullable(z.enum(['strict', 'lax', 'none'])),
  createdAt: z.number(),
});
