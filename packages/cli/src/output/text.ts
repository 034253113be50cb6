/**
 * Text from elsewhere as it may stand in a terminal: names are written by anybody, and must neither steer the terminal nor
 * break the lines they stand in.
 */

const ESCAPES = new RegExp(String.raw`\u001B\[[0-9;]*m`, 'g');
/** The sequences that `painter` writes, and no others. */
const PAINTED = new RegExp(String.raw`(\u001B\[(?:1|2|22|3[1-6]|39)m)`);
/** Controls, and what turns the direction of the text around it. */
const STEERING = /[\p{Control}\u061C\u202A-\u202E\u2066-\u2069]/gu;
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
const WITHOUT_WIDTH = /\p{Mark}|\u200D|\uFE0F/u;

/** Names longer than this do not make a sentence clearer. */
const NAME_WIDTH_MAX = 60;

/** How wide text stands in a terminal: escape sequences take no room, East Asian characters and emoji two places. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text.replace(ESCAPES, '')) width += widthOfCharacter(character);
  return width;
}

function widthOfCharacter(character: string): number {
  if (WITHOUT_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Text without what would steer a terminal; line ends become spaces. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(STEERING, '\uFFFD').trim();
}

/** A name as it stands in a list; never nothing. */
export function nameText(name: string): string {
  return oneLine(name) || '(no name)';
}

/** A name as it stands in a sentence. */
export function quoted(name: string): string {
  return `"${cut(oneLine(name), NAME_WIDTH_MAX)}"`;
}

/** At most so wide, with a sign where something is left out. Colours that were begun still end. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let room = width - 1;
  let kept = '';
  for (const [at, part] of text.split(PAINTED).entries()) {
    if (at % 2 === 1) {
      kept += part;
      continue;
    }
    for (const character of part) {
      const own = widthOfCharacter(character);
      if (room < 0 || own > room) {
        if (room >= 0) kept += '…';
        room = -1;
        break;
      }
      kept += character;
      room -= own;
    }
  }
  return kept;
}

/** Whole lines before they are printed: whatever is in them, the terminal stays as it is. */
export function harmless(text: string): string {
  return text
    .split(PAINTED)
    .map((part, at) => (at % 2 === 1 ? part : part.replaceAll(STEERING, (sign) => (sign === '\n' ? sign : '\uFFFD'))))
    .join('');
}

/** Printed JSON with everything that a terminal might follow, or not show, written as an escape. It stays the same JSON. */
export function visibleJson(json: string): string {
  return json.replaceAll(
    /[\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
