/** What the screen that a stream leads to can show, by the environment and by the stream itself. */
type Environment = Readonly<Record<string, string | undefined>>;
type Stream = { readonly isTTY?: boolean };

/**
 * `FORCE_COLOR` says it either way (`0` and `false`: none), else `NO_COLOR` with any value means none
 * (https://no-color.org), else terminals get colour, but for those that can't do anything (`TERM=dumb`).
 */
export function usesColour({ FORCE_COLOR, NO_COLOR, TERM }: Environment, { isTTY }: Stream): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return isTTY === true && TERM !== 'dumb';
}

/** Whether lines can be written over, as bars need it. */
export function canDraw({ TERM }: Environment, { isTTY }: Stream): boolean {
  return isTTY === true && TERM !== 'dumb';
}

/** Whether the locale's characters are UTF-8; else ornaments are plain ASCII. */
export function usesUnicode({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
