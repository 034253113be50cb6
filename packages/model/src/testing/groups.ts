/** Applying differences as a device or the server does, one group at a time. */
import {
  canonicalJson,
  type Content,
  differences,
  type JsonNode,
  type KindSchema,
  writeGroup,
} from '@waypost/protocol';
import { deriveRaw } from '../kinds/url-groups.ts';
import { requestPrefix } from '../paths/follow-url.ts';

export function applied(schema: KindSchema, before: Content, after: Content): Content {
  return differences(schema, before, after).reduce<Content>((now, { group, after: value }) => {
    const written = writeGroup(schema, now, group, value);
    if (written === 'blocked') throw new Error(`Writing ${group} is blocked in ${canonicalJson(now.data)}`);
    return written;
  }, before);
}

/** The data with the query in `url.raw` as its rows have it: what of a URL follows from other groups. */
export function settled(kind: string, data: JsonNode): JsonNode {
  const prefix = requestPrefix(kind);
  return prefix === null ? data : deriveRaw(prefix)(data);
}
