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

/** A row that was done on what goes along. */
export interface DonePart {
  /** Of what it acted on. */
  readonly id: string;
  /** In Unix ms. */
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
}

/** What the plan knew of what goes along with a target. */
export interface PlannedParts {
  /** Whether it had read all of it. */
  readonly knewAll: boolean;
  /** When it had read the target, in Unix ms by this machine's clock. */
  readonly readAtMs: number;
  /** Rows of the same run that were done on some of it. */
  readonly doneByRun: readonly DonePart[];
}

/** What a row changes is dated by the service, whose clock may differ from this machine's, and its automations follow. */
const ownChangeMs = 10_000;

/**
 * What was added to what goes along, or changed in it, since the plan; and what was there then and the plan did not see,
 * though its way of reading was to tell it. What is further down, or archived, many readings do not tell: where the plan
 * did not know all, the time of the last change decides whether it is news. That is the service's clock against this
 * machine's, so changes shortly around the plan's reading are judged as well as those agree.
 * @param known what the plan knew to go along, by id, and when each was changed last.
 * @param id of the target.
 */
export function partChanges(
  known: ReadonlyMap<string, string | null>,
  id: string,
  parts: readonly TargetView[],
  { knewAll, readAtMs, doneByRun }: PlannedParts,
): { readonly changes: readonly Change[]; readonly unseen: readonly TargetView[] } {
  const changes: Change[] = [];
  const unseen: TargetView[] = [];
  for (const part of parts) {
    const was = known.get(part.id);
    const name = `subtask ${part.id}`;
    if (doneByRun.some((done) => done.id === part.id && isChangedBy(done, part))) continue;
    if (was !== undefined) {
      if (was !== part.updated) changes.push({ field: `${name} updated`, before: was, after: part.updated });
      continue;
    }
    const isTold = knewAll || (!part.archived && part.partOf[0] === id);
    if (!isOlder(part, readAtMs)) {
      const isNew = isTold || !isOlder({ ...part, updated: null }, readAtMs);
      changes.push(
        isNew
          ? { field: name, before: null, after: part.title }
          : { field: `${name} ("${part.title}") updated`, before: 'not told to the plan', after: part.updated },
      );
    } else if (isTold) {
      unseen.push(part);
    }
  }
  return { changes, unseen };
}

/** Whether the row changed it last, by the times. */
function isChangedBy({ startedAtMs, finishedAtMs }: DonePart, { updated }: TargetView): boolean {
  const atMs = Date.parse(updated ?? '');
  return atMs >= startedAtMs - ownChangeMs && atMs <= finishedAtMs + ownChangeMs;
}

/** Whether it was as it is before that time; not where no time is told. */
function isOlder({ created, updated }: TargetView, atMs: number): boolean {
  const times = [created, updated].flatMap((time) => (time === null ? [] : Date.parse(time)));
  return times.length > 0 && times.every((time) => time <= atMs);
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
