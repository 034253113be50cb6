/**
 * Files that were chosen for a request, by the name that the request gives them. A page cannot open a file again by
 * itself, so they are here until the window is closed.
 */
const files = new Map<string, File>();

/** What the request is to say in `src`. */
export function keepFile(file: File): string {
  const named = files.get(file.name);
  const src = named === undefined || named === file ? file.name : freeName(file.name);
  files.set(src, file);
  return src;
}

export function fileOf(src: string): File | null {
  return files.get(src) ?? null;
}

function freeName(name: string): string {
  let count = 2;
  while (files.has(`${count}/${name}`)) count += 1;
  return `${count}/${name}`;
}
