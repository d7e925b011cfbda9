import type { Change } from './operation.js';
import { tagKey } from './tag-key.js';

/** Fields that hold several values, each by itself: what a text names, in the form that is equal for what is the same. */
const heldApart: ReadonlyMap<string, (value: string) => string[]> = new Map([
  // ClickUp alone tells of single tags.
  ['tag', (value) => [tagKey(value)]],
  // By their ids.
  ['assignees', (value) => value.split(', ')],
  ['comment', (value) => [value]],
  ['problem', (value) => [value]],
]);

/** Names of what changes change: the field, or each value that is added or taken away where a field holds several. */
export function changedThings(changes: readonly Change[]): string[] {
  return changes.flatMap(({ field, before, after }) => {
    const valuesIn = heldApart.get(field);
    if (valuesIn === undefined) return field;
    const was = before === null || before === '' ? [] : valuesIn(before);
    const is = after === null || after === '' ? [] : valuesIn(after);
    const gone = was.filter((value) => !is.includes(value));
    const added = is.filter((value) => !was.includes(value));
    return [...gone, ...added].map((value) => `${field}: ${value}`);
  });
}
