import type { JsonValue } from '../service.js';
import { type FieldReader, readInteger } from './field-reader.js';
import { isRecord } from './json.js';
import { ensureUser, type Owners, type TallyfyState } from './state.js';

export const noOwners: Owners = { users: [], guests: [], groups: [] };

/**
 * Reads an `owners` object. A bucket that is missing counts as empty, so a partial object wipes the other buckets.
 * Undefined when the body has none or when it was refused.
 */
export function readOwners(fields: FieldReader, rule: { readonly required?: boolean } = {}): Owners | undefined {
  const object = fields.object('owners', rule);
  if (object === undefined) return undefined;
  return {
    users: readBucket(fields, object, 'users', (item) => {
      const id = readInteger(item);
      return id !== undefined && id > 0 ? id : undefined;
    }),
    guests: readBucket(fields, object, 'guests', (item) => (isEmail(item) ? item : undefined)),
    groups: readBucket(fields, object, 'groups', (item) =>
      typeof item === 'string' && item !== '' ? item : undefined,
    ),
  };
}

function readBucket<T>(
  fields: FieldReader,
  owners: Readonly<Record<string, unknown>>,
  bucket: string,
  readItem: (item: unknown) => T | undefined,
): readonly T[] {
  const list = owners[bucket];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) {
    fields.refuse(`owners.${bucket}`, `The owners.${bucket} must be an array.`);
    return [];
  }
  const items = new Set<T>();
  list.forEach((item: unknown, index) => {
    const read = readItem(item);
    if (read === undefined) fields.refuse(`owners.${bucket}.${index}`, `The owners.${bucket}.${index} is invalid.`);
    else items.add(read);
  });
  return [...items];
}

function isEmail(value: unknown): value is string {
  return typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
}

export function countOwners(owners: Owners): number {
  return owners.users.length + owners.guests.length + owners.groups.length;
}

/** Guests that were never used in the organization; assigning them invites them. */
export function findNewGuests(state: TallyfyState, owners: Owners): readonly string[] {
  return owners.guests.filter((guest) => !state.guests.has(guest));
}

export function registerOwners(state: TallyfyState, owners: Owners): void {
  for (const user of owners.users) ensureUser(state, user);
  for (const guest of owners.guests) state.guests.add(guest);
}

/**
 * Owners as answered. The documentation's samples differ: users are objects in the answers of create and of lists, and
 * bare ids when one task is read.
 */
export function presentOwners(state: TallyfyState, owners: Owners, users: 'objects' | 'ids'): JsonValue {
  return {
    users: users === 'ids' ? owners.users : owners.users.map((id) => presentOwner(state, id)),
    guests: owners.guests,
    groups: owners.groups,
  };
}

function presentOwner(state: TallyfyState, id: number): JsonValue {
  const user = ensureUser(state, id);
  return { id, full_name: `${user.firstName} ${user.lastName}`, profile_pic: null };
}

/** Whether a value has the shape of `owners` with somebody in it. */
export function hasAssignee(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return [value.users, value.guests, value.groups].some((list) => Array.isArray(list) && list.length > 0);
}
