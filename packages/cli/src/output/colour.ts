/** Colour for terminals, and nothing for everyone else. */
export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';
export type Paint = (colour: Colour, text: string) => string;

const CODES: Readonly<Record<Colour, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
};

/** See no-color.org. */
export function painter(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): Paint {
  const off = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb' || !isTerminal;
  if (off) return (_colour, text) => text;
  return (colour, text) => `\u001B[${CODES[colour][0]}m${text}\u001B[${CODES[colour][1]}m`;
}

const METHODS: Readonly<Record<string, Colour>> = {
  GET: 'green',
  POST: 'yellow',
  PUT: 'blue',
  PATCH: 'magenta',
  DELETE: 'red',
};

export function methodColour(method: string): Colour {
  return METHODS[method.toUpperCase()] ?? 'cyan';
}
