import type { Session } from '../run/lane.js';
import type { Verdict } from './look-again.js';
import { createOwnJudge } from './own-judge.js';
import { createTroubleWait, forEachService } from './trouble-wait.js';
import { brokenReason, brokenRows, type WalkOptions, walkDoneRows } from './walk-done-rows.js';

export interface VerifiedRow {
  readonly number: number;
  readonly line: number;
  readonly provider: string;
  readonly operation: string;
  /** The title of the target as it is now, or was when it was read before the write; null when neither is known. */
  readonly title: string | null;
  readonly verdict: Verdict;
  /** A sentence. */
  readonly evidence: string;
  /** Of a row that holds: whether others have done the same once more since, so that it is their work now. */
  readonly doneAgain: boolean;
}

export interface VerifyOptions extends Omit<WalkOptions, 'outcomes' | 'passOver' | 'wait'> {
  /** Longest single pause for a service in trouble. */
  readonly giveUpAfterMs: number;
  /** Which runs took a row back, by its number, in a sentence; null for one that none did. */
  readonly takenBackBy: (number: number) => string | null;
}

/**
 * Looks at all rows that succeeded, also those that were so already, in manifest order.
 * @throws {StoppedError} when a service is in trouble; and as {@link walkDoneRows}.
 */
export async function verifyRows(sessions: readonly Session[], options: VerifyOptions): Promise<VerifiedRow[]> {
  const rows = await forEachService(sessions, (session) => verifyService(session, options));
  return rows.sort((one, other) => one.number - other.number);
}

async function verifyService(session: Session, options: VerifyOptions): Promise<VerifiedRow[]> {
  const rows: VerifiedRow[] = [];
  const outcomes = ['done', 'settled', 'already'] as const;
  for (const row of brokenRows(session.connection.provider, { ...options, outcomes })) {
    rows.push({ ...row, title: null, verdict: 'unsure', evidence: brokenReason, doneAgain: false });
  }
  const judge = createOwnJudge();
  const wait = createTroubleWait(session, options);
  for await (const standings of walkDoneRows(session, { ...options, outcomes, wait })) {
    for (const standing of standings) {
      const { row, now } = standing;
      const { number, line, provider, operation } = row;
      const { verdict, evidence, since } = judge(standing);
      const told = since === null ? evidence : `${evidence} ${since}`;
      rows.push({
        number,
        line,
        provider,
        operation,
        title: (now ?? row.seen?.view)?.title ?? null,
        verdict,
        evidence: verdict === 'holds' ? told : withTakers(evidence, options.takenBackBy(number)),
        doneAgain: verdict === 'holds' && since !== null,
      });
    }
  }
  return rows;
}

function withTakers(evidence: string, takers: string | null): string {
  return takers === null ? evidence : `${evidence} ${takers}`;
}
