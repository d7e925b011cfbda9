import type { RunEvents } from '../run/run-events.js';

/** One listener made of several; each hears everything, in the order given. */
export function joinEvents(...listeners: readonly RunEvents[]): RunEvents {
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
    stopping: (event) => {
      for (const listener of listeners) listener.stopping?.(event);
    },
  };
}
