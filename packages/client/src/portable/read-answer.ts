/** The edge between what a server answers and our types. */
import { WaypostError } from '@waypost/protocol';
import type * as z from 'zod/mini';

/** Throws `bad-message` where the answer is not of that shape. */
export function readAnswer<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WaypostError(
    'bad-message',
    `The server's answer is not what this Waypost expects (${issue?.path.join('.') || 'body'}): update the older of the two.`,
  );
}
