/**
 * What Bitrix24's two REST interfaces have in common: the requests of each and how their answers are read. Operations
 * and readings are written once, in these words; `vibecode/` and `classic/` each make one dialect for a connection.
 */
import type { Failure, Result } from '../../failure.js';
import type { JsonObject } from '../../json.js';
import type { BatchDialect } from '../batch.js';
import type { HttpAnswer, Reader, ReadRequest, WriteRequest } from '../http.js';
import type { Identity, LimitProfile, ServiceAddress, Throttle } from '../provider.js';
import type { ErrorJudge } from '../verdict.js';

/** Fields of a task by their camelCase names. People and groups are numbers, dates ISO 8601 in UTC or null for none. */
export type TaskFields = JsonObject;

/** A condition that Bitrix24 is asked for; ids as numbers, dates as ISO 8601 in UTC. */
export interface TaskCondition {
  readonly field: 'id' | 'groupId' | 'parentId' | 'responsibleId' | 'createdBy' | 'deadline';
  readonly is: 'in' | 'above' | 'below';
  readonly value: number | string | readonly number[];
}

export interface TaskSearch {
  readonly conditions: readonly TaskCondition[];
  /** By id; null where the order does not matter. */
  readonly order: 'asc' | 'desc' | null;
}

/** Most tasks in the answer to one search: what one request to the portal holds, in both interfaces. */
export const searchSize = 50;

/** Most writes in one request, in both dialects. */
export const batchSize = 50;

/** The tasks of a search's answer, as they were sent. */
export interface TaskPage {
  readonly tasks: readonly unknown[];
  readonly hasMore: boolean;
  /** Whether the answer says that it was cut short. */
  readonly truncated: boolean;
}

/** The statuses that operations lead to. */
export type WantedStatus = 'completed' | 'pending' | 'deferred';

export interface TaskComment {
  readonly id: string;
  readonly text: string;
  readonly writtenMs: number;
}

export interface Dialect {
  /** What the credential is, in messages. */
  readonly credential: 'key' | 'webhook';
  readonly errors: ErrorJudge;
  readonly batch: BatchDialect;
  /** One request. */
  identify(reader: Reader): Promise<Result<Identity>>;
  /** Whether an answer, or the share of one write in a batch's answer, asks for a pause. `nowMs` is the wall clock. */
  throttle(answer: HttpAnswer, nowMs: number): Throttle | null;
  statedLimit(answer: HttpAnswer): number | null;

  askTask(taskId: string): ReadRequest;
  askTasks(search: TaskSearch): ReadRequest;
  /** How many tasks a group (project) has, with the first of them. */
  askTaskTotal(groupId: number): ReadRequest;
  askComments(taskId: string): ReadRequest;
  createTask(fields: TaskFields): WriteRequest;
  updateTask(taskId: string, fields: TaskFields): WriteRequest;
  changeStatus(taskId: string, status: WantedStatus): WriteRequest;
  deleteTask(taskId: string): WriteRequest;
  addComment(taskId: string, text: string): WriteRequest;

  /** The task that a 2xx answer to reading or writing one holds; null, `[]` or `{}` where it says that there is none. */
  taskIn(answer: HttpAnswer): unknown;
  /** Null when the answer holds no list of tasks. */
  tasksIn(answer: HttpAnswer): TaskPage | null;
  /** How many tasks match in all; null where the answer does not tell. */
  totalIn(answer: HttpAnswer): number | null;
  /** Null when the answer holds no list of comments. */
  commentsIn(answer: HttpAnswer): readonly TaskComment[] | null;
  /** The id of the comment that was made. */
  commentIdIn(answer: HttpAnswer): string | null;
  /** Whether the body of a 2xx answer to a write says that it was done. */
  confirms(answer: HttpAnswer): boolean;
  /** Whether the refusal of a write says that its task is not there; `perhaps` where it may as well be forbidden. */
  tellsGone(failure: Failure): 'yes' | 'perhaps' | 'no';
}

/** A dialect and where it is spoken. */
export interface DialectSettings {
  readonly dialect: Dialect;
  readonly address: ServiceAddress;
  /** The host that the plan is bound to. */
  readonly tenant: string;
  /** Where it differs from the provider's. */
  readonly profile?: LimitProfile;
}
