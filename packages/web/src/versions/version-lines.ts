/** The history of an element in the app's words: who did what when, field by field. */
import { fieldsOfVersions, type Version, valueText, type VersionFields } from '@waypost/model';
import { type Content, type JsonNode, memberOf } from '@waypost/protocol';
import { fieldName } from '../conflicts/field-names.ts';

export interface VersionLine {
  readonly version: Version;
  readonly did: string;
  readonly fields: readonly { readonly name: string; readonly value: string | null }[];
}

const DID: Readonly<Record<VersionFields['event'], string>> = {
  created: 'Created',
  changed: 'Changed',
  moved: 'Moved',
  deleted: 'Deleted',
  restored: 'Restored',
};

/** A longer value shows when it is put back. */
const VALUE_CHARS_MAX = 160;

/** Newest first, like the versions. */
export function versionLines(kind: string, versions: readonly Version[], content: Content | null): VersionLine[] {
  const told = fieldsOfVersions(kind, versions, content);
  return versions.map((version, at) => {
    const { event, fields } = told[at] ?? { event: 'changed', fields: [] };
    const shown = fields.map(({ path, value }) => ({
      name: fieldName(path),
      value: value === null ? null : value === undefined ? 'taken away' : short(textOf(value)),
    }));
    return { version, did: version.status === 'unmerged' ? 'Set aside in a conflict' : DID[event], fields: shown };
  });
}

/** Of a row only its value: its key is in the name. */
function textOf(node: JsonNode): string {
  if (node.kind === 'array') return node.items.map(valueText).join(' ⏎ ');
  const value = memberOf(node, 'value');
  return valueText(value?.kind === 'scalar' ? value : node);
}

function short(text: string): string {
  const line = text.replaceAll('\n', ' ⏎ ');
  return line.length > VALUE_CHARS_MAX ? `${line.slice(0, VALUE_CHARS_MAX)} …` : line;
}
