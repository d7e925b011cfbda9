/** Whether a task that was made is as its row asked: Tallyfy drops without a word what it does not take. */
import type { Failure } from '../../failure.js';
import { field, textField } from '../../json.js';
import type { HttpAnswer, Reader } from '../http.js';
import type { TallyfyConfig } from './config.js';
import type { CreateArgs } from './create-schema.js';
import { readIncluded } from './included.js';
import { notApplied, type Unapplied } from './not-applied.js';
import { completeOwners, nobody, type Owners, readOwners, sameOwners, sayOwners } from './owners.js';
import { detailNames, readDetails, sameDetail, sayDetail } from './task-details.js';
import { readTask, taskRef } from './tasks.js';

/** What was missed, and what nobody could tell. */
export interface MadeTask {
  readonly missed: readonly Unapplied[];
  /** A sentence about what could not be read; null when all was told. */
  readonly untold: string | null;
}

/**
 * Compares a task as Tallyfy sends it with the row. Tags and form fields are told only when they are asked for, so a row
 * that gives some costs a request more.
 */
export async function checkMadeTask(
  config: TallyfyConfig,
  args: CreateArgs,
  reader: Reader,
  task: unknown,
): Promise<MadeTask> {
  const told = [...missedDetails(args, task), ...missedPlace(args, task), ...missedOwners(args, task)];
  const here = missedParts(args, task);
  if (here !== null) return { missed: [...told, ...here], untold: null };
  const reading = await readTask(config, reader, taskRef(textField(task, 'id') ?? '', undefined));
  const there = reading.kind === 'found' ? missedParts(args, reading.raw) : null;
  if (there !== null) return { missed: [...told, ...there], untold: null };
  const why = reading.kind === 'found' ? 'Tallyfy does not tell them' : reading.failure.message;
  return { missed: told, untold: `Whether its tags and form fields are there could not be read: ${why}` };
}

/** A task that was made and is not as asked; making it again would make another. */
export function madeOtherwise(
  taskId: string,
  missed: readonly Unapplied[],
  answer: Pick<HttpAnswer, 'status' | 'requestId'>,
): Failure {
  const failure = notApplied(missed, answer);
  return {
    ...failure,
    message: failure.message.replace(/^Tallyfy answered \d+, but/, `Tallyfy made the task ${taskId}, but`),
    suggestedAction: `Correct the task ${taskId} in Tallyfy, or delete it before the row is run again: it would make another.`,
  };
}

/** Deadlines and starts are moved, and a description may be cleaned; none of them may be missing. */
function missedDetails(args: CreateArgs, task: unknown): Unapplied[] {
  const told = readDetails(task);
  const given = new Map<string, unknown>(Object.entries(args));
  return detailNames.flatMap((name): Unapplied[] => {
    const value = given.get(name);
    const now = told[name];
    if (value === undefined || now === undefined) return [];
    const asked = sayDetail(name, value);
    const mayDiffer = name === 'summary' || name === 'deadline' || name === 'started_at';
    const isThere = mayDiffer ? now !== '' : sameDetail(name, asked, now);
    return isThere ? [] : [{ field: name, asked, now }];
  });
}

function missedPlace(args: CreateArgs, task: unknown): Unapplied[] {
  const now = field(task, 'run_id');
  if (args.run_id === undefined || now === undefined || now === args.run_id) return [];
  return [{ field: 'run_id', asked: args.run_id, now: textField(task, 'run_id') }];
}

/** Of a fan-out each task has one assignee, whoever of them it is. */
function missedOwners(args: CreateArgs, task: unknown): Unapplied[] {
  const now = readOwners(field(task, 'owners'));
  if (now === null) return [];
  if (args.separate_task_for_each_assignee === true) {
    if (countOwners(now) <= 1) return [];
    return [{ field: 'separate_task_for_each_assignee', asked: 'true', now: 'one task for all of them' }];
  }
  const asked = completeOwners(args.owners, nobody);
  return sameOwners(now, asked) ? [] : [{ field: 'owners', asked: sayOwners(asked), now: sayOwners(now) }];
}

function countOwners({ users, guests, groups }: Owners): number {
  return users.length + guests.length + groups.length;
}

/** Null when the row gives tags or form fields and the task does not tell them. */
function missedParts(args: CreateArgs, task: unknown): Unapplied[] | null {
  const missed: Unapplied[] = [];
  for (const [name, asked, read] of [
    ['tags', args.tags ?? [], (tag: unknown) => textField(tag, 'id')],
    ['form_fields', (args.form_fields ?? []).map(({ label }) => label), (one: unknown) => textField(one, 'label')],
  ] as const) {
    if (asked.length === 0) continue;
    if (field(task, name) === undefined) return null;
    const now = readIncluded(task, name).map(read);
    if (!asked.every((wanted) => now.includes(wanted))) {
      missed.push({ field: name, asked: asked.join(', '), now: now.filter((one) => one !== null).join(', ') });
    }
  }
  return missed;
}
