import { fail, type Result, succeed } from '../../failure.js';
import { field, type JsonObject, type JsonValue } from '../../json.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Reader } from '../http.js';
import type { Done } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TallyfyConfig } from './config.js';
import { type CreateArgs, createSchema } from './create-schema.js';
import { listFanOut, settleCreation } from './created-tasks.js';
import { tallyfyErrors } from './errors.js';
import { checkMadeTask, madeOtherwise } from './missed-parts.js';
import { completeOwners, nobody, ownersBody } from './owners.js';
import { checkRun, checkTags } from './references.js';
import { viewTask } from './task-view.js';
import { organizationPath } from './tasks.js';
import { describeChange, undoCreation } from './undo-create.js';

/**
 * `POST /tasks` (create page of the API documentation, 2026-07-19). The description is sent as `summary`, under which it
 * reads back. It carries the row's mark as an HTML comment, which is not shown (rich text page, 2026-09-11), so that the
 * task is found again after doubt.
 */
export const createTask = defineOperation({
  name: 'create',
  summary: 'Makes a one-off task, or one for each assignee.',
  risk: 'reversible',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  requestsVary: true,
  inverse: 'delete',
  undo: { needs: 'nothing', lost: [], take: undoCreation, changed: describeChange },
  makes: 'task',
  sideEffects: [
    'Assignees are notified; an e-mail that is new to the organization is invited as a guest.',
    'Guest invites are capped at 30 an hour and organization: above that Tallyfy asks to wait for up to 3,600 s.',
    'A deadline may be moved to a working day of the organization.',
    'The description ends in an invisible HTML comment that names the run and the row, unless the row says mark: no.',
    'With separate_task_for_each_assignee a run is made with a task for each of them; reading them costs requests more.',
    'A row with tags or form fields costs a request more, to see that they are there.',
    'Runs and tags that rows name are looked up before: a request for each run, the list of tags, and a request for each tag that it does not show.',
    'By some clients guests alone, or a member given as a guest, are not taken.',
  ],
  notices: { people: 'yes' },
  settledBy:
    'Tasks made since the attempt are read; one whose description carries the mark of the row is it, or, for a row without a mark, the only one of its title. Where none is seen, the row stays unknown.',
  schema: createSchema,
  target: () => null,
  predict: (args) => ({ kind: 'will-do', changes: [{ field: 'task', before: null, after: args.title }] }),
  joins: 'run_id',
  findNamed: async (config: TallyfyConfig, args, reader, _target, above) => {
    const run = args.run_id === undefined ? succeed(null) : await checkRun(config, reader, args.run_id, above);
    return run.ok ? checkTags(config, reader, args.tags ?? [], above) : run;
  },
  execute: async (config: TallyfyConfig, args, writer, _target, _prepared, context) => {
    const body = createBody(args, context.mark);
    const outcome = await writer.write({ method: 'POST', path: organizationPath(config, 'tasks'), body });
    const result = expectSuccess(outcome, 'write', tallyfyErrors);
    return result.ok ? judgeCreation(config, args, writer, result.value) : result;
  },
  settle: async (config, args, reader, _reading, doubt) =>
    settleCreation(config, reader, { args, mark: args.mark === false ? null : markComment(doubt.mark), doubt }),
});

function withoutGaps(values: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function createBody(args: CreateArgs, mark: string): JsonObject {
  const { owners, summary, task_type: taskType, form_fields: formFields, mark: isMarked, ...rest } = args;
  const text = isMarked === false ? summary : `${summary ?? ''}${markComment(mark)}`;
  return {
    ...withoutGaps(rest),
    task_type: taskType ?? 'task',
    owners: ownersBody(completeOwners(owners, nobody)),
    ...(text === undefined ? {} : { summary: text }),
    ...(formFields === undefined ? {} : { form_fields: formFields.map(withoutGaps) }),
  };
}

function markComment(mark: string): string {
  return `<!-- ${mark} -->`;
}

/** The answer to a fan-out tells the first task only; the others are read from their run. */
async function judgeCreation(
  config: TallyfyConfig,
  args: CreateArgs,
  reader: Reader,
  answer: HttpAnswer,
): Promise<Result<Done>> {
  const raw = field(answer.json, 'data');
  const task = viewTask(raw);
  if (task === null) return fail(unexpectedAnswer(answer, 'write', 'Tallyfy', 'it holds no task'));
  const { missed, untold } = await checkMadeTask(config, args, reader, raw);
  if (missed.length > 0) return fail(madeOtherwise(task.id, missed, answer));
  if (args.separate_task_for_each_assignee !== true) {
    return succeed({ ...doneBy(answer, { message: untold }), createdId: task.id });
  }
  const { ids, message } = await listFanOut(config, reader, args, task);
  const told = untold === null ? message : `${message} ${untold}`;
  return succeed({ ...doneBy(answer, { message: told }), createdId: ids.join(';') });
}
