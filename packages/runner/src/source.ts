/** What is sent: a request as it is kept, with all above it and around it that has a say. */

/** An element as the device keeps it; `data` is its JSON, without its children. */
export interface SourceElement {
  readonly id: string;
  readonly kind: string;
  readonly data: string;
  /** Values of its variables that only this device has. */
  readonly local: LocalValues;
}

export interface SendSource {
  /** From the request, history entry or example up to its collection. */
  readonly lineage: readonly SourceElement[];
  readonly environment: SourceElement | null;
  /** Those of the workspace, if it has any. */
  readonly globals: readonly SourceElement[];
  /** Local values of globals, whether or not an element has them. */
  readonly localGlobals: LocalValues;
  /** For this one time, before all others: a row of data, what was given on the command line. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * By name: a value in place of the shared one, or that it is unset here. Scripts set values of any type, and find them
 * again as they were.
 */
export type LocalValues = ReadonlyMap<string, LocalValue>;
export type LocalValue = { readonly value: unknown } | { readonly unset: true };

/** The element that is sent comes first. */
export function sentElement({ lineage }: SendSource): SourceElement {
  const [element] = lineage;
  if (element === undefined) throw new Error('There is nothing to send.');
  return element;
}

export function nameOf({ data }: SourceElement): string {
  const { name } = Object(JSON.parse(data)) as { readonly name?: unknown };
  return typeof name === 'string' ? name : '';
}
