import type { JsonValue } from '../service.js';

export type StatusType = 'open' | 'custom' | 'done' | 'closed';

export interface Status {
  readonly id: string;
  readonly status: string;
  readonly color: string;
  readonly type: StatusType;
}

export interface User {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly color: string;
  readonly initials: string;
}

export interface Tag {
  readonly name: string;
  readonly tag_fg: string;
  readonly tag_bg: string;
}

export interface Space {
  readonly id: string;
  readonly name: string;
  /** In display order; shared by all lists that inherit. */
  readonly statuses: Status[];
  /** By name in lower case. */
  readonly tags: Map<string, Tag>;
}

export interface Folder {
  readonly id: string;
  readonly name: string;
  /** True for the stand-in that holds a space's folderless lists. */
  readonly hidden: boolean;
  readonly space: Space;
}

export interface List {
  readonly id: string;
  readonly name: string;
  readonly folder: Folder;
  /** The space's own array unless the list overrides it. */
  readonly statuses: Status[];
  /** Tasks at home here, the trash excepted. */
  readonly tasks: Set<Task>;
  /** Tasks at home elsewhere that were added to this list. */
  readonly guests: Set<Task>;
}

export type FieldType =
  | 'url'
  | 'email'
  | 'phone'
  | 'text'
  | 'short_text'
  | 'number'
  | 'currency'
  | 'date'
  | 'drop_down'
  | 'labels'
  | 'tasks'
  | 'users'
  | 'files'
  | 'emoji'
  | 'manual_progress'
  | 'location'
  | 'button';

export interface FieldOption {
  readonly id: string;
  readonly name: string;
}

export interface Field {
  readonly id: string;
  readonly name: string;
  readonly type: FieldType;
  readonly typeConfig: { readonly [key: string]: JsonValue };
  /** Of `drop_down` and `labels`. */
  readonly options: readonly FieldOption[];
  readonly createdMs: number;
  /** Ids of the lists that have it; null = all. */
  readonly lists: Set<string> | null;
  /** The only task type that has it; null = all. */
  readonly taskType: number | null;
}

export interface StatusPeriod {
  readonly status: Status;
  readonly sinceMs: number;
}

/** Parts of a task that an update replaces one by one. */
export interface TaskDetails {
  name: string;
  description: string;
  markdown: string;
  /** 1 urgent to 4 low. */
  priority: number | null;
  dueMs: number | null;
  startMs: number | null;
  timeEstimateMs: number | null;
  points: number | null;
  /** 0 task, 1 milestone, others by workspace. */
  customItemId: number;
  archived: boolean;
}

export interface Task extends TaskDetails {
  readonly id: string;
  /** Order of creation. */
  readonly sequence: number;
  readonly createdMs: number;
  readonly creator: User;
  customId: string | null;
  updatedMs: number;
  closedMs: number | null;
  doneMs: number | null;
  trashed: boolean;
  list: List;
  status: Status;
  readonly statusPeriods: StatusPeriod[];
  parent: Task | null;
  readonly children: Set<Task>;
  readonly assignees: Set<User>;
  readonly watchers: Set<User>;
  readonly groupAssignees: Set<string>;
  readonly tags: Set<Tag>;
  readonly otherLists: Set<List>;
  /** Stored values by field id, in the form in which they are read. */
  readonly fieldValues: Map<string, JsonValue>;
  readonly dependencies: Dependency[];
  readonly links: TaskLink[];
}

export interface Dependency {
  readonly task: Task;
  readonly dependsOn: Task;
  readonly createdMs: number;
}

export interface TaskLink {
  readonly other: Task;
  readonly createdMs: number;
}

export interface Comment {
  readonly id: number;
  readonly task: Task;
  /** What it replies to; null for a comment of its own. */
  readonly parent: Comment | null;
  text: string;
  readonly createdMs: number;
  assignee: User | null;
  resolved: boolean;
}

export interface TimeEntry {
  readonly id: string;
  readonly task: Task | null;
  readonly user: User;
  readonly startMs: number;
  readonly durationMs: number;
  readonly description: string;
  readonly billable: boolean;
}

export function isCompleted(status: Status): boolean {
  return status.type === 'done' || status.type === 'closed';
}

/** Statuses are matched without regard to case. */
export function findStatus(list: List, name: string): Status | undefined {
  const wanted = name.trim().toLowerCase();
  return list.statuses.find(({ status }) => status.toLowerCase() === wanted);
}

/** The status of a new task: the first open one. */
export function defaultStatus(list: List): Status {
  const status = list.statuses.find(({ type }) => type === 'open') ?? list.statuses[0];
  if (status === undefined) throw new Error(`List ${list.id} has no statuses.`);
  return status;
}
