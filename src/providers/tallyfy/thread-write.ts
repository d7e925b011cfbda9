/** Comments and problems on a task: sending one, and finding it again. */
import { fail, type Result, succeed } from '../../failure.js';
import { field, type JsonObject, type JsonValue, textField } from '../../json.js';
import { isoFromText } from '../dates.js';
import { doneBy } from '../done.js';
import type { Writer } from '../http.js';
import type { Done, Settlement } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TargetView } from '../target.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { readIncluded } from './included.js';
import { notApplied } from './not-applied.js';
import { plainText } from './task-details.js';
import { organizationPath } from './tasks.js';

/** The service's clock and ours may differ by this much. */
const clockSkewMs = 120_000;

/** `POST /tasks/{id}/<route>` with a `content`. Its answer is documented nowhere; what it tells is compared. */
export async function sendThread(
  config: TallyfyConfig,
  writer: Writer,
  target: TargetView,
  route: string,
  body: JsonObject & { readonly content: string },
): Promise<Result<Done>> {
  const path = organizationPath(config, 'tasks', target.id, route);
  const result = expectSuccess(await writer.write({ method: 'POST', path, body }), 'write', tallyfyErrors);
  if (!result.ok) return result;
  const { value: answer } = result;
  const thread = field(answer.json, 'data');
  if (answer.status !== 204 && thread === undefined) {
    return fail(unexpectedAnswer(answer, 'write', 'Tallyfy', 'it holds no comment'));
  }
  const content = textField(thread, 'content');
  if (content !== null && plainText(content) === '' && plainText(body.content) !== '') {
    return fail(notApplied([{ field: 'content', asked: body.content, now: content }], answer));
  }
  return succeed({ ...doneBy(answer), createdId: textField(thread, 'id') });
}

/** Which of a task's threads may be the one that was sent. */
export interface ThreadWanted {
  readonly content: string;
  readonly fits: (thread: unknown) => boolean;
  readonly attemptStartedAtMs: number;
}

/**
 * Looks for a thread in doubt by its text. One made since the attempt began is it. That there is none proves nothing: a
 * request whose answer was lost may still be at work, and Tallyfy would take the comment twice.
 */
export function settleThread(target: TargetView, raw: JsonValue, wanted: ThreadWanted): Settlement {
  const text = plainText(wanted.content);
  const same = readIncluded(raw, 'threads').filter(
    (thread) => wanted.fits(thread) && plainText(textField(thread, 'content') ?? '') === text,
  );
  const name = `"${target.title}" (${target.id})`;
  const since = same.find((thread) => {
    const madeAtMs = Date.parse(isoFromText(field(thread, 'created_at')) ?? '');
    return madeAtMs >= wanted.attemptStartedAtMs - clockSkewMs;
  });
  if (since === undefined) {
    return { kind: 'unknown', evidence: `${name} does not show the text yet; it may still appear.` };
  }
  const id = textField(since, 'id') ?? 'without an id';
  return { kind: 'done', evidence: `${name} shows the text, made ${textField(since, 'created_at')} (${id}).` };
}
