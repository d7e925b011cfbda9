import { z } from 'zod';
import { succeed } from '../../failure.js';
import { textField } from '../../json.js';
import { defineOperation } from '../define-operation.js';
import type { Prediction } from '../operation.js';
import type { TargetView } from '../target.js';
import { ensureTarget, refuseArchived } from './before-write.js';
import { contentColumn, runIdColumn, taskIdColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { openProblems, readProblems, withProblems } from './problems.js';
import { settleFound } from './settle-task.js';
import { plainText } from './task-details.js';
import { taskRef } from './tasks.js';
import { addThread, settleThread } from './thread-write.js';
import { undoReport } from './undo-problems.js';

const schema = z.object({
  task_id: taskIdColumn,
  run_id: runIdColumn,
  content: contentColumn('What the problem is.', ['problem', 'text']),
});

type Args = z.output<typeof schema>;

/** `POST /tasks/{id}/problem` (tallyfy/n8n, tallyfy/cli, August 2026). Reports another one each time. */
export const reportProblem = defineOperation({
  name: 'report-problem',
  summary: 'Reports a problem on a task, which blocks its completion.',
  risk: 'reversible',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  inverse: 'resolve-problem',
  undo: { needs: 'reading', lost: ['the report itself: it stays on the task, resolved'], take: undoReport },
  makes: 'problem',
  sideEffects: [
    'The run is shown as one with a problem, and people are notified.',
    'A completed task is reopened.',
    'Comments are capped at 120 an hour and organization: above that Tallyfy asks to wait for up to 3,600 s.',
  ],
  notices: { people: 'yes' },
  settledBy:
    'The task is read; a problem with the same text made since the attempt is it. Where none is seen, the row stays unknown.',
  readingMaxAgeMs: 60_000,
  schema,
  target: (args) => taskRef(args.task_id, args.run_id),
  predict,
  // When it had been completed, and by whom, is lost when it is reopened.
  forbiddenSince: (_args, before, now) =>
    now.completed && !before.completed ? [{ field: 'status', before: before.status, after: now.status }] : [],
  leaves: ({ content }, target) =>
    withProblems({ ...target, completed: false }, [...readProblems(target), { id: null, content, resolved: false }]),
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const ref = taskRef(args.task_id, args.run_id);
    const ready = await ensureTarget(config, writer, ref, target, (view) => predict(args, view));
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const { content } = args;
    const sent = { route: 'problem', body: { content }, asked: { content, label: 'problem' } };
    return addThread(config, writer, ready.value.target, sent);
  },
  settle: async (_config, args, _reader, reading, doubt) =>
    settleFound(reading, ({ target, raw }) =>
      settleThread(target, raw, {
        asked: { content: args.content, label: 'problem' },
        fits: (thread) => textField(thread, 'label') === 'problem',
        attemptStartedAtMs: doubt.attemptStartedAtMs,
      }),
    ),
});

function predict(args: Args, target: TargetView): Prediction {
  const archived = refuseArchived(target);
  if (archived !== null) return archived;
  const text = plainText(args.content);
  if (openProblems(target).some((problem) => plainText(problem.content) === text)) {
    return { kind: 'nothing-to-do', reason: 'The same problem is reported and open already.' };
  }
  const reopened = target.completed ? [{ field: 'status', before: target.status, after: 'in-progress' }] : [];
  return { kind: 'will-do', changes: [{ field: 'problem', before: null, after: args.content }, ...reopened] };
}
