/** How a target, and what goes along with it, differ from what the plan saw. Pure. */
import type { Change } from '../providers/operation.js';
import type { TargetView } from '../providers/target.js';

/** What people leave on a target, and what went with it would be gone unseen. */
const addedTraces = ['comments', 'files'] as const;

/** Fields of a target in which a change since the plan forbids an irreversible write. */
export function targetChanges(before: TargetView, after: TargetView): Change[] {
  const pairs: ReadonlyArray<readonly [string, string | null, string | null]> = [
    ['title', before.title, after.title],
    ['status', before.status, after.status],
    ['place', before.placeId ?? before.place, after.placeId ?? after.place],
    ['assignees', [...before.assignees].sort().join(', '), [...after.assignees].sort().join(', ')],
    ['updated', before.updated, after.updated],
  ];
  const changes = pairs.filter(([, was, is]) => was !== is);
  // What went away is no reason: rows of the same run may have done it. What was added would go unseen with its target.
  for (const name of addedTraces) {
    const was = before.traces[name];
    const is = after.traces[name];
    if (was !== undefined && is !== undefined && is > was) changes.push([name, String(was), String(is)]);
  }
  return changes.map(([field, was, is]) => ({ field, before: was, after: is }));
}

/**
 * What was added to what goes along, or changed in it, since the plan.
 * @param known what the plan knew to go along, by id, and when each was changed last.
 * @param id of the target.
 * @param knewAll whether the plan had read all of it.
 */
export function partChanges(
  known: ReadonlyMap<string, string | null>,
  id: string,
  parts: readonly TargetView[],
  knewAll: boolean,
): Change[] {
  return parts.flatMap((part): Change[] => {
    const was = known.get(part.id);
    const name = `subtask ${part.id}`;
    if (was !== undefined)
      return was === part.updated ? [] : [{ field: `${name} updated`, before: was, after: part.updated }];
    // By another way of reading less may have been told: of archived ones, and of what is further down.
    if (!knewAll && (part.archived || part.partOf[0] !== id)) return [];
    return [{ field: name, before: null, after: part.title }];
  });
}

/**
 * What a row overwrites and is not what was reviewed.
 * @param planned what the row was to change by the plan's reading. @param now what it would change.
 */
export function valueChanges(planned: readonly Change[], now: readonly Change[]): Change[] {
  const of = (changes: readonly Change[]) => new Map(changes.map((change) => [change.field, change]));
  const [was, is] = [of(planned), of(now)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((field): Change[] => {
    // A value that the row need not change is as the row wants it.
    const before = was.has(field) ? was.get(field)?.before : is.get(field)?.after;
    const after = is.has(field) ? is.get(field)?.before : was.get(field)?.after;
    return before === after ? [] : [{ field, before: before ?? null, after: after ?? null }];
  });
}
