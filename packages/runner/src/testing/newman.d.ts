/** newman as a library, as far as the comparison needs it. */
declare module 'newman' {
  interface NewmanRun {
    on(event: 'beforeItem', listener: () => void): NewmanRun;
    on(event: 'done', listener: (error: Error | null) => void): NewmanRun;
  }

  const newman: { run(options: object): NewmanRun };
  export default newman;
}
