/** Tasks that a row made, deleted again. */
import type { TargetView } from '../target.js';
import { deleteMade, type Past, type Undoing } from '../undo.js';
import type { CreateArgs } from './create-schema.js';
import { detailNames, sameDetail, sayDetail, viewDetails } from './task-details.js';

export function undoCreation(args: CreateArgs, { createdIds }: Past): Undoing {
  const lost: string[] = [];
  if (args.separate_task_for_each_assignee === true && args.run_id === undefined) {
    lost.push('that there was no run for them: it stays, without its tasks');
  }
  if ((args.owners.guests ?? []).length > 0) lost.push('that guests who were new were not invited');
  return deleteMade(createdIds, lost);
}

/** Dates are left out, for Tallyfy moves them itself; of the description, the mark does not count. */
export function describeChange(args: CreateArgs, made: TargetView): string | null {
  const now = viewDetails(made.extra);
  const given = new Map<string, unknown>(Object.entries(args));
  for (const name of detailNames) {
    const asked = given.get(name);
    const held = now[name];
    if (asked === undefined || held === undefined || name === 'deadline' || name === 'started_at') continue;
    if (!sameDetail(name, held, sayDetail(name, asked))) return `${name} is "${held}", not "${sayDetail(name, asked)}"`;
  }
  return null;
}
