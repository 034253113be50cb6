/**
 * Undoes the conversion of collection format 2.0, by the written list of differences and independently of the code that
 * makes them: `output` as 2.0 again, where `input` had auth parameters as objects.
 */
interface Json {
  readonly [key: string]: unknown;
}

export function to20(output: string, input: string): string {
  return JSON.stringify(back(JSON.parse(output), JSON.parse(input.replace(/^\uFEFF/, '')), []));
}

function back(output: unknown, input: unknown, path: readonly string[]): unknown {
  if (Array.isArray(output) && isObject(input) && path.at(-2) === 'auth') {
    return Object.fromEntries((output as readonly Json[]).map(({ key, value }) => [String(key), value]));
  }
  if (Array.isArray(output))
    return output.map((item, at) => back(item, Array.isArray(input) ? input[at] : undefined, [...path, '[]']));
  if (!isObject(output) || !isObject(input)) return path.join('.') === 'info.schema' ? input : output;
  return Object.fromEntries(
    Object.entries(output).map(([key, value]) => [key, back(value, input[key], [...path, key])]),
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
