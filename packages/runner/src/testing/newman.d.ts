/** newman as a library, as far as the comparisons need it. */
declare module 'newman' {
  interface Variables {
    toObject(excludeDisabled: boolean): Record<string, unknown>;
  }

  export interface NewmanSummary {
    readonly environment: { readonly values: Variables };
    readonly globals: { readonly values: Variables };
  }

  interface Assertion {
    readonly assertion: string;
    readonly skipped: boolean;
    readonly error: { readonly message: string } | null | undefined;
  }

  interface NewmanRun {
    on(event: 'beforeItem', listener: () => void): NewmanRun;
    on(event: 'assertion', listener: (error: unknown, told: Assertion) => void): NewmanRun;
    on(
      event: 'console',
      listener: (error: unknown, told: { readonly level: string; readonly messages: readonly unknown[] }) => void,
    ): NewmanRun;
    on(
      event: 'exception',
      listener: (error: unknown, told: { readonly error: { readonly name: string; readonly message: string } }) => void,
    ): NewmanRun;
    on(event: 'done', listener: (error: Error | null, summary: NewmanSummary) => void): NewmanRun;
  }

  const newman: { run(options: object): NewmanRun };
  export default newman;
}
