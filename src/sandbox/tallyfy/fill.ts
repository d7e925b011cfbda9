import type { SandboxRow, ServiceContext } from '../service.js';
import { DAY_MS, moveToWorkingDay } from './dates.js';
import { readFieldValue } from './field-values.js';
import { guessField } from './guess-field.js';
import { newId } from './new-id.js';
import { noOwners, registerOwners } from './owners.js';
import { addRun, addTask, addThread, markCompleted, markOpen } from './records.js';
import { RowValues } from './row-values.js';
import { currentUser, type Run, removeTask, type TallyfyState, type Task } from './state.js';
import { addTag } from './tags.js';
import { applyFieldChange } from './update-task.js';

interface Filling {
  readonly state: TallyfyState;
  readonly context: ServiceContext;
  readonly row: SandboxRow;
  readonly values: RowValues;
}

const TO_BE_CLEARED_GROUP = 'e'.repeat(32);

/** Who started what is filled in: not the token's user. */
const STARTER_ID = 31_007;

/**
 * Makes what a row acts on, in the state in which the row can succeed, or in the state after it when the row is done.
 * A target that another row made is kept and only brought into that state.
 */
export function fillTarget(state: TallyfyState, row: SandboxRow, context: ServiceContext): void {
  const filling = { state, context, row, values: new RowValues(row) };
  registerOwners(state, filling.values.owners() ?? noOwners);
  for (const tag of filling.values.texts('tags')) ensureTag(filling, tag);
  if (row.operation === 'delete-tag') fillTag(filling);
  else if (row.operation.endsWith('-run')) fillRun(filling);
  else if (row.operation === 'create') fillForCreate(filling);
  else if (row.operation !== 'launch') fillTask(filling);
}

function ensureTag({ state, context }: Filling, id: string): void {
  if (!state.tags.has(id)) addTag({ state, context }, id, `tag-${id.slice(0, 20)}`);
}

function fillTag(filling: Filling): void {
  const id = filling.values.text('tag_id') ?? filling.values.text('id');
  if (id === undefined) return;
  if (!filling.row.done) ensureTag(filling, id);
  else if (!filling.state.tags.delete(id)) filling.state.deleted.set(id, 'tag');
}

function ensureRun({ state, context, values }: Filling, id: string): Run {
  const known = state.runs.get(id);
  if (known !== undefined) return known;
  const name = values.text('run_name') ?? values.text('process_name') ?? `Process ${id.slice(0, 6)}`;
  const checklistId = newId(context.random);
  return addRun(state, context, { id, checklistId, name, createdAtMs: context.now() - DAY_MS });
}

function fillRun(filling: Filling): void {
  const { state, context, row, values } = filling;
  const id = values.text('run_id') ?? values.text('id');
  if (id === undefined) return;
  const run = ensureRun(filling, id);
  run.name = values.title() ?? run.name;
  const isArchived = row.operation === 'archive-run' ? row.done : row.operation !== 'update-run' && !row.done;
  run.archivedAtMs = isArchived ? context.now() - DAY_MS / 2 : null;
  if (row.operation !== 'delete-run' || !row.done) return;
  for (const task of run.tasks) removeTask(state, task);
  state.runs.delete(id);
  state.deleted.set(id, 'run');
}

/** A create has no target but the run that it attaches to, and, when it is done, the task that it made. */
function fillForCreate(filling: Filling): void {
  const runId = filling.values.text('run_id');
  const run = runId === undefined ? undefined : ensureRun(filling, runId);
  if (filling.row.done) addFilledTask(filling, undefined, filling.values.text('title'), run, undefined);
}

function fillTask(filling: Filling): void {
  const { state, context, values } = filling;
  const id = values.text('task_id') ?? values.text('id');
  const runId = values.text('run_id');
  const run = runId === undefined ? undefined : ensureRun(filling, runId);
  if (id !== undefined && state.deleted.has(id)) return;
  const known = id === undefined ? undefined : state.tasks.get(id);
  const stepId = run === undefined ? undefined : newId(context.random);
  const task = known ?? addFilledTask(filling, id, chooseTitle(filling), run, stepId);
  bringIntoState(filling, task);
}

/** The title in the cells, unless it is the one that the row is about to write. */
function chooseTitle({ row, values }: Filling): string | undefined {
  const title = values.title();
  const isToBeWritten =
    row.operation === 'update' && !row.done && title !== undefined && title === values.text('title');
  return isToBeWritten ? `${title} (before)` : title;
}

