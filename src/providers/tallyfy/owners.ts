/**
 * The assignees of a task. Tallyfy replaces all three lists at once and takes a missing one for an empty one
 * (task_management.py of tallyfy/mcp-public, 2026-08-07), so all three are always sent.
 */
import { z } from 'zod';
import { field, isObject, type JsonObject, listField, textField } from '../../json.js';
import type { ColumnFacts } from '../columns.js';
import { parseJsonCell, readListCell } from './json-cell.js';

export const ownerBuckets = ['users', 'guests', 'groups'] as const;
export type OwnerBucket = (typeof ownerBuckets)[number];

export interface Owners {
  readonly users: readonly number[];
  readonly guests: readonly string[];
  readonly groups: readonly string[];
}

const ownersSchema = z.object({
  users: z.array(z.number()).optional(),
  guests: z.array(z.string()).optional(),
  groups: z.array(z.string()).optional(),
});
/** Lists that a row does not name are not there. */
export type GivenOwners = z.output<typeof ownersSchema>;

/** `owners` as a JSON object, or as columns `owners.users`, `owners.guests` and `owners.groups`. */
export function ownersColumn(facts: ColumnFacts, rule: { readonly atLeastOne: boolean }) {
  const fix = 'Write member numbers, e-mails of guests and ids of groups, with ; between them.';
  const schema = z.unknown().transform((value, context): GivenOwners => {
    const refuse = (message: string): typeof z.NEVER => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (value === undefined || value === null || value === '') return refuse('is empty');
    const parsed = parseJsonCell(value);
    if (!isObject(parsed)) return refuse('is not an object of users, guests and groups');
    const given: GivenOwners = {};
    for (const [key, list] of Object.entries(parsed)) {
      const bucket = ownerBuckets.find((name) => name === key.trim().toLowerCase());
      if (bucket === undefined) return refuse(`has "${key}", which is none of ${ownerBuckets.join(', ')}`);
      const reason = readBucket(given, bucket, readListCell(list));
      if (reason !== null) return refuse(reason);
    }
    if (rule.atLeastOne && ownerBuckets.every((bucket) => (given[bucket] ?? []).length === 0)) {
      return refuse('has nobody in it');
    }
    return given;
  });
  return schema.pipe(ownersSchema).meta({ description: facts.about, column: { fix, ...facts, kind: 'owners' } });
}

function readBucket(given: GivenOwners, bucket: OwnerBucket, items: readonly unknown[]): string | null {
  if (bucket === 'users') {
    const users = items.map(readUserId);
    const wrong = users.indexOf(null);
    if (wrong !== -1) return `has ${JSON.stringify(items[wrong])} among users, which is no number of a member`;
    given.users = [...new Set(users.filter((id) => id !== null))];
    return null;
  }
  const isGood = bucket === 'guests' ? isEmail : isGroupId;
  const wrong = items.find((item) => !isGood(item));
  if (wrong !== undefined) {
    const what = bucket === 'guests' ? 'no e-mail' : 'no id of a group';
    return `has ${JSON.stringify(wrong)} among ${bucket}, which is ${what}`;
  }
  given[bucket] = [...new Set(items.map((item) => String(item).toLowerCase()))];
  return null;
}

export function readUserId(value: unknown): number | null {
  const id = typeof value === 'string' && /^\s*[1-9]\d{0,14}\s*$/.test(value) ? Number(value) : value;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null;
}

export function isEmail(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 254 && /^[^\s@;,<>"]+@[^\s@;,<>"]+\.[^\s@;,<>".]+$/.test(value);
}

function isGroupId(value: unknown): boolean {
  return typeof value === 'string' && /^[a-f0-9]{32}$/i.test(value);
}

/** All three lists: the given ones, and the others as they are now. */
export function completeOwners(given: GivenOwners, now: Owners): Owners {
  return {
    users: given.users ?? now.users,
    guests: given.guests ?? now.guests,
    groups: given.groups ?? now.groups,
  };
}

export const nobody: Owners = { users: [], guests: [], groups: [] };

/**
 * Owners as Tallyfy sends them: `users` as numbers in one answer and as objects in another. Null when a part of them is
 * not understood: what is not understood must not be written back.
 */
export function readOwners(value: unknown): Owners | null {
  if (!isObject(value)) return null;
  const users = listField(value, 'users').map((user) => readUserId(isObject(user) ? field(user, 'id') : user));
  const guests = listField(value, 'guests').map((guest) => (isObject(guest) ? textField(guest, 'email') : guest));
  const groups = listField(value, 'groups').map((group) => (isObject(group) ? textField(group, 'id') : group));
  const texts = (list: readonly unknown[]) => list.filter((item) => typeof item === 'string');
  if (users.includes(null) || texts(guests).length < guests.length || texts(groups).length < groups.length) return null;
  return { users: users.filter((id) => id !== null), guests: texts(guests), groups: texts(groups) };
}

/** Owners as a stored view holds them: empty lists are left out there. */
export function viewOwners(extra: JsonObject): Owners | null {
  return readOwners(extra.owners);
}

export function sameOwners(one: Owners, other: Owners): boolean {
  return sayOwners(one) === sayOwners(other);
}

/** In one order and case, so that it can be compared; empty text for nobody. */
export function sayOwners(owners: Owners): string {
  const users = [...owners.users].sort((one, other) => one - other).map(String);
  const lower = (list: readonly string[]) => list.map((item) => item.toLowerCase()).sort();
  return [...users, ...lower(owners.guests), ...lower(owners.groups)].join(', ');
}

export function ownersBody(owners: Owners): JsonObject {
  return { users: owners.users, guests: owners.guests, groups: owners.groups };
}
