import type { Task } from './task.js';

/** A comment of a task; `createdAt` in milliseconds. */
export interface TaskComment {
  readonly id: number;
  readonly taskId: number;
  readonly authorId: number;
  message: string;
  readonly createdAt: number;
}

/** Ids of filled tasks above this do not move the counter, so that creating never runs out of safe integers. */
const HIGHEST_COUNTED_ID = 2 ** 52;

/**
 * The portal's tasks. Deleted ones are kept aside: nothing reaches them through an API, but their ids are never given
 * out again.
 */
export class TaskStore {
  readonly #tasks = new Map<number, Task>();
  readonly #deleted = new Map<number, Task>();
  readonly #children = new Map<number, Set<number>>();
  readonly #comments = new Map<number, Map<number, TaskComment>>();
  #nextTaskId = 1;
  #nextCommentId = 1;
  /** By ascending ids, with deleted tasks among them until they are many; null when it must be sorted anew. */
  #order: Task[] | null = [];

  get(id: number): Task | undefined {
    return this.#tasks.get(id);
  }

  getDeleted(id: number): Task | undefined {
    return this.#deleted.get(id);
  }

  /** Above every id ever seen, the uncounted ones apart. */
  nextTaskId(): number {
    return this.#nextTaskId;
  }

  add(task: Task): void {
    this.#tasks.set(task.id, task);
    if (task.id >= this.#nextTaskId && task.id < HIGHEST_COUNTED_ID) this.#nextTaskId = task.id + 1;
    if (this.#order !== null && task.id > (this.#order.at(-1)?.id ?? 0)) this.#order.push(task);
    else this.#order = null;
    this.#link(task.id, task.parentId);
  }

  moveUnder(task: Task, parentId: number): void {
    this.#children.get(task.parentId)?.delete(task.id);
    task.parentId = parentId;
    this.#link(task.id, parentId);
  }

  remove(task: Task): void {
    this.#tasks.delete(task.id);
    task.isDeleted = true;
    this.#deleted.set(task.id, task);
    this.#children.get(task.parentId)?.delete(task.id);
    if (this.#order !== null && this.#order.length > 64 && this.#order.length > 2 * this.#tasks.size)
      this.#order = null;
  }

  childrenOf(id: number): readonly number[] {
    const children = this.#children.get(id);
    return children === undefined ? [] : [...children];
  }

  /** The task's children, their children and so on, without the task itself. */
  subtreeOf(id: number): readonly number[] {
    const found: number[] = [];
    const open = [id];
    for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
      for (const child of this.childrenOf(parent)) {
        found.push(child);
        open.push(child);
      }
    }
    return found;
  }

  /** By ascending ids; some may be deleted. A list, for walking it is several times faster than asking for each id. */
  orderedTasks(): readonly Task[] {
    this.#order ??= [...this.#tasks.values()].sort((a, b) => a.id - b.id);
    return this.#order;
  }

  addComment(comment: Omit<TaskComment, 'id'>): TaskComment {
    const added = { ...comment, id: this.#nextCommentId };
    this.#nextCommentId += 1;
    let ofTask = this.#comments.get(comment.taskId);
    if (ofTask === undefined) {
      ofTask = new Map();
      this.#comments.set(comment.taskId, ofTask);
    }
    ofTask.set(added.id, added);
    return added;
  }

  getComment(taskId: number, id: number): TaskComment | undefined {
    return this.#comments.get(taskId)?.get(id);
  }

  removeComment(comment: TaskComment): void {
    this.#comments.get(comment.taskId)?.delete(comment.id);
  }

  commentsOf(taskId: number): readonly TaskComment[] {
    return [...(this.#comments.get(taskId)?.values() ?? [])];
  }

  clear(): void {
    for (const map of [this.#tasks, this.#deleted, this.#children, this.#comments]) map.clear();
    this.#nextTaskId = 1;
    this.#nextCommentId = 1;
    this.#order = [];
  }

  #link(id: number, parentId: number): void {
    if (parentId === 0) return;
    const children = this.#children.get(parentId);
    if (children === undefined) this.#children.set(parentId, new Set([id]));
    else children.add(id);
  }
}
