import { z } from 'zod';
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { type JsonObject, textField } from '../../json.js';
import { identifier } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { Reader } from '../http.js';
import type { Change, Doubt, Prediction, Settlement } from '../operation.js';
import { expectSuccess } from '../outcome.js';
import { settleDelete } from '../settle.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import { isBlankCell, notTakenBack, type SeenPast, takenBackBy, type Undoing } from '../undo.js';
import { refuseArchived } from './before-write.js';
import { runIdColumn, taskIdColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { parseThreadId } from './hex-id.js';
import { lookUpTargets } from './look-up.js';
import { organizationPath, taskRef } from './tasks.js';
import { findThread } from './threads.js';
import { namesOf } from './undo-completion.js';

const schema = z.object({
  task_id: taskIdColumn,
  run_id: runIdColumn,
  comment_id: identifier(
    {
      about: 'The id of the comment, as the report of the run tells it that wrote it.',
      example: '9b74c9897bac770ffc029102a200c5de',
      aliases: ['thread_id'],
      fix: 'Copy the id of the comment again; format the column as text before pasting.',
    },
    { parse: parseThreadId },
  ),
});

type Args = z.output<typeof schema>;

/** What Tallyfy shows a comment as where nothing else is asked for. */
const usualState = 'hide-for-guests';

/**
 * `DELETE /tasks/{id}/comment/{comment_id}` (tallyfy/n8n, tallyfy/mcp-public, August 2026). The route takes problems and
 * their resolutions too. Those are refused here: a problem holds up its task until it is resolved, and who deletes the
 * report hides what was wrong.
 */
export const deleteComment = defineOperation({
  name: 'delete-comment',
  summary: 'Deletes a comment of a task for good, whoever wrote it.',
  risk: 'irreversible',
  repeat: 'safe',
  distinctBy: 'content',
  requestsPerRow: 1,
  inverse: 'comment',
  undo: {
    needs: 'reading',
    lost: ['the id of the comment, and who had written it when'],
    take: writeAgain,
  },
  sideEffects: [
    'Problems and resolutions are refused; resolve-problem ends a problem.',
    'Who was notified of it stays notified.',
  ],
  settledBy: 'The task is read; it is done when none of its comments has that id.',
  schema,
  target: (args) => taskRef(args.task_id, args.run_id),
  predict: (args, target, prepared) => predict(args, target, prepared),
  prepare: (config: TallyfyConfig, args, reader) => prepare(config, args, reader),
  execute: async (config: TallyfyConfig, args, writer, target, prepared) => {
    const refused = refusedLabel(args, prepared);
    if (refused !== null) return fail(refused);
    const path = organizationPath(config, 'tasks', target?.id ?? args.task_id, 'comment', args.comment_id);
    const outcome = await writer.write({ method: 'DELETE', path });
    const result = expectSuccess(outcome, 'write', tallyfyErrors);
    if (result.ok) return succeed(doneBy(result.value));
    if (result.failure.type !== 'NOT_FOUND' || outcome.kind === 'loss') return result;
    // It was there a moment ago; but a route that is not there would be answered alike.
    const settlement = settle(args, await readAgain(config, args, writer), { seenBefore: true });
    if (settlement.kind !== 'done') return result;
    return succeed(doneBy(outcome, { outcome: 'already', message: settlement.evidence }));
  },
  settle: async (_config, args, _reader, reading, doubt) => settle(args, reading, doubt),
});

async function readAgain(config: TallyfyConfig, { task_id, run_id }: Args, reader: Reader): Promise<Reading> {
  const ref: TargetRef = taskRef(task_id, run_id);
  const [reading] = await lookUpTargets(config, reader, [ref]);
  return reading ?? { kind: 'unreadable', ref, failure: notRead };
}

const notRead = localFailure(
  'UNKNOWN',
  'NOT_READ',
  'Tallyfy told nothing about the task.',
  'Try again; if it stays so, look at the task in Tallyfy.',
);

/** The comment as it is, which is what it takes to write it again. Read also where nothing else is (`--look none`). */
async function prepare(config: TallyfyConfig, args: Args, reader: Reader): Promise<Result<JsonObject>> {
  const reading = await readAgain(config, args, reader);
  if (reading.kind !== 'found') return fail(reading.failure);
  const found = findThread(reading, args.comment_id);
  if (found.kind !== 'found')
    return fail(found.kind === 'absent' ? noSuchComment(found.evidence) : notTold(found.evidence));
  const { thread } = found;
  return succeed({
    content: textField(thread, 'content') ?? '',
    label: textField(thread, 'label') ?? 'comment',
    state: textField(thread, 'state') ?? usualState,
  });
}

function noSuchComment(message: string): Failure {
  const action = 'Check the id of the comment, and that it is one of this task.';
  return localFailure('NOT_FOUND', 'COMMENT_NOT_FOUND', message, action);
}

function notTold(message: string): Failure {
  return localFailure('API_ERROR', 'COMMENTS_NOT_TOLD', message, 'Look at the comment in Tallyfy.');
}

function predict(args: Args, target: TargetView, prepared: JsonObject): Prediction {
  const archived = refuseArchived(target);
  if (archived !== null) return archived;
  const refused = refusedLabel(args, prepared);
  if (refused !== null) return { kind: 'will-fail', failure: refused };
  const state = textField(prepared, 'state') ?? usualState;
  // Named by the comment's id where another row's comment on the same task has the like.
  const before = textField(prepared, 'content') ?? args.comment_id;
  const changes: Change[] = [{ field: 'comment', before, after: null }];
  if (state !== usualState) changes.push({ field: `state of ${args.comment_id}`, before: state, after: null });
  return { kind: 'will-do', changes };
}

function refusedLabel(args: Args, prepared: JsonObject): Failure | null {
  const label = textField(prepared, 'label');
  if (label !== 'problem' && label !== 'resolve') return null;
  return localFailure(
    'VALIDATION',
    'NOT_A_COMMENT',
    `${args.comment_id} is ${label === 'problem' ? 'a problem that was reported' : 'the resolution of a problem'}, and no comment.`,
    label === 'problem' ? 'End it with resolve-problem, or leave the row out.' : 'Leave the row out.',
  );
}

function settle(args: Args, reading: Reading | null, doubt: Pick<Doubt, 'seenBefore'>): Settlement {
  if (reading?.kind !== 'found') return settleDelete(reading, doubt);
  const { kind, evidence } = findThread(reading, args.comment_id);
  if (kind === 'untold') return { kind: 'unknown', evidence };
  return { kind: kind === 'absent' ? 'done' : 'not-done', evidence };
}

function writeAgain(args: Args, { prepared }: SeenPast): Undoing {
  const content = textField(prepared, 'content') ?? '';
  if (isBlankCell(content)) return notTakenBack('The comment held no text that could be written again.');
  const label = textField(prepared, 'label') ?? 'comment';
  const state = textField(prepared, 'state') ?? usualState;
  const values = {
    ...namesOf(args),
    content,
    ...(label === 'comment' ? {} : { label }),
    ...(state === usualState ? {} : { state }),
  };
  return takenBackBy([{ operation: 'comment', values }]);
}
