import type { Clock } from '../clock.js';
import type { HttpOutcome, Reader } from '../providers/http.js';
import type { Lane } from './lane.js';
import { backoffMs, defaultTries } from './retry-policy.js';

export interface RetryMeans {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** A reader that asks again when a request got no answer or a 5xx, so that one bad moment does not end many pages. */
export function retryReads(reader: Reader, { clock, random, signal }: RetryMeans): Reader {
  return {
    read: async (request) => {
      for (let attempt = 1; ; attempt++) {
        const outcome = await reader.read(request);
        if (!isPassing(outcome) || attempt === defaultTries || signal.aborted) return outcome;
        await clock.sleep(backoffMs(attempt, random), signal);
      }
    },
  };
}

/** The same for what a row's write rests on beyond its target, at the run's own pace and until it stops. */
export function patientReader(
  reader: Reader,
  { clock, random, stopSignal }: Pick<Lane, 'clock' | 'random' | 'stopSignal'>,
): Reader {
  return retryReads(reader, { clock, random, signal: stopSignal });
}

function isPassing(outcome: HttpOutcome): boolean {
  return outcome.kind === 'loss' ? outcome.type !== 'API_ERROR' : outcome.status >= 500;
}
