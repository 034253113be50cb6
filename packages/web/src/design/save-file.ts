/** Hands something to the person as a file. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: the browser is still opening it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function saveJsonFile(name: string, json: string): void {
  saveFile(name, new Blob([json], { type: 'application/json' }));
}
