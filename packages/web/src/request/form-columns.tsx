/** The columns of a form: fields are texts, or files in a form that can have some. */
import { memberOf, stringOf } from '@waypost/protocol';
import { Select } from '../design/select.tsx';
import { VariableInput } from '../design/variable-input.tsx';
import type { VariableLook } from '../design/variable-look.ts';
import { ChosenFile } from './chosen-file.tsx';
import type { Editing } from './editing.ts';
import { type Column, textColumn } from './table-columns.tsx';

export interface FormColumns extends Pick<Editing, 'id' | 'edit'> {
  readonly mode: 'formdata' | 'urlencoded';
  readonly path: string;
  readonly variables: VariableLook;
}

export function formColumns({ mode, path, variables, edit, id }: FormColumns): readonly Column[] {
  const name = textColumn({ member: 'key', title: 'Name', placeholder: 'Add a field', variables });
  const value = textColumn({ member: 'value', title: 'Value', variables });
  const rest = [
    textColumn({ member: 'description', title: 'Description', variables: null, className: 'flex-1 max-md:hidden' }),
  ];
  if (mode === 'urlencoded') return [name, value, ...rest];
  const type: Column = {
    title: 'Kind',
    className: 'w-24 shrink-0',
    cell: ({ row, rowLabel }) =>
      row === null ? null : (
        <Select<'text' | 'file'>
          isQuiet
          label={`Kind, ${rowLabel}`}
          value={row.type === 'file' ? 'file' : 'text'}
          choose={(kind) => edit([{ op: 'text', path: `${path}[#${row.id}].type`, text: kind }])}
          options={[
            { value: 'text', label: 'Text' },
            { value: 'file', label: 'File' },
          ]}
          className="w-full text-xs"
        />
      ),
  };
  const content: Column = {
    title: 'Value',
    className: 'flex-1',
    cell: (props) => {
      const { row, rowLabel } = props;
      if (row?.type !== 'file') return value.cell(props);
      return (
        <ChosenFile
          id={id}
          label={`File, ${rowLabel}`}
          names={row.files.filter((name) => name !== '')}
          isMultiple
          change={(names) => {
            const at = `${path}[#${row.id}].src`;
            const [only = ''] = names;
            edit([
              names.length === 0
                ? { op: 'unset', path: at }
                : names.length === 1
                  ? { op: 'text', path: at, text: only }
                  : { op: 'json', path: at, json: JSON.stringify(names) },
            ]);
          }}
        />
      );
    },
  };
  const contentType: Column = {
    title: 'Content type',
    className: 'w-40 shrink-0 max-lg:hidden',
    cell: ({ row, rowLabel }) =>
      row === null ? null : (
        <VariableInput
          look="cell"
          label={`Content type, ${rowLabel}`}
          cell="contentType"
          value={stringOf(memberOf(row.node, 'contentType')) ?? ''}
          change={(text) => {
            const at = `${path}[#${row.id}].contentType`;
            edit([text === '' ? { op: 'unset', path: at } : { op: 'text', path: at, text }]);
          }}
          variables={variables}
          isMuted={!row.isOn}
        />
      ),
  };
  return [name, type, content, contentType, ...rest];
}
