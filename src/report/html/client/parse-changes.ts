import { textField } from '../../../json.js';
import type { Change } from '../../../providers/operation.js';
import type { Value } from '../columns.js';

/** What a row is to change, as the page keeps it: JSON. A text that was cut is no JSON any more, and tells nothing. */
export function parseChanges(value: Value): Change[] {
  if (typeof value !== 'string') return [];
  try {
    const list: unknown = JSON.parse(value);
    if (!Array.isArray(list)) return [];
    return list.map((change: unknown) => ({
      field: textField(change, 'field') ?? '',
      before: textField(change, 'before'),
      after: textField(change, 'after'),
    }));
  } catch {
    return [];
  }
}
