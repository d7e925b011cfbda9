/**
 * A service in trouble while a run is looked back at goes as in planning (see `run/outage.ts`): once {@link rowsInARow}
 * rows in a row can't be read, those behind them are not asked for; after a pause one is tried, and when the last pause
 * brought nothing, the command ends. What a single row meets stays its own matter.
 */
import type { Clock } from '../clock.js';
import { StoppedError } from '../errors.js';
import type { Failure } from '../failure.js';
import type { HttpOutcome, Reader } from '../providers/http.js';
import type { Session } from '../run/lane.js';
import { pausesMs, rowsInARow } from '../run/outage.js';

/** What a row came to, or how the outage showed. */
export type Look<T> = { readonly value: T } | { readonly outage: string };

export interface TroubleWait {
  /**
   * Told of each row that was read, in turn.
   * @param trouble how the service's trouble showed in it; null where it did not, undefined where nothing was asked.
   * @returns the trouble where it is an outage by now.
   */
  outageIn(trouble: string | null | undefined): string | null;
  /**
   * Looks until there is no outage.
   * @param look told whether it is to try one row first.
   * @throws {StoppedError} when the last pause is over, or the next one would be longer than is allowed.
   */
  through<T>(look: (probes: boolean) => Promise<Look<T>>): Promise<T>;
}

export interface TroubleMeans {
  readonly clock: Clock;
  /** Longest single pause. */
  readonly giveUpAfterMs: number;
}

export function createTroubleWait(session: Session, { clock, giveUpAfterMs }: TroubleMeans): TroubleWait {
  const { title } = session.connection;
  const pause = session.pauses.holder(`taskbatch for ${title}`);
  const reason = `${rowsInARow} rows in a row can't be read`;
  let inARow = 0;
  return {
    outageIn: (trouble) => {
      if (trouble === undefined) return null;
      inARow = trouble === null ? 0 : inARow + 1;
      return inARow >= rowsInARow ? trouble : null;
    },
    through: async (look) => {
      for (let pauses = 0; ; pauses++) {
        const looked = await look(pauses > 0);
        if ('value' in looked) return looked.value;
        const pauseMs = pausesMs[pauses] ?? Number.POSITIVE_INFINITY;
        if (pauseMs > giveUpAfterMs) throw inTrouble(title, reason, pauses, looked.outage);
        pause.begin({ untilMs: clock.now() + pauseMs, reason: `${reason}; then one row is tried. ${looked.outage}` });
        await clock.sleep(pauseMs, session.stop.signal);
        pause.end();
      }
    },
  };
}

function inTrouble(title: string, reason: string, pauses: number, last: string): StoppedError {
  const waited = pauses === 0 ? '' : `, and it was no better after ${pauses === 1 ? 'a pause' : `${pauses} pauses`}`;
  return new StoppedError(
    `${title} is in trouble: ${reason}${waited}. The last one: ${last} Nothing was written, and nothing was changed.`,
    { code: 'SERVICE_TROUBLE', fix: 'Run the command again when the service is well.' },
  );
}

/** How the service's trouble shows in a failure; null where that is of another kind. */
export function troubleOf(failure: Failure | null): string | null {
  return failure?.scope === 'service' && failure.retryable ? failure.message : null;
}

/** A reader that keeps in mind how its last request ended. */
export interface MindfulReader {
  readonly reader: Reader;
  /** How the last request since this was last asked met trouble, null where it met none; undefined where there was none. */
  take(): string | null | undefined;
}

export function createMindfulReader(reader: Reader): MindfulReader {
  let last: string | null | undefined;
  return {
    reader: {
      read: async (request) => {
        const outcome = await reader.read(request);
        last = troubleIn(outcome);
        return outcome;
      },
    },
    take: () => {
      const taken = last;
      last = undefined;
      return taken;
    },
  };
}

function troubleIn(outcome: HttpOutcome): string | null {
  if (outcome.kind === 'loss') return outcome.type === 'API_ERROR' ? null : outcome.message;
  return outcome.status >= 500 ? `The service answered with status ${outcome.status}.` : null;
}

/**
 * The same for each service at once. When one fails, the others end too.
 * @throws what the first of them threw.
 */
export async function forEachService<T>(
  sessions: readonly Session[],
  work: (session: Session) => Promise<readonly T[]>,
): Promise<T[]> {
  let broken: { readonly error: unknown } | null = null;
  const told = await Promise.all(
    sessions.map(async (session) => {
      try {
        return await work(session);
      } catch (error) {
        broken ??= { error };
        for (const { stop } of sessions) stop.abort();
        return [];
      }
    }),
  );
  if (broken !== null) throw errorOf(broken);
  return told.flat();
}

function errorOf(broken: { readonly error: unknown }): unknown {
  return broken.error;
}
