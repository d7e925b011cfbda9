import type { RunEvents } from './run-events.js';

/** Tells of the pauses of one of those who may hold a service's rows. */
export interface PauseHolder {
  /** @param pause until when (wall clock) nothing leaves, and why. */
  begin(pause: { readonly untilMs: number; readonly reason: string }): void;
  end(): void;
}

export interface PauseTeller {
  /** @param title who holds the rows, for people. */
  holder(title: string): PauseHolder;
}

/**
 * Two may hold a service's rows at once: the service itself, which asks for a pause, and taskbatch, which lets a service
 * in trouble rest. Whoever listens is told of the pause that lasts longest, and of its end when nobody holds them.
 */
export function createPauseTeller(provider: string, events: Pick<RunEvents, 'paused' | 'resumed'>): PauseTeller {
  const pauses = new Map<string, { readonly title: string; readonly untilMs: number; readonly reason: string }>();
  const longest = () => [...pauses.values()].sort((one, other) => other.untilMs - one.untilMs)[0];
  let told: ReturnType<typeof longest>;
  const tell = (): void => {
    const now = longest();
    if (now !== undefined && now !== told) events.paused?.({ provider, ...now });
    if (now === undefined && told !== undefined) events.resumed?.({ provider });
    told = now;
  };
  return {
    holder: (title) => ({
      begin: ({ untilMs, reason }) => {
        pauses.set(title, { title, untilMs, reason });
        tell();
      },
      end: () => {
        pauses.delete(title);
        tell();
      },
    }),
  };
}
