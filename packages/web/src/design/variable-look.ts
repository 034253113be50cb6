/** What the editors of text need to know of variables: which names there are, and what one stands for. */
export interface VariableLook {
  /** For completion, the nearest scope first. */
  readonly names: () => readonly KnownVariable[];
  readonly find: (name: string) => FoundVariable;
}

export interface KnownVariable {
  readonly name: string;
  readonly value: string;
  /** Where it is from, in a word or two. */
  readonly from: string;
}

export interface FoundVariable {
  readonly state: 'known' | 'unknown' | 'made';
  /** As it is sent, or what is to be done where nothing gives it a value. */
  readonly value: string;
  /** Where from, and whether the value syncs. */
  readonly about: string;
}

/** A name in double braces; what is inside of values is looked up when sending. */
export const VARIABLE = /\{\{([^{}]*)\}\}/g;

export interface OpenVariable {
  /** Behind the braces. */
  readonly from: number;
  readonly typed: string;
}

/** The name that is being typed at `caret`: behind a `{{` that nothing closed yet. */
export function openVariableAt(text: string, caret: number): OpenVariable | null {
  const before = text.slice(Math.max(0, caret - VARIABLE_NAME_MAX), caret);
  const typed = /\{\{([^{}\n]*)$/.exec(before)?.[1];
  return typed === undefined ? null : { from: caret - typed.length, typed };
}

/** Longer ones exist in no file; without a bound every keystroke would read all that is before it. */
const VARIABLE_NAME_MAX = 300;

/** Names that fit what was typed: those that begin with it first. */
export function matchingNames<One extends { readonly name: string }>(all: readonly One[], typed: string): One[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return [...all];
  const found = all.filter(({ name }) => name.toLowerCase().includes(wanted));
  const begins = ({ name }: One): number => (name.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b));
}
