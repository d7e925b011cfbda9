/** Tags: `POST` and `DELETE /v2/task/{id}/tag/{name}` (published v2 document, 2026-07-30); the answer is `{}`. */
import { type Result, succeed } from '../../failure.js';
import { text } from '../columns.js';
import { defineOperation } from '../define-operation.js';
import { doneBy } from '../done.js';
import type { Writer } from '../http.js';
import type { Done, Doubt, Prediction, Settlement } from '../operation.js';
import { tagKey } from '../tag-key.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import { taskSchema } from './columns.js';
import type { ClickUpConfig } from './config.js';
import { quoteTask, settleByTask } from './settle-task.js';
import { refOf, requireRef } from './task-ref.js';
import { expectObject, writeTask } from './task-write.js';
import { undoTag } from './undo-task.js';

const tag = text(
  { about: 'The name of the tag; case does not matter.', example: 'urgent', aliases: ['tag_name'] },
  { max: 200 },
);
const schema = taskSchema({ tag }, ({ tag: name }) =>
  typeof name === 'string' && /^\s*\.{0,2}\s*$/.test(name)
    ? 'has a tag that can not be sent: it is blank or dots alone'
    : null,
);

export const addTag = defineOperation({
  name: 'add-tag',
  summary: 'Adds a tag to a task.',
  risk: 'reversible',
  repeat: 'safe',
  distinctBy: 'content',
  requestsPerRow: 1,
  inverse: 'remove-tag',
  undo: { needs: 'reading', lost: [], take: undoTag(true) },
  sideEffects: ['A tag that the space does not have yet is made.', 'Automations may run.'],
  notices: { automations: 'may' },
  settledBy: 'The task is read; it is done when it has the tag.',
  schema,
  target: refOf,
  predict: (args, target) => predictTag(target, args.tag, true),
  leaves: (args, target) => ({ ...target, tags: [...otherTags(target, args.tag), args.tag.trim()] }),
  execute: (config: ClickUpConfig, args, writer, target) =>
    sendTag(config, requireRef(args), writer, target, args.tag, true),
  settle: async (_config, args, _reader, reading, doubt) => settleTag(reading, doubt, args.tag, true),
});

export const removeTag = defineOperation({
  name: 'remove-tag',
  summary: 'Takes a tag off a task; the space keeps it.',
  risk: 'reversible',
  repeat: 'safe',
  distinctBy: 'content',
  requestsPerRow: 1,
  inverse: 'add-tag',
  undo: { needs: 'reading', lost: [], take: undoTag(false) },
  sideEffects: ['The space keeps the tag, also when no task has it any more.', 'Automations may run.'],
  notices: { automations: 'may' },
  settledBy: 'The task is read; it is done when it does not have the tag.',
  schema,
  target: refOf,
  predict: (args, target) => predictTag(target, args.tag, false),
  leaves: (args, target) => ({ ...target, tags: otherTags(target, args.tag) }),
  execute: (config: ClickUpConfig, args, writer, target) =>
    sendTag(config, requireRef(args), writer, target, args.tag, false),
  settle: async (_config, args, _reader, reading, doubt) => settleTag(reading, doubt, args.tag, false),
});

export function hasTag(task: TargetView, name: string): boolean {
  return otherTags(task, name).length < task.tags.length;
}

function otherTags({ tags }: TargetView, name: string): readonly string[] {
  const key = tagKey(name);
  return tags.filter((held) => tagKey(held) !== key);
}

function predictTag(task: TargetView, name: string, wanted: boolean): Prediction {
  if (hasTag(task, name) === wanted) return { kind: 'nothing-to-do', reason: describe(name, wanted) };
  const change = { field: 'tag', before: wanted ? null : name, after: wanted ? name : null };
  return { kind: 'will-do', changes: [change] };
}

async function sendTag(
  config: ClickUpConfig,
  ref: TargetRef,
  writer: Writer,
  target: TargetView | null,
  name: string,
  wanted: boolean,
): Promise<Result<Done>> {
  const method = wanted ? 'POST' : 'DELETE';
  const answer = await writeTask(config, writer, ref, target, { method, below: ['tag', name.trim()] });
  const read = answer.ok ? expectObject(answer.value) : answer;
  return read.ok ? succeed(doneBy(read.value, { url: target?.url ?? null })) : read;
}

function settleTag(reading: Reading | null, doubt: Doubt, name: string, wanted: boolean): Settlement {
  return settleByTask(reading, doubt, (task) => ({
    done: hasTag(task, name) === wanted,
    evidence: `${quoteTask(task)} has the tags ${task.tags.join(', ') || 'none'}.`,
  }));
}

function describe(name: string, has: boolean): string {
  return `The task has ${has ? '' : 'not '}the tag "${name}" ${has ? 'already' : 'anyway'}.`;
}
