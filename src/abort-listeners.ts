/**
 * One listener on a signal for all who wait for it. A signal searches its whole list whenever somebody joins or leaves,
 * and Node warns from the eleventh on.
 */
export interface AbortListeners {
  /** Called once, when the signal is aborted; not at all when it is aborted already. */
  add(listener: () => void): void;
  delete(listener: () => void): void;
}

const known = new WeakMap<AbortSignal, AbortListeners>();

/** The same for every call with one signal. */
export function abortListeners(signal: AbortSignal): AbortListeners {
  const before = known.get(signal);
  if (before !== undefined) return before;
  // A list, not a set: a set that is refilled again and again leaves its outgrown tables behind, each of which points to
  // the next one. Once one of them is old, all that waited when each later one was outgrown lives until a full collection.
  const waiting: Array<() => void> = [];
  const listeners: AbortListeners = {
    add: (listener) => {
      waiting.push(listener);
    },
    delete: (listener) => {
      // Those who came first mostly leave first.
      const at = waiting.indexOf(listener);
      if (at >= 0) waiting.splice(at, 1);
    },
  };
  known.set(signal, listeners);
  const tellAll = () => {
    for (const listener of waiting.splice(0)) listener();
  };
  signal.addEventListener('abort', tellAll, { once: true });
  return listeners;
}