function addFilledTask(
  { state, context, values }: Filling,
  id: string | undefined,
  title: string | undefined,
  run: Run | undefined,
  stepId: string | undefined,
): Task {
  // In the past, so that nobody takes a filled task for one that was created just now.
  const createdAtMs = context.now() - DAY_MS;
  return addTask(state, context, {
    id,
    title: title ?? `Task ${state.lastIncrementId + 1}`,
    owners: { ...noOwners, users: [currentUser.id] },
    deadlineMs: moveToWorkingDay(Math.floor(createdAtMs / 1000) * 1000 + 8 * DAY_MS),
    createdAtMs,
    starterId: STARTER_ID,
    tagIds: values.texts('tags'),
    run,
    stepId,
  });
}

function bringIntoState(filling: Filling, task: Task): void {
  const { state, context, row, values } = filling;
  const earlierMs = context.now() - DAY_MS / 2;
  switch (row.operation) {
    case 'delete':
      if (row.done) removeTask(state, task);
      break;
    case 'complete':
      if (values.value('is_approved') !== undefined) task.taskType = 'approval';
      addFields(filling, task);
      if (row.done) complete(task, earlierMs, values.value('is_approved') === true);
      break;
    case 'reopen':
      if (row.done) markOpen(task);
      else complete(task, earlierMs, true);
      break;
    case 'archive':
      task.archivedAtMs = row.done ? earlierMs : null;
      break;
    case 'restore':
      task.archivedAtMs = row.done ? null : earlierMs;
      break;
    case 'update':
      if (row.done) applyDoneUpdate(task, values);
      else addWhatIsCleared(task, values);
      break;
    case 'set-fields':
      addFields(filling, task);
      break;
    default:
      addThreads(filling, task);
  }
}

function complete(task: Task, completedAtMs: number, isApproved: boolean): void {
  markCompleted(task, completedAtMs, currentUser.id, task.taskType === 'approval' ? isApproved : null);
}

function applyDoneUpdate(task: Task, values: RowValues): void {
  task.title = values.text('title') ?? task.title;
  task.summary = values.text('summary') ?? values.text('description') ?? task.summary;
  task.owners = values.owners() ?? task.owners;
}

/** Something to empty in each place that the row empties. */
function addWhatIsCleared(task: Task, values: RowValues): void {
  const cleared = values.texts('clear');
  const { users, guests, groups } = task.owners;
  if (cleared.includes('summary')) task.summary = 'Filled in to be emptied.';
  if (cleared.includes('webhook')) task.webhook = 'https://example.com/filled-in';
  task.owners = {
    users,
    guests: cleared.includes('owners.guests') ? ['filled-in@example.com'] : guests,
    groups: cleared.includes('owners.groups') ? [TO_BE_CLEARED_GROUP] : groups,
  };
}

/** Form fields that take the row's values, and filled ones where it empties them. */
function addFields({ context, row, values }: Filling, task: Task): void {
  for (const [key, value] of values.fieldValues()) {
    const known = task.fields.find((field) => field.id === key || field.label === key);
    const field = known ?? guessField(key, value, task.fields.length + 1, () => newId(context.random));
    if (known === undefined) task.fields = [...task.fields, field];
    const change = readFieldValue(field, value);
    if (row.done && change.kind !== 'refused') applyFieldChange(task, field.id, change);
  }
  if (row.operation !== 'set-fields') return;
  for (const name of values.texts('clear')) {
    if (task.fields.some((field) => field.id === name || field.label === name)) continue;
    const field = guessField(name, 'Filled in', task.fields.length + 1, () => newId(context.random));
    task.fields = [...task.fields, field];
    if (!row.done) task.values.set(field.id, 'Filled in');
  }
}

function addThreads({ context, row, values }: Filling, task: Task): void {
  const content = values.text('content') ?? '';
  if (row.operation === 'comment' && row.done) addThread(context, task, { label: 'comment', content });
  if (row.operation === 'delete-comment') fillComment(task, row.done, values.text('comment_id'), context);
  if (row.operation === 'report-problem' && row.done) addThread(context, task, { label: 'problem', content });
  if (row.operation !== 'resolve-problem') return;
  const problem = addThread(context, task, {
    id: values.text('thread_id'),
    label: 'problem',
    content: 'Filled in for a problem to resolve.',
  });
  if (row.done) problem.resolveId = addThread(context, task, { label: 'resolve', content }).id;
}

function fillComment(task: Task, isDone: boolean, id: string | undefined, context: ServiceContext): void {
  if (isDone) task.threads = task.threads.filter((thread) => thread.id !== id);
  else if (id !== undefined && !task.threads.some((thread) => thread.id === id)) {
    addThread(context, task, { id, label: 'comment', content: 'Filled in to be deleted.' });
  }
}
