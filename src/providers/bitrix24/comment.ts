import { z } from 'zod';
import { fail, type Result, succeed } from '../../failure.js';
import { field, isObject, textField } from '../../json.js';
import { text } from '../columns.js';
import { isoFromText } from '../dates.js';
import { doneBy } from '../done.js';
import type { Reader } from '../http.js';
import { type Doubt, defineOperation, type Settlement } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import { settleCompletion, unknownFrom } from '../settle.js';
import type { Reading } from '../target.js';
import { taskIdColumn } from './columns.js';
import type { Bitrix24Config } from './config.js';
import { bitrix24Errors } from './errors.js';
import { refuseUnconfirmed } from './status-change.js';
import { taskPath, taskRef } from './tasks.js';

/** Bitrix24 states no limit; a longer text in a cell is a mistake. */
const longestComment = 50_000;

/** `POST /v1/tasks/{id}/comments` with `message` (Vibecode documentation of 2026-05-05). */
export const commentOnTask = defineOperation({
  name: 'comment',
  summary: 'Adds a comment to a task.',
  risk: 'reversible',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  inverse: null,
  sideEffects: ['Members of the task are notified.'],
  settledBy:
    'The comments are read; it is done when one with the same text was written since the attempt. Where none was, a ' +
    'person has to look: newer portals keep comments as chat messages, which the list may lack.',
  schema: z.object({
    task_id: taskIdColumn,
    comment: text(
      { about: 'The text of the comment.', example: 'Checked, can be closed.', aliases: ['message', 'text'] },
      { max: longestComment },
    ),
  }),
  target: (args) => taskRef(args.task_id),
  predict: (args) => ({ kind: 'will-do', changes: [{ field: 'comment', before: null, after: args.comment }] }),
  execute: async (_config: Bitrix24Config, args, writer, target) => {
    const outcome = await writer.write({
      method: 'POST',
      path: commentsPath(target?.id ?? args.task_id),
      body: { message: args.comment },
    });
    const result = expectSuccess(outcome, 'write', bitrix24Errors);
    if (!result.ok) return result;
    const refusal = refuseUnconfirmed(result.value);
    if (refusal !== null) return fail(refusal);
    const id = readAny(field(result.value.json, 'data'), 'id');
    return succeed({ ...doneBy(result.value), createdId: id });
  },
  settle: (_config, args, reader, reading, doubt) => settle(args.comment, reader, reading, doubt),
});

function commentsPath(taskId: string): readonly string[] {
  return [...taskPath(taskId), 'comments'];
}

/** The list shows who wrote a comment, but nothing tells which user the key is, so text and time decide. */
async function settle(wanted: string, reader: Reader, reading: Reading | null, doubt: Doubt): Promise<Settlement> {
  if (reading?.kind !== 'found') return settleCompletion(reading, () => false);
  const comments = await readComments(reader, reading.target.id);
  if (!comments.ok) return unknownFrom(comments.failure.message);
  // Bitrix24 keeps whole seconds.
  const sinceMs = Math.floor(doubt.attemptStartedAtMs / 1000) * 1000;
  const same = comments.value.filter((comment) => tidy(comment.text) === tidy(wanted));
  const ours = same.find(({ writtenMs }) => writtenMs >= sinceMs);
  if (ours !== undefined) return { kind: 'done', evidence: `The comment ${ours.id} has the same text.` };
  const evidence =
    same.length > 0
      ? 'A comment has the same text, but was written before the attempt.'
      : 'No comment has that text; Bitrix24 may keep it as a chat message that it does not list.';
  return { kind: 'unknown', evidence };
}

interface TaskComment {
  readonly id: string;
  readonly text: string;
  readonly writtenMs: number;
}

/** `GET /v1/tasks/{id}/comments` (Vibecode documentation of 2026-05-05). */
async function readComments(reader: Reader, taskId: string): Promise<Result<readonly TaskComment[]>> {
  const outcome = await reader.read({ method: 'GET', path: commentsPath(taskId) });
  const result = expectSuccess(outcome, 'read', bitrix24Errors);
  if (!result.ok) return result;
  const comments = field(result.value.json, 'data');
  if (!Array.isArray(comments)) {
    return fail(unexpectedAnswer(result.value, 'read', 'Bitrix24', 'it holds no list of comments'));
  }
  return succeed(comments.flatMap(readComment));
}

function readComment(comment: unknown): TaskComment[] {
  const id = readAny(comment, 'id');
  const writtenMs = Date.parse(isoFromText(readAny(comment, 'createdAt')) ?? '');
  if (!isObject(comment) || id === null || Number.isNaN(writtenMs)) return [];
  return [{ id, writtenMs, text: readAny(comment, 'message') ?? '' }];
}

/** The text under the documented name, or in the capitals that answers are also seen in. */
function readAny(value: unknown, name: string): string | null {
  return textField(value, name) ?? textField(value, name.replace(/[A-Z]/g, '_$&').toUpperCase());
}

function tidy(value: string): string {
  return value.replace(/\s+/g, ' ').trim();
}
