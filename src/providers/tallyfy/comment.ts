import { z } from 'zod';
import { succeed } from '../../failure.js';
import { textField } from '../../json.js';
import { oneOf } from '../columns.js';
import { defineOperation, type Prediction } from '../operation.js';
import type { TargetView } from '../target.js';
import { ensureTarget, refuseArchived } from './before-write.js';
import { contentColumn, optionalFlag, runIdColumn, taskIdColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { settleFound } from './settle-task.js';
import { taskRef } from './tasks.js';
import { type AskedThread, addThread, settleThread } from './thread-write.js';

const schema = z.object({
  task_id: taskIdColumn,
  run_id: runIdColumn,
  content: contentColumn(
    'The text; Tallyfy takes HTML, and a mention is written @[12345] with the number of a member.',
    ['comment', 'text'],
  ),
  label: oneOf({ about: 'What kind of comment it is; comment unless given.', example: 'comment' }, [
    'comment',
    'improvement',
    'advice',
  ]).optional(),
  state: oneOf(
    { about: 'How it is shown; hide-for-guests unless given.', example: 'open', aliases: ['comment_state'] },
    ['hide-for-guests', 'open', 'collapsed'],
  ).optional(),
  bot: optionalFlag('Whether to post it without notifying anybody.'),
});

type Args = z.output<typeof schema>;

/** `POST /tasks/{id}/comment` or `/bot-comment` (tallyfy/n8n, tallyfy/mcp-public, August 2026). Adds one each time. */
export const commentOnTask = defineOperation({
  name: 'comment',
  summary: 'Adds a comment to a task.',
  risk: 'reversible',
  repeat: 'after-reading',
  distinctBy: 'content',
  requestsPerRow: 1,
  inverse: null,
  undo: 'No operation deletes comments. Delete it in Tallyfy; the report tells its id.',
  makes: 'comment',
  sideEffects: [
    'Followers of the task are notified, unless the column bot says true.',
    'An address written +ann@example.com is mentioned, and invited as a guest when it is new.',
    'Comments are capped at 120 an hour and organization: above that Tallyfy asks to wait for up to 3,600 s.',
  ],
  notices: { people: 'yes' },
  settledBy:
    'The task is read; a comment with the same text made since the attempt is it. Where none is seen, the row stays unknown.',
  schema,
  target: (args) => taskRef(args.task_id, args.run_id),
  predict,
  execute: async (config: TallyfyConfig, args, writer, target) => {
    const ref = taskRef(args.task_id, args.run_id);
    const ready = await ensureTarget(config, writer, ref, target, (view) => predict(args, view));
    if (!ready.ok) return ready;
    if ('done' in ready.value) return succeed(ready.value.done);
    const { content, label, state } = args;
    const body = {
      content,
      ...(label === undefined ? {} : { label }),
      ...(state === undefined ? {} : { state }),
    };
    const route = args.bot === true ? 'bot-comment' : 'comment';
    return addThread(config, writer, ready.value.target, { route, body, asked: askedOf(args) });
  },
  settle: async (_config, args, _reader, reading, doubt) =>
    settleFound(reading, ({ target, raw }) =>
      settleThread(target, raw, {
        asked: askedOf(args),
        // Also one whose label was dropped is ours.
        fits: (thread) => !['problem', 'resolve'].includes(textField(thread, 'label') ?? ''),
        attemptStartedAtMs: doubt.attemptStartedAtMs,
      }),
    ),
});

function askedOf({ content, label = 'comment', state }: Args): AskedThread {
  return { content, label, state };
}

function predict(args: Args, target: TargetView): Prediction {
  const archived = refuseArchived(target);
  if (archived !== null) return archived;
  return { kind: 'will-do', changes: [{ field: args.label ?? 'comment', before: null, after: args.content }] };
}
