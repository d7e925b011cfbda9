/**
 * A task as Bitrix24 sends it, in the words common to all services. Vibecode's documentation of 2026-05-05 contradicts
 * itself on names and types (`status: 2` on one page, `STATUS: "2"` on another), and the classic REST sends numbers as
 * texts, so all are read.
 */
import { field, isObject, type JsonObject } from '../../json.js';
import { isoFromText } from '../dates.js';
import { describeTarget } from '../reading.js';
import type { TargetView, Traces } from '../target.js';

/** Statuses as REST 3.0 names them; 1 is an old way to write 2. */
const statusNames: Readonly<Record<number, string>> = {
  1: 'pending',
  2: 'pending',
  3: 'in_progress',
  4: 'supposedly_completed',
  5: 'completed',
  6: 'deferred',
  7: 'declined',
};

export const statusCodes = { pending: 2, inProgress: 3, awaitingControl: 4, completed: 5, deferred: 6 } as const;

/** The view of a task, or null when the value is no task. */
export function viewTask(task: unknown): TargetView | null {
  const id = readText(task, 'id');
  if (id === null || !/^\d+$/.test(id)) return null;
  const code = readNumber(task, 'status');
  const groupId = readText(task, 'groupId');
  const closedAt = isoFromText(read(task, 'closedDate'));
  // No other status is asked for its time, and a time with every task would be kept with every row.
  const deferredAt = code === statusCodes.deferred ? isoFromText(read(task, 'statusChangedDate')) : null;
  // By its number, which every answer tells; its name comes in some answers only.
  const project = groupId === '0' ? null : groupId;
  return describeTarget({
    id,
    title: readText(task, 'title') ?? '',
    status: code === null ? readText(task, 'status') : (statusNames[code] ?? String(code)),
    completed: code === statusCodes.completed,
    place: project === null ? null : `project ${project}`,
    placeId: project,
    project,
    assignees: readPeople(task),
    followers: readFollowers(task),
    traces: readTraces(task),
    tags: readTags(read(task, 'tags')),
    created: isoFromText(read(task, 'createdDate')),
    updated: isoFromText(read(task, 'changedDate')),
    due: isoFromText(read(task, 'deadline')),
    extra: {
      ...(code === null ? {} : { statusCode: code }),
      ...(closedAt === null ? {} : { closedAt }),
      ...(deferredAt === null ? {} : { deferredAt }),
      ...readFacts(task),
      ...readLacks(task, code),
    },
  });
}

/**
 * What the credential's user may not do, of what `action` tells (Vibecode's page on reading a task): only a single GET has
 * it. Stored views drop `false`, so the lack of a right is what is kept. What can't be done with a closed or deferred task
 * is no lack of a right.
 */
function readLacks(task: unknown, code: number | null): JsonObject {
  const action = read(task, 'action');
  const lacks = (name: string) => field(action, name) === false;
  const isOpen = code === statusCodes.pending || code === statusCodes.inProgress;
  return {
    ...(lacks('remove') ? { mayNotRemove: true } : {}),
    // The deadline has a right of its own.
    ...(lacks('edit') ? { mayNotEdit: lacks('changeDeadline') ? 'anything' : 'but deadline' } : {}),
    ...(isOpen && lacks('complete') ? { mayNotComplete: true } : {}),
    ...(isOpen && lacks('defer') ? { mayNotDefer: true } : {}),
  };
}

/** The target with another status. */
export function withStatus(target: TargetView, code: number): TargetView {
  return {
    ...target,
    status: statusNames[code] ?? String(code),
    completed: code === statusCodes.completed,
    extra: { ...target.extra, statusCode: code },
  };
}

const longestDescription = 10_000;

/**
 * What updates compare, as far as it is told: answers differ in the fields that they hold, so a lack means "unknown". No
 * group, parent or date is an empty text, and people are their numbers with `,` between, since stored views drop
 * what is null or empty.
 */
function readFacts(task: unknown): JsonObject {
  const description = readText(task, 'description');
  const facts: Record<string, string> = {};
  if (description !== null && description.length <= longestDescription) facts.description = description;
  for (const name of ['priority', 'responsibleId', 'createdBy', 'timeEstimate']) {
    const text = readText(task, name);
    if (text !== null) facts[name] = text;
  }
  for (const name of ['groupId', 'parentId', 'deadline', 'startDatePlan', 'endDatePlan']) {
    const value = read(task, name);
    const text = readText(task, name);
    if (value !== undefined) facts[name] = text === null || text === '0' ? '' : text;
  }
  for (const name of ['accomplices', 'auditors']) {
    const people = readList(read(task, name));
    if (people !== null) facts[name] = people.map((one) => idText(one) ?? readText(one, 'id') ?? '').join(',');
  }
  const tags = read(task, 'tags');
  return { ...facts, ...(readList(tags) === null ? {} : { tagsTold: true }) };
}

/** A list, also one that PHP sent as an object because its keys had gaps; null for anything else. */
function readList(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : null;
}

/** The value under its camelCase name, or under the UPPER_CASE one. */
function read(value: unknown, name: string): unknown {
  const own = field(value, name);
  return own === undefined ? field(value, name.replace(/[A-Z]/g, '_$&').toUpperCase()) : own;
}

function readText(value: unknown, name: string): string | null {
  const found = read(value, name);
  if (typeof found === 'string') return found;
  return typeof found === 'number' && Number.isFinite(found) ? String(found) : null;
}

function readNumber(value: unknown, name: string): number | null {
  const text = readText(value, name);
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
}

/** By their numbers, which every answer tells; names come with a single task only. */
function readPeople(task: unknown): string[] {
  const responsible = readText(task, 'responsibleId') ?? readText(read(task, 'responsible'), 'id');
  const accomplices = readList(read(task, 'accomplices')) ?? [];
  const others = accomplices.map((person) => idText(person) ?? readText(person, 'id'));
  return [responsible, ...others].filter((id) => id !== null);
}

/** Who made the task, and its auditors; by their numbers too. */
function readFollowers(task: unknown): string[] {
  const auditors = (readList(read(task, 'auditors')) ?? []).map((person) => idText(person) ?? readText(person, 'id'));
  return [readText(task, 'createdBy'), ...auditors].filter((id) => id !== null);
}

/** Told by the classic REST only, where they are asked for (fields of tasks.task, Bitrix24's REST documentation). */
function readTraces(task: unknown): Traces {
  const comments = readNumber(task, 'commentsCount');
  const seconds = readNumber(task, 'timeSpentInLogs');
  return {
    ...(comments === null ? {} : { comments }),
    ...(seconds === null ? {} : { trackedMs: seconds * 1_000 }),
  };
}

function idText(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** A list of texts, or an object of `{id, title}` by id. */
function readTags(tags: unknown): string[] {
  return (readList(tags) ?? []).flatMap((tag) =>
    typeof tag === 'string' ? tag : (readText(tag, 'title') ?? readText(tag, 'name') ?? []),
  );
}
