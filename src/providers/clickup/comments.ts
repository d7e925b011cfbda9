/** `GET /v2/task/{id}/comment`: newest first, 25 a page, the next one by the last comment of the one before. */
import { fail, type Result, succeed } from '../../failure.js';
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
}

/** Comments written at `sinceMs` or later. */
export async function readComments(
  reader: Reader,
  task: TargetView,
  sinceMs: number,
): Promise<Result<readonly TaskComment[]>> {
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
    const page = listField(result.value.json, 'comments').flatMap(readComment);
    comments.push(...page.filter(({ writtenMs }) => writtenMs >= sinceMs));
    const next = page.at(-1);
    // A page that brings nothing new ends it, so that a service that ignores `start` can't keep us for ever.
    if (page.length < pageSize || next === undefined || next.writtenMs < sinceMs || next.id === last?.id) break;
    last = next;
  }
  return succeed(comments);
}

function readComment(comment: unknown): TaskComment[] {
  const id = textField(comment, 'id');
  const writtenMs = Number(textField(comment, 'date') ?? Number.NaN);
  if (id === null || !Number.isFinite(writtenMs)) return [];
  return [{ id, writtenMs, text: textField(comment, 'comment_text') ?? '' }];
}
