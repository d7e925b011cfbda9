import { type Columns, splitList } from './fill-columns.js';
import type { User } from './model.js';
import type { ClickUpState } from './state.js';

const peopleColumn = /assignee|watcher|^users?(id)?$/;
const userColor = '#aaaaaa';
const firstFilledUser = 90_000_000;

/** Everybody whom the row names. */
export function ensurePeople(state: ClickUpState, columns: Columns): void {
  for (const [column, value] of columns) {
    if (peopleColumn.test(column)) for (const name of splitList(value)) ensurePerson(state, name);
  }
}

/** The member of that id, e-mail or name; a missing one joins the workspace. */
function ensurePerson(state: ClickUpState, name: string): User | null {
  if (name === '') return null;
  const known = findPerson(state, name);
  if (known !== undefined) return known;
  const id = /^\d+$/.test(name) ? Number(name) : firstFilledUser + state.users.size;
  const email = name.includes('@') ? name : `user${id}@sandbox.example`;
  const username = /^\d+$|@/.test(name) ? `User ${id}` : name;
  const user = { id, username, email, color: userColor, initials: 'U' };
  state.users.set(id, user);
  return user;
}

function findPerson(state: ClickUpState, name: string): User | undefined {
  if (/^\d+$/.test(name)) return state.users.get(Number(name));
  const key = name.toLowerCase();
  return [...state.users.values()].find(
    ({ email, username }) => email.toLowerCase() === key || username.toLowerCase() === key,
  );
}

/** The people in the columns of these names. */
export function peopleIn(state: ClickUpState, columns: Columns, wanted: RegExp): readonly User[] {
  return [...columns].flatMap(([column, value]) =>
    wanted.test(column) ? splitList(value).flatMap((name) => ensurePerson(state, name) ?? []) : [],
  );
}
