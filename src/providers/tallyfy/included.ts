import { field, isObject, listField } from '../../json.js';

/** What was asked for with `?with=` is wrapped once more: `{threads: {data: […]}}`; a bare list is taken too. */
export function readIncluded(task: unknown, name: string): readonly unknown[] {
  const included = field(task, name);
  return isObject(included) ? listField(included, 'data') : listField(task, name);
}
