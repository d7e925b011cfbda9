/** What is still to be read beside the targets that are asked for just now. */
import type { TargetRef } from './target.js';

/** Lets a provider judge what a page is worth to the whole of a plan, and answer what it holds as it comes. */
export interface Wanted {
  /** Targets that are not read yet, the ones that are asked for included. */
  left(): number;
  /** Which of the tasks with these ids are wanted. An id is in the form that a row's ref has. */
  among(ids: readonly string[]): WantedTasks;
}

export interface WantedTasks {
  /** Not read yet. */
  readonly open: readonly TargetRef[];
  /** How many were read in an earlier sitting: their pages are on the way to what is not. */
  readonly known: number;
}

/** Nothing but these. */
export function onlyWanted(refs: readonly TargetRef[]): Wanted {
  const byId = new Map(refs.filter(({ kind }) => kind === 'task').map((ref) => [ref.id, ref]));
  return {
    left: () => refs.length,
    among: (ids) => ({
      open: ids.flatMap((id) => {
        const ref = byId.get(id);
        return ref === undefined ? [] : [ref];
      }),
      known: 0,
    }),
  };
}
