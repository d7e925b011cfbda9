/** Targets: how a row names the remote thing it acts on, and how that thing looks when it is read. */
import type { Failure } from '../failure.js';
import type { JsonObject, JsonValue } from '../json.js';

/** A remote thing by the name that a row gives it. Two rows with equal `kind` and `id` act on the same thing. */
export interface TargetRef {
  /** `task`, `run`, `tag`. */
  readonly kind: string;
  /** The id in one normal form (trimmed, display forms stripped, case folded where the service ignores it). */
  readonly id: string;
  /** What else is needed or helpful to read it, e.g. the run that a task belongs to. */
  readonly hints?: JsonObject;
}

/** The key under which a run knows a target: equal for rows on the same thing. */
export function targetKey(provider: string, ref: Pick<TargetRef, 'kind' | 'id'>): string {
  return ref.kind === 'task' ? `${provider}:${ref.id}` : `${provider}:${ref.kind}:${ref.id}`;
}

/** The same thing by the id that it had when it was read: by now a name may mean another one. */
export function refById(ref: TargetRef, seen: Pick<TargetView, 'id'> | null): TargetRef {
  return seen === null || seen.id.toLowerCase() === ref.id.toLowerCase() ? ref : { ...ref, id: seen.id };
}

/**
 * A target as it was read, in words common to all services; stored with the row, shown in plans, and what conditions
 * see as `task`. Dates are ISO 8601 in UTC.
 */
export interface TargetView {
  /** The service's own id, by which the write is sent, also when the row used another name. */
  readonly id: string;
  readonly customId: string | null;
  readonly title: string;
  /** The status as the service names it. */
  readonly status: string | null;
  /** Whether the service counts it as completed. */
  readonly completed: boolean;
  readonly archived: boolean;
  readonly url: string | null;
  /** Where it is, for people: `Space / Folder / List`, a run's name, a project. */
  readonly place: string | null;
  /** Id of that place: list, run or project. */
  readonly placeId: string | null;
  readonly list: string | null;
  /** Names of further lists in which it is shown, and from which it goes too. */
  readonly otherLists: readonly string[];
  readonly folder: string | null;
  readonly space: string | null;
  readonly run: string | null;
  readonly project: string | null;
  /** Names, e-mails or ids, as far as the service tells. */
  readonly assignees: readonly string[];
  /** Others whom the service tells of changes: watchers, auditors, who made it. In the words of {@link assignees}. */
  readonly followers: readonly string[];
  readonly traces: Traces;
  /** Ids of what it is a part of, the nearest first: when those are deleted it goes with them. */
  readonly partOf: readonly string[];
  readonly tags: readonly string[];
  readonly created: string | null;
  readonly updated: string | null;
  readonly due: string | null;
  /** What else this provider's operations need to know of it. */
  readonly extra: JsonObject;
}

/**
 * What people left on a target. A member is missing where the service did not tell, which is another thing than 0. Who
 * left it is told by no list.
 */
export interface Traces {
  readonly comments?: number | undefined;
  readonly trackedMs?: number | undefined;
  readonly files?: number | undefined;
  readonly subtasks?: number | undefined;
  readonly openSubtasks?: number | undefined;
  /** Addresses that are called when this very task changes. */
  readonly webhooks?: number | undefined;
}

/** The same of a target that was looked at for just this. */
export interface FullTraces extends Traces {
  readonly subtaskIds?: readonly string[] | undefined;
}

/** A reading that holds its target. */
export interface FoundReading {
  readonly kind: 'found';
  readonly ref: TargetRef;
  readonly target: TargetView;
  /** The thing as the service sent it, for the snapshot. */
  readonly raw: JsonValue;
  /** What goes with the target when it is deleted, as far as the same requests told; absent = nothing. */
  readonly parts?: readonly TargetView[];
  /** Where those are not all that the service's lists would tell: no more than what is right below, or nothing at all. */
  readonly partsTold?: 'right-below' | 'none';
}

export type Reading =
  | FoundReading
  | {
      /** The service says that it is not there. */
      readonly kind: 'absent';
      readonly ref: TargetRef;
      /** Whether the service tells that it once was: trashed, as opposed to never heard of. */
      readonly existed: boolean;
      readonly failure: Failure;
    }
  | {
      /** It could not be read: no right to, a service in trouble, no answer. */
      readonly kind: 'unreadable';
      readonly ref: TargetRef;
      readonly failure: Failure;
    };
