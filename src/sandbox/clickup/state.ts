import type { Comment, Field, Folder, List, Space, Status, StatusType, Tag, Task, TimeEntry, User } from './model.js';
import { addSeedFields } from './seed-fields.js';

export const teamId = '9010000001';
export const templateId = 't-90140000001';
/** Whoever sends the sandbox's token. */
export const tokenUser: User = {
  id: 81234567,
  username: 'Sandbox Admin',
  email: 'admin@sandbox.example',
  color: '#7b68ee',
  initials: 'SA',
};

/** A member with a token of their own, who may only view what is not assigned to them. */
export const viewer: User = {
  id: 81234569,
  username: 'Bo Operator',
  email: 'bo@sandbox.example',
  color: '#2ecd6f',
  initials: 'BO',
};

const otherUsers: readonly User[] = [
  { id: 81234568, username: 'Ada Tester', email: 'ada@sandbox.example', color: '#e50000', initials: 'AT' },
  viewer,
];

const usualStatuses: readonly (readonly [string, StatusType])[] = [
  ['to do', 'open'],
  ['in progress', 'custom'],
  ['complete', 'closed'],
];
const statusColors = { open: '#d3d3d3', custom: '#4194f6', done: '#b5bcc2', closed: '#6bc950' } as const;
const tagColor = '#7b68ee';
/** Ids of new tasks: `86` and seven more characters, counted up from here. */
const firstTaskNumber = Number.parseInt('a2b0000', 36);
const firstListNumber = 901000000100;
const firstCommentNumber = 90110000000001;
const firstTimeEntryNumber = 4100000000000000;

/** One workspace with all that is in it. */
export class ClickUpState {
  readonly users = new Map<number, User>();
  readonly spaces = new Map<string, Space>();
  readonly folders = new Map<string, Folder>();
  readonly lists = new Map<string, List>();
  /** Native ids; the trash included. */
  readonly tasks = new Map<string, Task>();
  /** By custom id in upper case. */
  readonly customIds = new Map<string, Task>();
  readonly comments = new Map<number, Comment>();
  readonly timeEntries = new Map<string, TimeEntry>();
  readonly fields = new Map<string, Field>();
  #created = 0;
  #numbers = { list: firstListNumber, comment: firstCommentNumber, timeEntry: firstTimeEntryNumber, history: 4200000 };
  readonly #newestFirst = new Map<List | null, readonly Task[]>();

  /** Lists leave out what was made less than this ago. */
  readonly listLagMs: number;

  constructor(listLagMs = 0) {
    this.listLagMs = listLagMs;
    for (const user of [tokenUser, ...otherUsers]) this.users.set(user.id, user);
    const engineering = this.#addSpace('90120000001', 'Engineering');
    const operations = this.#addSpace('90120000002', 'Operations');
    const sprints = this.#addFolder('90130000001', 'Sprints', engineering);
    const onboarding = this.#addFolder('90130000002', 'Onboarding', operations);
    this.addList('Sprint 1', sprints, '901000000001');
    this.addList('Backlog', sprints, '901000000002');
    this.addList('Templates', sprints, '901000000003');
    this.addList('Inbox', this.hiddenFolder(engineering), '901000000004');
    this.addList('Checklists', onboarding, '901000000005');
    this.addList('Templates', onboarding, '901000000006');
    const approvals: readonly (readonly [string, StatusType])[] = [
      ['new', 'open'],
      ['review', 'custom'],
      ['approved', 'done'],
      ['Closed', 'closed'],
    ];
    const own = approvals.map(([name, type]) => createStatus('sc901000000007', name, type));
    this.addList('Approvals', this.hiddenFolder(operations), '901000000007', own);
    addSeedFields(this);
  }

  /** @param statuses the list's own; absent = those of its space. */
  addList(name: string, folder: Folder, id = String(++this.#numbers.list), statuses?: Status[]): List {
    const list: List = {
      id,
      name,
      folder,
      statuses: statuses ?? folder.space.statuses,
      tasks: new Set(),
      guests: new Set(),
    };
    this.lists.set(id, list);
    return list;
  }

  hiddenFolder(space: Space): Folder {
    const id = `${space.id}0`;
    return this.folders.get(id) ?? this.#addFolder(id, 'hidden', space, true);
  }

  /** The space's tag of that name in any case, made if it is missing. */
  ensureTag(space: Space, name: string): Tag {
    const key = name.toLowerCase();
    let tag = space.tags.get(key);
    if (tag === undefined) {
      tag = { name, tag_fg: tagColor, tag_bg: tagColor };
      space.tags.set(key, tag);
    }
    return tag;
  }

  /** A nine-character id that no task has, and its place in the order of creation. */
  nextTaskId(): { readonly id: string; readonly sequence: number } {
    let id: string;
    do {
      this.#created += 1;
      id = `86${(firstTaskNumber + this.#created).toString(36).padStart(7, '0')}`;
    } while (this.tasks.has(id));
    return { id, sequence: this.#created };
  }

  nextCommentId(): number {
    do this.#numbers.comment += 1;
    while (this.comments.has(this.#numbers.comment));
    return this.#numbers.comment;
  }

  nextHistoryId(): string {
    this.#numbers.history += 1;
    return String(this.#numbers.history);
  }

  nextTimeEntryId(): string {
    this.#numbers.timeEntry += 1;
    return String(this.#numbers.timeEntry);
  }

  addTask(task: Task): void {
    this.tasks.set(task.id, task);
    if (task.customId !== null) this.customIds.set(task.customId.toUpperCase(), task);
    task.parent?.children.add(task);
    task.list.tasks.add(task);
    this.#forget(task.list);
  }

  /** Into the trash, where its id is known but nothing can be done with it. */
  trashTask(task: Task): void {
    task.trashed = true;
    task.parent?.children.delete(task);
    task.list.tasks.delete(task);
    this.#forget(task.list);
    for (const list of task.otherLists) {
      list.guests.delete(task);
      this.#forget(list);
    }
  }

  moveTask(task: Task, list: List): void {
    task.list.tasks.delete(task);
    this.#forget(task.list);
    task.list = list;
    task.otherLists.delete(list);
    list.guests.delete(task);
    list.tasks.add(task);
    this.#forget(list);
  }

  /** Tasks at home in a list, or all for null; the trash excepted. Kept between calls, since pages ask again and again. */
  newestFirst(list: List | null): readonly Task[] {
    let tasks = this.#newestFirst.get(list);
    if (tasks === undefined) {
      const all = list === null ? [...this.tasks.values()].filter((task) => !task.trashed) : [...list.tasks];
      tasks = all.sort((one, other) => other.sequence - one.sequence);
      this.#newestFirst.set(list, tasks);
    }
    return tasks;
  }

  #forget(list: List): void {
    this.#newestFirst.delete(list);
    this.#newestFirst.delete(null);
  }

  #addSpace(id: string, name: string): Space {
    const statuses = usualStatuses.map(([status, type]) => createStatus(`p${id}`, status, type));
    const space: Space = { id, name, statuses, tags: new Map() };
    this.spaces.set(id, space);
    return space;
  }

  #addFolder(id: string, name: string, space: Space, hidden = false): Folder {
    const folder: Folder = { id, name, space, hidden };
    this.folders.set(id, folder);
    return folder;
  }
}

/** @param owner prefix of the id, so that equal names of two spaces are different statuses. */
export function createStatus(owner: string, name: string, type: StatusType): Status {
  const suffix = Buffer.from(name.toLowerCase()).toString('base64url');
  return { id: `${owner}_${suffix}`, status: name, color: statusColors[type], type };
}
