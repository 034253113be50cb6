/** mime-types has no types of its own. */
declare module 'mime-types' {
  const mime: { lookup(pathOrExtension: string): string | false };
  export default mime;
}
