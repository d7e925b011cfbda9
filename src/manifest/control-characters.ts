/**
 * Control characters other than tab and line breaks have no place in a value: they cut strings in C libraries, drive
 * terminals and hide differences between ids. C0, DEL and C1, as Unicode's category Cc.
 */

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const DELETE = 0x7f;
/** In UTF-8, U+0080 to U+00BF are this byte and one from 0x80 to 0xbf; up to 0x9f they are C1 controls. */
const LEAD_BYTE_OF_C1 = 0xc2;
const LAST_C1 = 0x9f;

/** The index of the first control character in UTF-8 text that does not end within a character, or -1. */
export function findControlCharacter(utf8: Uint8Array): number {
  for (let index = 0; index < utf8.length; index++) {
    const byte = utf8[index] ?? SPACE;
    if (byte < SPACE) {
      if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN && byte !== TAB) return index;
    } else if (byte === DELETE) return index;
    else if (byte === LEAD_BYTE_OF_C1 && (utf8[index + 1] ?? LAST_C1 + 1) <= LAST_C1) return index;
  }
  return -1;
}

const FORBIDDEN_IN_VALUES = /(?![\t\n\r])\p{Cc}|\p{Surrogate}/u;

/** The first character of a decoded value that must not be in it: a control character or half a surrogate pair. */
export function findForbiddenCharacter(text: string): string | null {
  return FORBIDDEN_IN_VALUES.exec(text)?.[0] ?? null;
}

/** `U+0000` for a character. */
export function describeCharacter(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}
