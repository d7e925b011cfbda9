import { z } from 'zod';
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, type JsonObject, textField } from '../../json.js';
import { identifier } from '../columns.js';
import { isoFromText } from '../dates.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { Change, Doubt, Prediction } from '../operation.js';
import type { FoundReading, TargetView } from '../target.js';
import { ensureTarget, refuseArchived } from './before-write.js';
import { contentColumn, runIdColumn, taskIdColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { parseThreadId } from './hex-id.js';
import { readIncluded } from './included.js';
import type { Unapplied } from './not-applied.js';
import { openProblems, type Problem, readProblems, withProblems } from './problems.js';
import { settleFound } from './settle-task.js';
import { taskRef } from './tasks.js';
import { sendThread, settleThread } from './thread-write.js';
import { undoResolution } from './undo-problems.js';

const schema = z.object({
  task_id: taskIdColumn,
  run_id: runIdColumn,
  content: contentColumn('What was done about it.', ['resolution', 'text']),
  thread_id: identifier(
    {
      about: 'The id of the problem; not needed when just one is open.',
      example: '9b74c9897bac770ffc029102a200c5de',
      aliases: ['problem_id'],
      fix: 'Copy the id of the problem from Tallyfy again, or leave the cell empty.',
    },
    { parse: parseThreadId },
  ).optional(),
});

type Args = z.output<typeof schema>;

/** `POST /tasks/{id}/resolved-threads` (tallyfy/n8n, tallyfy/mcp-public, August 2026). */
export const resolveProblem = defineOperation({
  name: 'resolve-problem',
  summary: 'Resolves a problem that is reported on a task.',
  risk: 'reversible',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  inverse: null,
  undo: {
    needs: 'reading',
    lost: ['the id of the problem, and who had reported it when', 'the resolution: it stays on the task'],
    take: undoResolution,
  },
  sideEffects: [
    'The text is posted on the task, and people are notified.',
    'Comments are capped at 120 an hour and organization: above that Tallyfy asks to wait for up to 3,600 s.',
  ],
  notices: { people: 'yes' },
  settledBy: 'The task is read; it is done when the problem is resolved.',
  readingMaxAgeMs: 60_000,
  schema,
  target: (args) => taskRef(args.task_id, args.run_id),
  predict,
  forbiddenSince,
  prepare: async (_config: TallyfyConfig, args, _reader, target, reviewed) =>
    succeed(keepMeant(args, target, reviewed)),
  leaves: (args, target, prepared) => {
    const chosen = chooseProblem(args, target, meantId(args, prepared));
    const id = chosen.ok ? (chosen.value?.id ?? null) : null;
    const problems = readProblems(target).map((one) =>
      id !== null && one.id === id ? { ...one, resolved: true } : one,
    );
    return withProblems(target, problems);
  },
  execute: async (config: TallyfyConfig, args, writer, target, prepared) => {
    const ref = taskRef(args.task_id, args.run_id);
    const ready = await ensureTarget(config, writer, ref, target, (view) => predict(args, view, prepared));
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const problem = chooseProblem(args, ready.value.target, meantId(args, prepared));
    if (!problem.ok) return problem;
    if (problem.value?.id == null) return fail(nothingOpen);
    const body = { thread_id: problem.value.id, content: args.content };
    const sent = { route: 'resolved-threads', body, missed: stillOpen };
    const result = await sendThread(config, writer, ready.value.target, sent);
    return result.ok ? succeed(doneBy(result.value.answer)) : result;
  },
  settle: async (_config, args, _reader, reading, doubt) =>
    settleFound(reading, ({ target, raw }) => {
      const isInDoubt = doubt.endedAtMs === undefined;
      const meant = meantId(args, doubt.prepared ?? {});
      const isMeantThere = readProblems(target).some(({ id }) => id?.toLowerCase() === meant);
      // It is told whether that one is resolved, whatever else was reported since.
      const named = isMeantThere && meant !== null ? { ...args, thread_id: meant } : args;
      const problem = chooseProblem(named, target, null);
      const name = `"${target.title}" (${target.id})`;
      if (!problem.ok) return { kind: 'unknown', evidence: `${name}: ${problem.failure.message}` };
      if (problem.value === null) {
        const anew = isInDoubt ? null : findReportedAnew(raw, meant);
        if (anew !== null) return { kind: 'not-done', evidence: `It was reported anew on ${name}, as ${anew}.` };
        return { kind: 'done', evidence: `No such problem is open on ${name}.` };
      }
      // Where it is not known which one a row resolved that was done, an open one says that it does not hold any more.
      const isByText = named.thread_id === undefined && isInDoubt;
      const resolved = isByText ? findResolution(args, problem.value, { target, raw }, doubt) : null;
      if (resolved !== null) return { kind: 'done', evidence: resolved };
      return { kind: 'not-done', evidence: `The problem ${problem.value.id ?? ''} is open on ${name}.` };
    }),
});

/** The id of an open problem of the same text as one that is resolved, reported after that was; null where there is none. */
function findReportedAnew(raw: FoundReading['raw'], meant: string | null): string | null {
  const threads = readIncluded(raw, 'threads');
  const byId = (id: string | null) => threads.find((one) => id !== null && textField(one, 'id')?.toLowerCase() === id);
  const was = byId(meant);
  const resolution = byId(textField(was, 'resolve_id')?.toLowerCase() ?? null);
  const madeAtMs = (one: unknown) => Date.parse(isoFromText(field(one, 'created_at')) ?? '');
  const anew = threads.find(
    (one) =>
      stillOpen(one).length > 0 &&
      textField(one, 'content') === textField(was, 'content') &&
      madeAtMs(one) >= madeAtMs(resolution),
  );
  return textField(anew, 'id');
}

/**
 * A problem that was reported since the attempt is another one than the row resolved. That it did so is told by its text.
 * @param open the one that is open now.
 */
function findResolution(
  { content }: Args,
  open: Problem,
  { target, raw }: Pick<FoundReading, 'target' | 'raw'>,
  { attemptStartedAtMs }: Doubt,
): string | null {
  const thread = readIncluded(raw, 'threads').find((one) => textField(one, 'id') === open.id);
  const madeAtMs = Date.parse(isoFromText(field(thread, 'created_at')) ?? '');
  // Times may be told in whole seconds.
  if (!(madeAtMs >= Math.floor(attemptStartedAtMs / 1_000) * 1_000)) return null;
  const label = 'resolve';
  const fits = (one: unknown) => textField(one, 'label') === label;
  const found = settleThread(target, raw, { asked: { content, label }, fits, attemptStartedAtMs });
  return found.kind === 'done' ? found.evidence : null;
}

function predict(args: Args, target: TargetView, prepared: JsonObject): Prediction {
  const archived = refuseArchived(target);
  if (archived !== null) return archived;
  const problem = chooseProblem(args, target, meantId(args, prepared));
  if (!problem.ok) return { kind: 'will-fail', failure: problem.failure };
  if (problem.value === null) return { kind: 'nothing-to-do', reason: 'No such problem is open.' };
  return { kind: 'will-do', changes: [{ field: 'problem', before: problem.value.content, after: 'resolved' }] };
}

/** A row that names no problem means the one that was open when it was reviewed. */
function forbiddenSince(args: Args, before: TargetView, now: TargetView): Change[] {
  const reviewed = openProblems(before);
  const meant = meantId(args, keepMeant(args, before, null));
  const chosen = args.thread_id === undefined ? chooseProblem(args, now, meant) : succeed(null);
  if (!chosen.ok || chosen.value === null) return [];
  const { id, content } = chosen.value;
  if (reviewed.some((problem) => problem.id === id)) return [];
  const [was = null] = reviewed;
  if (was?.content !== content) return [{ field: 'problem', before: was?.content ?? null, after: content }];
  return [{ field: 'problem', before: `${content} (${was.id ?? '?'})`, after: `${content} (${id ?? '?'})` }];
}

/** Where the answer holds the problem, it must name what resolves it. */
function stillOpen(thread: unknown): Unapplied[] {
  const isOpen = textField(thread, 'label') === 'problem' && (textField(thread, 'resolve_id') ?? '') === '';
  return isOpen ? [{ field: 'problem', asked: 'resolved', now: 'open' }] : [];
}

/** The only open problem that there was when the row was reviewed, for a row that names none. */
function keepMeant(args: Args, target: TargetView | null, reviewed: TargetView | null): JsonObject {
  if (args.thread_id !== undefined) return {};
  for (const view of [reviewed, target]) {
    const [problem, ...others] = view === null ? [] : openProblems(view);
    if (problem?.id != null && others.length === 0) return { thread_id: problem.id };
  }
  return {};
}

/** The id of the problem that the row names, or that it was planned for. */
function meantId(args: Args, prepared: JsonObject): string | null {
  return args.thread_id ?? textField(prepared, 'thread_id')?.toLowerCase() ?? null;
}

/**
 * The open problem that the row means; null when it is resolved, or none is open.
 * @param meant the one that it was planned for, which stands as long as it is open, whatever was reported beside it since.
 */
function chooseProblem(args: Args, target: TargetView, meant: string | null): Result<Problem | null> {
  if (args.thread_id !== undefined) {
    const named = readProblems(target).find((problem) => problem.id?.toLowerCase() === args.thread_id);
    if (named === undefined) return fail(unknownProblem(args.thread_id));
    return succeed(named.resolved ? null : named);
  }
  const open = openProblems(target);
  const planned = open.find(({ id }) => id !== null && id.toLowerCase() === meant);
  if (planned !== undefined) return succeed(planned);
  const [problem, ...others] = open;
  if (problem !== undefined && others.length > 0) return fail(severalProblems([problem, ...others]));
  return succeed(problem ?? null);
}

const nothingOpen: Failure = localFailure(
  'CONFLICT',
  'NO_OPEN_PROBLEM',
  'Tallyfy tells no open problem of the task with an id.',
  'Look at the task in Tallyfy.',
);

function unknownProblem(id: string): Failure {
  return localFailure(
    'NOT_FOUND',
    'PROBLEM_NOT_FOUND',
    `The task has no problem ${id}.`,
    'Check the id of the problem.',
  );
}

function severalProblems(problems: readonly Problem[]): Failure {
  const list = problems.map(({ id, content }) => `${id ?? '?'} ("${content.slice(0, 60)}")`).join(', ');
  return localFailure(
    'VALIDATION',
    'SEVERAL_PROBLEMS',
    `${problems.length} problems are open on the task: ${list}.`,
    'Say which one in the column thread_id.',
  );
}
