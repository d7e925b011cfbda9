import { z } from 'zod';
import { succeed } from '../../failure.js';
import { text } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { Reader } from '../http.js';
import type { Doubt, Settlement } from '../operation.js';
import { settleCompletion, unknownFrom } from '../settle.js';
import type { Reading } from '../target.js';
import { taskIdColumn } from './columns.js';
import { readComments } from './comments.js';
import type { Bitrix24Config } from './config.js';
import type { Dialect } from './dialect.js';
import { taskRef } from './tasks.js';
import { writeConfirmed } from './write-confirmed.js';

/** Bitrix24 states no limit; a longer text in a cell is a mistake. */
const longestComment = 50_000;

/** `POST /v1/tasks/{id}/comments` (Vibecode documentation of 2026-05-05), or `task.commentitem.add` (b24restdocs). */
export const commentOnTask = defineOperation({
  name: 'comment',
  summary: 'Adds a comment to a task.',
  risk: 'reversible',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  readBackRequests: 2,
  inverse: null,
  // b24restdocs, tasks-new.md: task.commentitem.delete "does not work" there; im.message.delete asks for another scope.
  undo:
    'In the task card of tasks 25.700 and later comments are chat messages, on which the delete of comments does not ' +
    "work (Bitrix24's REST documentation). Delete it in Bitrix24; the report tells its id.",
  makes: 'comment',
  sideEffects: ['Members of the task are notified.'],
  notices: { people: 'yes' },
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
  execute: async ({ dialect }: Bitrix24Config, args, writer, target) => {
    const request = dialect.addComment(target?.id ?? args.task_id, args.comment);
    const result = await writeConfirmed(dialect, writer, request);
    return result.ok ? succeed({ ...doneBy(result.value), createdId: dialect.commentIdIn(result.value) }) : result;
  },
  settle: ({ dialect }, args, reader, reading, doubt) => settle(dialect, args.comment, reader, reading, doubt),
});

/** The list shows who wrote a comment, but nothing tells which user the key is, so text and time decide. */
async function settle(
  dialect: Dialect,
  wanted: string,
  reader: Reader,
  reading: Reading | null,
  doubt: Doubt,
): Promise<Settlement> {
  if (reading?.kind !== 'found') return settleCompletion(reading, () => false);
  const comments = await readComments(dialect, reader, reading.target.id);
  if (!comments.ok) return unknownFrom(comments.failure);
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

function tidy(value: string): string {
  return value.replace(/\s+/g, ' ').trim();
}
