/**
 * `GET /v2/task/{id}/comment`: newest first, 25 a page, the next one by the last comment of the one before. Replies are
 * not among them; each comment tells how many it has (`reply_count`).
 */
import { fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, listField, textField } from '../../json.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TargetView } from '../target.js';
import { clickUpErrors } from './errors.js';

const pageSize = 25;

export interface TaskComment {
  readonly id: string;
  readonly text: string;
  readonly writtenMs: number;
  readonly replies: number;
  readonly reactions: number;
  readonly resolved: boolean;
  /** The user whom it is assigned to, by id; null for nobody. */
  readonly assignee: string | null;
}

/** Comments written at `sinceMs` or later. */
export async function readComments(
  reader: Reader,
  task: TargetView,
  sinceMs: number,
): Promise<Result<readonly TaskComment[]>> {
  const read = await readUntil(reader, task, (page) => (page.at(-1)?.writtenMs ?? sinceMs) < sinceMs);
  return read.ok ? succeed(read.value.comments.filter(({ writtenMs }) => writtenMs >= sinceMs)) : read;
}

/** One of the task's comments; null where all were read and it is none of them. */
export async function findComment(reader: Reader, task: TargetView, id: string): Promise<Result<TaskComment | null>> {
  const read = await readUntil(reader, task, (page) => page.some((comment) => comment.id === id));
  if (!read.ok) return read;
  const { comments, isWhole } = read.value;
  const comment = comments.find((one) => one.id === id);
  return comment === undefined && !isWhole ? fail(notAllTold) : succeed(comment ?? null);
}

const notAllTold = localFailure(
  'API_ERROR',
  'COMMENTS_NOT_TOLD',
  "ClickUp tells the same page of the task's comments again and again, so not all of them can be read.",
  'Look at the comment in ClickUp.',
);

/** @param isEnough whether a page is the last that is needed. */
async function readUntil(
  reader: Reader,
  task: TargetView,
  isEnough: (page: readonly TaskComment[]) => boolean,
): Promise<Result<{ readonly comments: readonly TaskComment[]; readonly isWhole: boolean }>> {
  const comments: TaskComment[] = [];
  let last: TaskComment | undefined;
  for (;;) {
    const query: Array<[string, string]> =
      last === undefined
        ? []
        : [
            ['start', String(last.writtenMs)],
            ['start_id', last.id],
          ];
    const outcome = await reader.read({ method: 'GET', path: ['v2', 'task', task.id, 'comment'], query });
    const result = expectSuccess(outcome, 'read', clickUpErrors);
    if (!result.ok) return result;
    if (!Array.isArray(field(result.value.json, 'comments'))) {
      return fail(unexpectedAnswer(result.value, 'read', 'ClickUp', 'it holds no comments'));
    }
    const listed = listField(result.value.json, 'comments');
    const page = listed.flatMap(readComment);
    const next = page.at(-1);
    // A page that brings nothing new ends it, so that a service that ignores `start` can't keep us for ever.
    if (next !== undefined && next.id === last?.id) return succeed({ comments, isWhole: false });
    comments.push(...page);
    if (listed.length < pageSize || isEnough(page)) return succeed({ comments, isWhole: true });
    if (next === undefined) return succeed({ comments, isWhole: false });
    last = next;
  }
}

function readComment(comment: unknown): TaskComment[] {
  const id = textField(comment, 'id');
  const writtenMs = Number(textField(comment, 'date') ?? Number.NaN);
  if (id === null || !Number.isFinite(writtenMs)) return [];
  return [
    {
      id,
      writtenMs,
      text: textField(comment, 'comment_text') ?? '',
      replies: Number(textField(comment, 'reply_count')) || 0,
      reactions: listField(comment, 'reactions').length,
      resolved: field(comment, 'resolved') === true,
      assignee: textField(field(comment, 'assignee'), 'id'),
    },
  ];
}
