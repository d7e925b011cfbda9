import type { RunEvents } from './run-events.js';

/** One set of listeners that tells several, in order. The list may grow while the run goes on. */
export function combineEvents(listeners: readonly RunEvents[]): RunEvents {
  return {
    phase: (event) => {
      for (const listener of listeners) listener.phase?.(event);
    },
    row: (event) => {
      for (const listener of listeners) listener.row?.(event);
    },
    request: (event) => {
      for (const listener of listeners) listener.request?.(event);
    },
    paused: (event) => {
      for (const listener of listeners) listener.paused?.(event);
    },
    resumed: (event) => {
      for (const listener of listeners) listener.resumed?.(event);
    },
    full: (event) => {
      for (const listener of listeners) listener.full?.(event);
    },
    heldByPerson: (event) => {
      for (const listener of listeners) listener.heldByPerson?.(event);
    },
    letGoByPerson: () => {
      for (const listener of listeners) listener.letGoByPerson?.();
    },
    rate: (event) => {
      for (const listener of listeners) listener.rate?.(event);
    },
    stopping: (event) => {
      for (const listener of listeners) listener.stopping?.(event);
    },
  };
}
