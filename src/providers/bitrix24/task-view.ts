/**
 * A task as Vibecode sends it, in the words common to all services. The documentation of 2026-05-05 contradicts itself on
 * names and types (`status: 2` on one page, `STATUS: "2"` on another), so both are read.
 */
import { field, isObject } from '../../json.js';
import { isoFromText } from '../dates.js';
import { describeTarget } from '../reading.js';
import type { TargetView } from '../target.js';

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

export const statusCodes = { awaitingControl: 4, completed: 5 } as const;

/** The view of a task, or null when the value is no task. */
export function viewTask(task: unknown): TargetView | null {
  const id = readText(task, 'id');
  if (id === null || !/^\d+$/.test(id)) return null;
  const code = readNumber(task, 'status');
  const groupId = readText(task, 'groupId');
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
    tags: readTags(read(task, 'tags')),
    created: isoFromText(read(task, 'createdDate')),
    updated: isoFromText(read(task, 'changedDate')),
    due: isoFromText(read(task, 'deadline')),
    extra: {
      ...(code === null ? {} : { statusCode: code }),
      // Only a single GET tells it; stored views drop `false`, so the lack of the right is what is kept.
      ...(field(read(task, 'action'), 'remove') === false ? { mayNotRemove: true } : {}),
    },
  });
}

/** The value under its camelCase name, or under the UPPER_CASE one. */
function read(value: unknown, name: string): unknown {
  return field(value, name) ?? field(value, name.replace(/[A-Z]/g, '_$&').toUpperCase());
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
  const accomplices = read(task, 'accomplices');
  const others = (Array.isArray(accomplices) ? accomplices : []).map(
    (person) => idText(person) ?? readText(person, 'id'),
  );
  return [responsible, ...others].filter((id) => id !== null);
}

function idText(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** A list of texts, or an object of `{id, title}` by id. */
function readTags(tags: unknown): string[] {
  const entries = Array.isArray(tags) ? tags : isObject(tags) ? Object.values(tags) : [];
  return entries.flatMap((tag) =>
    typeof tag === 'string' ? tag : (readText(tag, 'title') ?? readText(tag, 'name') ?? []),
  );
}
