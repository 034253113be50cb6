/** What is wrong with JSON that may hold variables: `{"id": {{id}}}` is fine, it is a value once it is sent. */
import { JsonSyntaxError, parseJson } from '@waypost/protocol';

export interface JsonProblem {
  readonly message: string;
  readonly position: number;
}

export function jsonProblem(text: string): JsonProblem | null {
  if (text.trim() === '') return null;
  try {
    parseJson(withoutVariables(text));
    return null;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const [message = error.message] = error.message.split(' at character ');
    return { message: sentence(message), position: Math.min(error.position, text.length) };
  }
}

/** The same length, with a number where a variable stands for a value. */
function withoutVariables(text: string): string {
  return text.replaceAll(/"(?:[^"\\\n]|\\.)*"|\{\{[^{}]*\}\}/g, (found) =>
    found.startsWith('"') ? found : `0${' '.repeat(found.length - 1)}`,
  );
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
