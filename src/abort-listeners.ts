/**
 * One listener on a signal for all who wait for it. A signal searches its whole list whenever somebody joins or leaves,
 * and Node warns from the eleventh on.
 */
export interface AbortListeners {
  /** Called once, when the signal is aborted; not at all when it is aborted already. */
  add(listener: () => void): void;
  delete(listener: () => void): void;
}

const known = new WeakMap<AbortSignal, Set<() => void>>();

/** The same for every call with one signal. */
export function abortListeners(signal: AbortSignal): AbortListeners {
  const before = known.get(signal);
  if (before !== undefined) return before;
  const listeners = new Set<() => void>();
  known.set(signal, listeners);
  const tellAll = () => {
    for (const listener of [...listeners]) listener();
    listeners.clear();
  };
  signal.addEventListener('abort', tellAll, { once: true });
  return listeners;
}
