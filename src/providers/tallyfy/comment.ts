import { z } from 'zod';
import { succeed } from '../../failure.js';
import { textField } from '../../json.js';
import { oneOf } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import type { Prediction, Settlement } from '../operation.js';
import type { FoundReading, TargetView } from '../target.js';
import { deleteMadeComment } from '../undo.js';
import { ensureTarget, refuseArchived } from './before-write.js';
import { contentColumn, optionalFlag, runIdColumn, taskIdColumn } from './columns.js';
import type { TallyfyConfig } from './config.js';
import { settleFound } from './settle-task.js';
import { plainText } from './task-details.js';
import { taskRef } from './tasks.js';
import { type AskedThread, addThread, settleThread } from './thread-write.js';
import { findThread } from './threads.js';
import { namesOf } from './undo-completion.js';

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
  inverse: 'delete-comment',
  undo: {
    needs: 'nothing',
    lost: [],
    take: (args, { createdIds }) => deleteMadeComment(namesOf(args), createdIds, mayInvite(args) ? [invitation] : []),
  },
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
    settleFound(reading, (found) => {
      const [id] = doubt.createdIds ?? [];
      if (id !== undefined) return judgeWritten(args, found, id.toLowerCase());
      return settleThread(found.target, found.raw, {
        asked: askedOf(args),
        // Also one whose label was dropped is ours.
        fits: (thread) => !['problem', 'resolve'].includes(textField(thread, 'label') ?? ''),
        attemptStartedAtMs: doubt.attemptStartedAtMs,
      });
    }),
});

/** How a comment that was written is now. Tallyfy has no replies: an answer is a comment of its own. */
function judgeWritten({ content, state }: Args, reading: FoundReading, id: string): Settlement {
  const found = findThread(reading, id);
  if (found.kind === 'untold') return { kind: 'unknown', evidence: found.evidence };
  if (found.kind === 'absent') return { kind: 'not-done', gone: true, evidence: found.evidence };
  const now = textField(found.thread, 'content') ?? '';
  if (plainText(now) !== plainText(content)) {
    return { kind: 'not-done', evidence: `The comment ${id} was edited: it says ${JSON.stringify(now)}.` };
  }
  const shown = textField(found.thread, 'state');
  if (state !== undefined && shown !== null && shown !== state) {
    return { kind: 'not-done', evidence: `The comment ${id} was edited: its state is ${shown}, not ${state}.` };
  }
  return { kind: 'done', evidence: found.evidence };
}

const invitation = 'the invitation of a guest whom its text names, which stays';

function mayInvite({ content }: Args): boolean {
  return /(^|[^\w.@-])\+[\w.%-]+@/.test(content);
}

function askedOf({ content, label = 'comment', state }: Args): AskedThread {
  return { content, label, state };
}

function predict(args: Args, target: TargetView): Prediction {
  const archived = refuseArchived(target);
  if (archived !== null) return archived;
  return { kind: 'will-do', changes: [{ field: args.label ?? 'comment', before: null, after: args.content }] };
}
