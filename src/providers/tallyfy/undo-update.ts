import type { TargetView } from '../target.js';
import { isBlankCell, listCell, type SeenPast, takenBackBy, type Undoing } from '../undo.js';
import { ownerBuckets, sayOwners, viewOwners } from './owners.js';
import { sameDetail, viewDetails } from './task-details.js';
import { askedDetails, askedOwners, clearable, type UpdateArgs } from './update-schema.js';

/** Gives what the row changed its former values; what was empty is emptied, where the service lets it. */
export function undoUpdate(args: UpdateArgs, { view }: SeenPast): Undoing {
  const values: Record<string, string> = {};
  const clear: string[] = [];
  const lost: string[] = [];
  const was = viewDetails(view.extra);
  for (const [name, asked] of askedDetails(args)) {
    const before = was[name];
    if (before !== undefined && sameDetail(name, before, asked)) continue;
    if (before === undefined) lost.push(`${name}, which Tallyfy did not tell`);
    else if (!isBlankCell(before)) values[name] = before;
    else if (clearable.some((one) => one === name)) clear.push(name);
    else if (name === 'max_assignable') values[name] = '0';
    else lost.push(`that ${name} was empty`);
  }
  const owners = formerOwners(args, view);
  if (owners === null) lost.push('who was assigned, which Tallyfy did not tell');
  else {
    if (owners.set !== null) values.owners = owners.set;
    clear.push(...owners.clear);
  }
  if (clear.length > 0) values.clear = listCell(clear);
  if (Object.keys(values).length === 0) return takenBackBy([], lost);
  const run = args.run_id === undefined ? {} : { run_id: args.run_id };
  return takenBackBy([{ operation: 'update', values: { task_id: args.task_id, ...run, ...values } }], lost);
}

/** The lists that the row set, as they were; null when they are not known. */
function formerOwners(
  args: UpdateArgs,
  view: TargetView,
): { readonly set: string | null; readonly clear: readonly string[] } | null {
  const asked = askedOwners(args);
  if (asked === null) return { set: null, clear: [] };
  const was = viewOwners(view.extra);
  if (was === null) return null;
  const nobody = { users: [], guests: [], groups: [] };
  const changed = ownerBuckets.filter((bucket) => {
    const now = asked[bucket];
    return (
      now !== undefined && sayOwners({ ...nobody, [bucket]: now }) !== sayOwners({ ...nobody, [bucket]: was[bucket] })
    );
  });
  const set = changed.filter((bucket) => was[bucket].length > 0);
  return {
    set: set.length === 0 ? null : JSON.stringify(Object.fromEntries(set.map((bucket) => [bucket, was[bucket]]))),
    clear: changed.filter((bucket) => was[bucket].length === 0).map((bucket) => `owners.${bucket}`),
  };
}
