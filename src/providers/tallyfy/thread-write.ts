/** Comments and problems on a task: sending one, and finding it again. */
import { fail, type Result, succeed } from '../../failure.js';
import { field, type JsonObject, type JsonValue, textField } from '../../json.js';
import { isoFromText } from '../dates.js';
import { doneBy } from '../done.js';
import type { HttpAnswer, Writer } from '../http.js';
import type { Done, Settlement } from '../operation.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { TargetView } from '../target.js';
import type { TallyfyConfig } from './config.js';
import { tallyfyErrors } from './errors.js';
import { readIncluded } from './included.js';
import { notApplied, type Unapplied } from './not-applied.js';
import { plainText } from './task-details.js';
import { organizationPath } from './tasks.js';

/** The service's clock and ours may differ by this much: what is so much older than the attempt may still be its. */
const clockSkewMs = 120_000;

/** What a thread shows that is not as asked. */
export type MissedInThread = (thread: unknown) => readonly Unapplied[];

/** `POST /tasks/{id}/<route>` with a `content`. Its answer is documented nowhere; what it tells is compared. */
export async function sendThread(
  config: TallyfyConfig,
  writer: Writer,
  target: TargetView,
  sent: { readonly route: string; readonly body: JsonObject; readonly missed: MissedInThread },
): Promise<Result<{ readonly answer: HttpAnswer; readonly thread: unknown }>> {
  const path = organizationPath(config, 'tasks', target.id, sent.route);
  const result = expectSuccess(await writer.write({ method: 'POST', path, body: sent.body }), 'write', tallyfyErrors);
  if (!result.ok) return result;
  const { value: answer } = result;
  const thread = field(answer.json, 'data');
  if (answer.status !== 204 && thread === undefined) {
    return fail(unexpectedAnswer(answer, 'write', 'Tallyfy', 'it holds no comment'));
  }
  const missed = sent.missed(thread);
  return missed.length > 0 ? fail(notApplied(missed, answer)) : succeed({ answer, thread });
}

/** The same, for a thread that is made by it. */
export async function addThread(
  config: TallyfyConfig,
  writer: Writer,
  target: TargetView,
  sent: { readonly route: string; readonly body: JsonObject; readonly asked: AskedThread },
): Promise<Result<Done>> {
  const { route, body, asked } = sent;
  const missed = (thread: unknown) => missedInThread(asked, thread);
  const result = await sendThread(config, writer, target, { route, body, missed });
  if (!result.ok) return result;
  return succeed({ ...doneBy(result.value.answer), createdId: textField(result.value.thread, 'id') });
}

/** A comment or problem as a row asks for it. */
export interface AskedThread {
  readonly content: string;
  readonly label: string;
  /** Undefined where it is left to Tallyfy. */
  readonly state?: string | undefined;
}

/**
 * Label and state must be as asked, for they decide who sees it and what it does. The text may be cleaned as HTML, but
 * neither be emptied nor break off.
 */
export function missedInThread(asked: AskedThread, thread: unknown): Unapplied[] {
  const missed: Unapplied[] = [];
  for (const name of ['label', 'state'] as const) {
    const now = textField(thread, name);
    const wanted = asked[name];
    if (wanted !== undefined && now !== null && now !== wanted) missed.push({ field: name, asked: wanted, now });
  }
  const now = textField(thread, 'content');
  if (now !== null && isCut(plainText(now), plainText(asked.content))) {
    missed.push({ field: 'content', asked: asked.content, now });
  }
  return missed;
}

function isCut(now: string, asked: string): boolean {
  return now.length < asked.length && asked.startsWith(now);
}

/** Which of a task's threads may be the one that was sent. */
export interface ThreadWanted {
  readonly asked: AskedThread;
  readonly fits: (thread: unknown) => boolean;
  readonly attemptStartedAtMs: number;
}

/**
 * Looks for a thread in doubt by its text. One made since the attempt began is it; where the clocks could hide that, one
 * that is a little older decides nothing: it may be somebody else's. That there is none proves nothing either: a request
 * whose answer was lost may still be at work, and Tallyfy would take the comment twice.
 */
export function settleThread(target: TargetView, raw: JsonValue, wanted: ThreadWanted): Settlement {
  const text = plainText(wanted.asked.content);
  const name = `"${target.title}" (${target.id})`;
  const same = readIncluded(raw, 'threads').flatMap((thread) => {
    if (!wanted.fits(thread) || plainText(textField(thread, 'content') ?? '') !== text) return [];
    const madeAtMs = Date.parse(isoFromText(field(thread, 'created_at')) ?? '');
    return madeAtMs >= wanted.attemptStartedAtMs - clockSkewMs ? [{ thread, madeAtMs }] : [];
  });
  // Times may be told in whole seconds.
  const sinceMs = Math.floor(wanted.attemptStartedAtMs / 1_000) * 1_000;
  const since = same.filter(({ madeAtMs }) => madeAtMs >= sinceMs).map(({ thread }) => thread);
  const ours = since.find((thread) => missedInThread(wanted.asked, thread).length === 0);
  if (ours !== undefined) {
    const id = textField(ours, 'id');
    const evidence = `${name} shows the text, made ${textField(ours, 'created_at')} (${id ?? 'without an id'}).`;
    return { kind: 'done', evidence, ...(id === null ? {} : { createdId: id }) };
  }
  const [near] = same;
  if (since.length > 0 || near === undefined) {
    return { kind: 'unknown', evidence: `${name} ${describeOthers(wanted.asked, since)}` };
  }
  const id = textField(near.thread, 'id') ?? 'without an id';
  return {
    kind: 'unknown',
    evidence: `${name} shows the text (${id}), but it was written shortly before the attempt.`,
  };
}

/** One of the same text may be ours with what Tallyfy dropped, or another row's. */
function describeOthers(asked: AskedThread, since: readonly unknown[]): string {
  const [other] = since;
  if (other === undefined) return 'does not show the text yet; it may still appear.';
  const differences = missedInThread(asked, other).map((missed) => `${missed.field} "${missed.now}"`);
  return `shows the text (${textField(other, 'id') ?? 'without an id'}), but with the ${differences.join(' and the ')}.`;
}
