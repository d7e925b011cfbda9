/** Columns that begin with `_` are the report's own; they are ignored in a manifest, so a report can be fed back. */
const RESERVED_PREFIX = '_';

const INSIGNIFICANT = /[\s_\p{Dash_Punctuation}\p{Format}]+/gu;

/**
 * The form in which column names are compared: case, spaces, `_` and `-` do not matter (`Task ID` = `task_id` =
 * `taskId`), nor do Unicode's compatible spellings (NFKC) and invisible characters. One leading `_` stays, so that the
 * report's `_operation` never passes for `operation`. A name of nothing but such characters gives `''`.
 */
export function normaliseColumnName(name: string): string {
  const compatible = name.normalize('NFKC').trim();
  const bare = compatible.replace(INSIGNIFICANT, '').toLowerCase();
  return compatible.startsWith(RESERVED_PREFIX) && bare !== '' ? RESERVED_PREFIX + bare : bare;
}

/** Whether the column belongs to the report and is ignored in a manifest. */
export function isReservedColumn(name: string): boolean {
  return normaliseColumnName(name).startsWith(RESERVED_PREFIX);
}
