/** The attempts at one row in one sitting: each is recorded before it leaves, and judged by its answer. */
import { type Failure, localFailure, type Result } from '../failure.js';
import type { JsonObject } from '../json.js';
import { HeldError, type Writer } from '../providers/http.js';
import type { BoundOperation, Done, RowContext } from '../providers/operation.js';
import type { TargetView } from '../providers/target.js';
import type { WorkRow } from '../state/row-reads.js';
import { countRepeat, sentAgain } from '../state/row-writes.js';
import type { RowEvent } from '../state/status.js';
import { checkAgain, hasAged } from './check-again.js';
import { checkAlong } from './check-along.js';
import type { FirstLook } from './check-first.js';
import type { Lane, Meter } from './lane.js';
import { provableFromMs } from './late-effect.js';
import { backoffMs, decide, mayTryAgain } from './retry-policy.js';
import { rowContext, rowDoubt } from './row-context.js';
import { credentialCause, doneResult, failedResult, type RowEnd, returnedResult, type StopCause } from './row-end.js';
import { heldCause, judgeDoubt, settledEnd } from './settle-row.js';

/** What a write rests on. */
export interface Ready {
  readonly view: TargetView | null;
  readonly prepared: JsonObject;
  /** As in {@link Checked}. */
  readonly readMs: number | null;
}

/** A write that was let out is not sent after all, since what it rests on has become too old. */
class AgedError extends Error {}

/** The attempts at one row in one sitting, and what they left in doubt. */
export class RowAttempts {
  readonly #row: WorkRow;
  readonly #bound: BoundOperation;
  readonly #lane: Lane;
  readonly #meter: Meter;
  readonly #look: FirstLook;
  #ready: Ready;
  readonly #context: RowContext;
  /** The tries of this sitting; the attempt's number in the state goes on from earlier ones. */
  #tries = 0;
  /** When the first attempt that may have had an effect began; null while there is no doubt. */
  #doubtSinceMs: number | null = null;
  /** By the monotonic clock: when the last write left, and from when on it can be told that none had an effect. */
  #leftAtMs = 0;
  #provableMs = Number.NEGATIVE_INFINITY;
  #countedRequests = 0;
  /** Whether the state says `sending`. */
  #sending = false;
  /** Whether the next write begins an attempt that the state has not counted, since it says `sending` already. */
  #isRepeat = false;

  constructor(row: WorkRow, bound: BoundOperation, lane: Lane, meter: Meter, look: FirstLook, ready: Ready) {
    this.#row = row;
    this.#bound = bound;
    this.#lane = lane;
    this.#meter = meter;
    this.#look = look;
    this.#ready = ready;
    this.#context = rowContext(row, lane);
  }

