/** Finding tasks that were made: the others of a fan-out, and one whose answer was lost. */
import { field, textField } from '../../json.js';
import { isoFromText } from '../dates.js';
import type { Reader } from '../http.js';
import type { Doubt, Settlement } from '../operation.js';
import { unknownFrom } from '../settle.js';
import type { TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import type { TallyfyConfig } from './config.js';
import type { CreateArgs } from './create-schema.js';
import { type ListRequest, readPages } from './list-pages.js';
import { checkMadeTask, madeOtherwise } from './missed-parts.js';
import { sameDetail } from './task-details.js';
import { organizationPath } from './tasks.js';

/** The service's clock and ours may differ by this much. */
const clockSkewMs = 120_000;
const dayMs = 86_400_000;
/** 2,000 tasks. */
const mostPages = 20;

/**
 * Ids of all tasks that a fan-out made, the first one first: `GET /runs/{run}/tasks`, page after page (fan-out page of
 * the API documentation). The list may trail the write, and a group is as many tasks as it has members, so what it lacks
 * is told and not taken for an error.
 */
export async function listFanOut(
  config: TallyfyConfig,
  reader: Reader,
  args: CreateArgs,
  first: TargetView,
): Promise<{ readonly ids: readonly string[]; readonly message: string }> {
  const ids = new Set([first.id]);
  const runId = extraText(first.extra, 'runId');
  if (runId === null)
    return { ids: [first.id], message: 'Tallyfy told the first task only, and no run of the others.' };
  const madeAtMs = Date.parse(first.created ?? '');
  for await (const page of readPages(reader, { path: organizationPath(config, 'runs', runId, 'tasks'), query: [] })) {
    if (!page.ok) return { ids: [...ids], message: `Not all tasks could be read: ${page.failure.message}` };
    for (const task of page.value) {
      const id = textField(task, 'id');
      if (id !== null && isOfFanOut(task, args, madeAtMs)) ids.add(id);
    }
  }
  const { users = [], guests = [], groups = [] } = args.owners;
  const expected = users.length + guests.length;
  const places = `${ids.size} tasks in the run ${runId}`;
  if (ids.size >= expected) return { ids: [...ids], message: `Made ${places}.` };
  const rest = groups.length === 0 ? `${expected}` : `${expected} and the members of groups`;
  return { ids: [...ids], message: `Made a task for each of ${rest}; so far Tallyfy lists ${places}.` };
}

/** In a run that the row names there are other tasks too; those of the fan-out have its title and are as young. */
function isOfFanOut(task: unknown, args: CreateArgs, madeAtMs: number): boolean {
  if (args.run_id === undefined) return true;
  const createdAtMs = Date.parse(isoFromText(field(task, 'created_at')) ?? '');
  return hasTitle(task, args) && !(Math.abs(createdAtMs - madeAtMs) > clockSkewMs);
}

function hasTitle(task: unknown, args: CreateArgs): boolean {
  return sameDetail('title', textField(task, 'title') ?? '', args.title);
}

export interface LostCreation {
  readonly args: CreateArgs;
  /** What the description of the task ends in; null for a row without a mark. */
  readonly mark: string | null;
  readonly doubt: Doubt;
}

/**
 * Looks for a task in doubt by its mark, or without one by its title, among those made since. That there is none proves nothing: lists may trail a
 * create (task_management.py of tallyfy/mcp-public, 2026-08-07), and a description may lose its mark. Such a row is not
 * sent again.
 */
export async function settleCreation(config: TallyfyConfig, reader: Reader, lost: LostCreation): Promise<Settlement> {
  const marked: unknown[] = [];
  const sameTitle: unknown[] = [];
  let pages = 0;
  for await (const page of readPages(reader, creationList(config, lost))) {
    if (!page.ok) return unknownFrom(page.failure);
    for (const task of page.value) {
      if (lost.mark !== null && (textField(task, 'summary') ?? '').includes(lost.mark)) marked.push(task);
      else if (hasTitle(task, lost.args) && isSince(task, lost)) sameTitle.push(task);
    }
    pages += 1;
    if (pages === mostPages) break;
  }
  const [first] = marked;
  if (first !== undefined) {
    const ids = idsOf(marked);
    const createdId = ids.replaceAll(', ', ';');
    const { missed } = await checkMadeTask(config, lost.args, reader, first);
    if (missed.length > 0) {
      const failure = madeOtherwise(ids, missed, { status: 200, requestId: null });
      return { kind: 'failed', failure, createdId };
    }
    return { kind: 'done', evidence: `The task was made: ${ids} carries the mark of the row.`, createdId };
  }
  if (lost.mark === null && sameTitle.length === 1) return settleByTitle(config, reader, lost, sameTitle[0]);
  const others = sameTitle.length === 0 ? '' : ` Tasks of that title made since: ${idsOf(sameTitle)}.`;
  const read = pages === mostPages ? `the first ${mostPages * 100} tasks of these days` : 'the tasks of these days';
  const wanted = lost.mark === null ? 'there is not one that must be it' : 'none carries the mark of the row yet';
  return { kind: 'unknown', evidence: `Among ${read} ${wanted}.${others}` };
}

/** A row without a mark: the only task of its title since the attempt is it, if it is as asked and not older. */
async function settleByTitle(
  config: TallyfyConfig,
  reader: Reader,
  { args, doubt }: LostCreation,
  task: unknown,
): Promise<Settlement> {
  const id = textField(task, 'id') ?? '?';
  const isOlder = !(
    Date.parse(isoFromText(field(task, 'created_at')) ?? '') >= floorToSecond(doubt.attemptStartedAtMs)
  );
  if (isOlder) return { kind: 'unknown', evidence: `${id} has the title, but was made shortly before the attempt.` };
  const { missed } = await checkMadeTask(config, args, reader, task);
  if (missed.length > 0) return { kind: 'unknown', evidence: `${id} has the title, and is not as the row asks.` };
  return { kind: 'done', evidence: `The task was made: ${id} has the title, and was made since.`, createdId: id };
}

function idsOf(tasks: readonly unknown[]): string {
  return tasks.map((task) => textField(task, 'id') ?? '?').join(', ');
}

/** Tallyfy tells whole seconds. */
function floorToSecond(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

function isSince(task: unknown, { doubt }: LostCreation): boolean {
  return Date.parse(isoFromText(field(task, 'created_at')) ?? '') >= doubt.attemptStartedAtMs - clockSkewMs;
}

/** The run's tasks when the row names one, else those of the organization made within a day of the attempt. */
function creationList(config: TallyfyConfig, { args, doubt }: LostCreation): ListRequest {
  const summaries = ['with', 'summary,tags,form_fields'] as const;
  if (args.run_id !== undefined) {
    return { path: organizationPath(config, 'runs', args.run_id, 'tasks'), query: [summaries] };
  }
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const days = `${day(doubt.attemptStartedAtMs - dayMs)}:${day(doubt.attemptStartedAtMs + dayMs)}`;
  return { path: organizationPath(config, 'tasks'), query: [['created', days], ['sort', 'newest'], summaries] };
}
