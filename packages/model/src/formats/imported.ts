/** What every importer makes of a file: elements ready to be created, and a report for the person who imports. */
import type { ElementId, JsonText, RowTable } from '@waypost/protocol';

export interface ImportedElement {
  readonly id: ElementId;
  readonly kind: string;
  /** The version of the kind's schema the data is written under. */
  readonly schema: number;
  /** Null for the roots of the file; the caller decides where they stand. */
  readonly parent: ElementId | null;
  readonly order: string;
  readonly data: JsonText;
  readonly rows: RowTable;
  readonly origin: JsonText | null;
}

export interface ReportEntry {
  /** Where in the file: `item[2].request.auth`; empty for the whole file. */
  readonly path: string;
  readonly level: 'info' | 'warning';
  readonly message: string;
}

export interface Imported {
  readonly root: readonly ElementId[];
  /** Parents before their children, siblings in order. */
  readonly elements: readonly ImportedElement[];
  readonly counts: Readonly<Record<string, number>>;
  readonly report: readonly ReportEntry[];
}

export interface TextPosition {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** A file that cannot be read at all. The message is one sentence that says where and what to do. */
export class ImportError extends Error {
  readonly code: 'not-json' | 'not-recognised';
  readonly position: TextPosition | null;

  constructor(code: ImportError['code'], message: string, position: TextPosition | null) {
    super(message);
    this.name = 'ImportError';
    this.code = code;
    this.position = position;
  }
}

export function positionIn(text: string, at: number): TextPosition {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: at - lineStart + 1 };
}
