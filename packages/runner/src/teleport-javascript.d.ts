/** What the sandbox prints its console with. */
declare module 'teleport-javascript' {
  const teleport: { parse(text: string): unknown };
  export default teleport;
}