  async run(): Promise<RowEnd> {
    const { clock } = this.#lane;
    for (;;) {
      if (this.#lane.stopSignal.aborted) return this.#held(null);
      this.#tries += 1;
      const startedAtMs = clock.now();
      const writesBefore = this.#meter.writes;
      let sent: Result<Done>;
      try {
        sent = await this.#bound.execute(this.#writer(), this.#ready.view, this.#ready.prepared, this.#context);
      } catch (error) {
        if (error instanceof AgedError) {
          if (!this.#sending) this.#tries -= 1;
          const end = await this.#lookAgain();
          if (end === null) continue;
          return end;
        }
        if (!(error instanceof HeldError)) throw error;
        if (this.#meter.writes > writesBefore) this.#doubtSinceMs ??= startedAtMs;
        return this.#held(heldCause(error));
      }
      if (sent.ok) return this.#confirmed(sent.value);
      const end = await this.#refused(sent.failure, startedAtMs);
      if (end !== null) return end;
    }
  }

  /** Records the intent just before the attempt's first write leaves; later writes of the same attempt are covered by it. */
  #writer(): Writer {
    const { journal, clock, session } = this.#lane;
    const writesBefore = this.#meter.writes;
    let sentBefore: number | null = null;
    return session.writer(this.#meter, async () => {
      if (this.#meter.writes === writesBefore) {
        if (this.#hasAged()) throw new AgedError();
        if (sentBefore !== null && this.#meter.requests > sentBefore) {
          journal.note(this.#row.number, this.#row.attempts + this.#tries, clock.now(), sentAgainNote);
        }
        sentBefore = this.#meter.requests;
      }
      if (!this.#sending) await journal.send(this.#row.number, clock.now(), session.hasRowsReady ? 'none' : undefined);
      else if (this.#isRepeat) journal.write((database) => countRepeat(database, this.#row.number));
      this.#sending = true;
      this.#isRepeat = false;
      this.#leftAtMs = clock.monotonic();
    });
  }

  /** In doubt, the target may have been changed by this very row: whoever reads it then is the settlement. */
  #hasAged(): boolean {
    if (this.#doubtSinceMs !== null) return false;
    return hasAged(this.#row, this.#lane.entry(this.#row.operation), this.#lane, this.#ready.readMs);
  }

  /** Compares the target with what was reviewed once more; null means: go on. */
  async #lookAgain(): Promise<RowEnd | null> {
    this.#return();
    const entry = this.#lane.entry(this.#row.operation);
    const checked = await checkAgain(this.#row, entry, this.#bound, this.#lane, this.#meter, this.#look);
    if (checked.kind === 'go') this.#ready = checked;
    const end =
      checked.kind === 'go' ? await checkAlong(this.#row.number, this.#lane, this.#meter, this.#look) : checked.end;
    if (end === null) return null;
    return ownEnd(
      this.#row,
      end.kind === 'ended' ? { ...end, result: { ...end.result, requests: this.#requests() } } : end,
    );
  }

  /** What led to the row's end: an answer, or a look before anything was sent. */
  #event(): RowEvent {
    return this.#sending ? 'answered' : 'checked';
  }

  #confirmed(done: Done): RowEnd {
    // The reading that the write rests on is older than the doubt.
    const mayBeOwn = this.#doubtSinceMs !== null && done.wasSo !== true;
    const outcome = done.outcome === 'already' && mayBeOwn ? 'settled' : done.outcome;
    const result = doneResult(done, outcome, this.#lane.clock.now(), this.#requests());
    return ownEnd(this.#row, { kind: 'ended', event: this.#event(), result, failure: null });
  }

  /** Decides on a failed attempt; null means: send again. */
  async #refused(told: Failure, startedAtMs: number): Promise<RowEnd | null> {
    // Without a write on its way, not even a lost answer can have changed anything.
    const failure: Failure = this.#sending ? told : { ...told, effect: 'none' };
    const { journal, clock, tries } = this.#lane;
    journal.note(this.#row.number, this.#row.attempts + this.#tries, clock.now(), noteOf(failure));
    const doubtBefore = this.#doubtSinceMs !== null;
    if (failure.effect === 'possible') {
      this.#doubtSinceMs ??= startedAtMs;
      const provableMs = provableFromMs(failure, this.#leftAtMs, clock.monotonic());
      this.#provableMs = Math.max(this.#provableMs, provableMs);
    }
    const { repeat } = this.#lane.entry(this.#row.operation);
    switch (decide({ repeat, failure, doubtBefore, attempt: this.#tries, tries })) {
      case 'fail':
        return {
          kind: 'ended',
          event: this.#event(),
          result: failedResult(failure, clock.now(), this.#requests()),
          failure,
        };
      case 'stop':
        return this.#held(credentialCause(failure));
      case 'retry':
        return this.#again();
      case 'settle':
        return this.#settle(failure, startedAtMs);
    }
  }

  async #settle(failure: Failure, startedAtMs: number): Promise<RowEnd | null> {
    const { clock, tries } = this.#lane;
    const since = this.#doubtSinceMs ?? startedAtMs;
    // The steps as they are now: some may have finished in this sitting.
    const doubt = { ...rowDoubt(this.#row, this.#lane, since), steps: this.#context.steps };
    const judgement = await judgeDoubt(this.#bound, this.#ready.view, doubt, this.#lane, this.#meter, {
      provableMs: this.#provableMs,
      lasting: 'postpone',
    });
    if (judgement.kind === 'postponed') return { kind: 'in-doubt', stop: judgement.stop };
    const { settlement } = judgement;
    if (settlement.kind !== 'not-done') return settledEnd(settlement, failure, clock.now(), this.#requests());
    this.#doubtSinceMs = null;
    if (failure.scope === 'credential') return this.#held(credentialCause(failure));
    if (mayTryAgain(failure, this.#tries, tries)) return this.#again();
    const result = failedResult(failure, clock.now(), this.#requests());
    return { kind: 'ended', event: 'settle', result, failure };
  }

  /** Back to `pending`, a pause, and on; null means: send again. */
  async #again(): Promise<RowEnd | null> {
    const { clock, random, stopSignal } = this.#lane;
    // A row in doubt stays `sending` on the disk, also while it waits for its turn: a crash is followed by a reading.
    if (this.#doubtSinceMs !== null) {
      this.#isRepeat = true;
      await clock.sleep(backoffMs(this.#tries, random), stopSignal);
      return stopSignal.aborted ? { kind: 'in-doubt', stop: null } : null;
    }
    this.#return();
    await clock.sleep(backoffMs(this.#tries, random), stopSignal);
    return null;
  }

  /** The run ends, and this row's request was not let out. */
  #held(stop: StopCause | null): RowEnd {
    if (this.#doubtSinceMs !== null) return { kind: 'in-doubt', stop };
    this.#return();
    return { kind: 'returned', stop };
  }

  /** The state says `pending` again, if it said anything else. */
  #return(): void {
    if (this.#sending) this.#lane.journal.finish(this.#row.number, 'retry', returnedResult(this.#requests()));
    this.#sending = false;
  }

  /** Requests since the last record, each counted once. */
  #requests(): number {
    const fresh = this.#meter.requests - this.#countedRequests;
    this.#countedRequests = this.#meter.requests;
    return fresh;
  }
}

/** The first write of an attempt leaves once more, of which nothing was done: what shows in its target came later. */
const sentAgainNote = noteOf({
  ...localFailure('RATE_LIMIT', sentAgain, 'The service took nothing of it for now, and it was sent again.', ''),
  phase: 'answered',
});

function noteOf(failure: Failure): string {
  const { type, code, message, phase, effect, httpStatus, requestId } = failure;
  return JSON.stringify({ type, code, message, phase, effect, httpStatus, requestId });
}

/** What an earlier attempt may have done is told as settled, not as done by others: undo takes back the former alone. */
export function ownEnd(row: WorkRow, end: RowEnd): RowEnd {
  if (row.attempts === 0 || end.kind !== 'ended' || end.result.outcome !== 'already') return end;
  return { ...end, result: { ...end.result, outcome: 'settled' } };
}
