import { changedThings } from '../providers/changed-things.js';
import { lostAbove } from '../providers/undo.js';
import { newMeter, type Session } from '../run/lane.js';
import { retryReads } from '../run/retry-reads.js';
import { createMadeTest, type DoneOutcome, type DoneRow } from '../state/done-reads.js';
import { describeTakers, groupUndoLines, runsInDoubt, type UndoLine } from '../state/taken-back.js';
import type { Standing } from '../verify/look-again.js';
import { createMindfulReader, createTroubleWait, forEachService } from '../verify/trouble-wait.js';
import { brokenReason, brokenRows, type WalkOptions, walkDoneRows } from '../verify/walk-done-rows.js';
import type { LaterLook, LaterRows } from './hurdle.js';
import { workedUntilMs } from './own-time.js';
import { decideFate, type RowFate } from './row-fate.js';
import { createWentAlong } from './went-along.js';

export interface FateOptions extends Omit<WalkOptions, 'outcomes' | 'wait'> {
  /** Longest single pause for a service in trouble. */
  readonly giveUpAfterMs: number;
  /** Takes back also what changed since. */
  readonly force: boolean;
  /** What later runs have taken back, or were to. */
  readonly undoLines: readonly UndoLine[];
}

/** Of the rows that are taken back: what was done, also by one that failed and made something all the same. */
export const undoneOutcomes: readonly DoneOutcome[] = ['done', 'settled', 'half-made'];

/**
 * Decides for every row that the run itself did how it is taken back, the last row first. What was so already was not
 * done by the run, and is left alone.
 * @throws {StoppedError} when a service is in trouble; and as {@link walkDoneRows}.
 */
export async function decideFates(sessions: readonly Session[], options: FateOptions): Promise<RowFate[]> {
  const fates = await forEachService(sessions, (session) => decideForService(session, options));
  return fates.sort((one, other) => other.number - one.number);
}

async function decideForService(session: Session, options: FateOptions): Promise<RowFate[]> {
  const { connection } = session;
  const { database, entry, force } = options;
  const { clock, random } = options;
  // A service in trouble for an instant does not decide what becomes of a row.
  const retrying = retryReads(session.reader(newMeter()), { clock, random, signal: session.stop.signal });
  const { reader, take } = createMindfulReader(retrying);
  const isOurs = createMadeTest(database, connection.provider);
  const means = { connection, database, entry, force, isOurs, reader, goneNamed: new Map<string, boolean>() };
  const wait = createTroubleWait(session, options);
  // Rows that were read may still be short of what others left on them.
  const waitForMore = createTroubleWait(session, options);
  const later = new Map<string, LaterKnown>();
  const fates: RowFate[] = [];
  const wentAlong = createWentAlong(database, connection.provider, entry, options.broken ?? []);
  const outcomes: readonly DoneOutcome[] = wentAlong.any ? [...undoneOutcomes, 'already'] : undoneOutcomes;
  const takenBack = groupUndoLines(options.undoLines);
  const inDoubt = runsInDoubt(options.undoLines);
  const passOver = (row: DoneRow): boolean => {
    const runs = inDoubt.get(row.number);
    if (runs !== undefined) {
      fates.push(doubtfulFate(row, runs));
      return true;
    }
    const lines = takenBack.get(row.number);
    if (lines === undefined) return false;
    fates.push(takenBackFate(row, lines));
    return true;
  };
  for await (const standings of walkDoneRows(session, { ...options, outcomes, passOver, wait })) {
    for (const standing of standings) {
      const { number, outcome } = standing.row;
      const along = wentAlong.of(number);
      if (along === null && outcome === 'already') continue;
      const fate = await waitForMore.through(async () => {
        const value = await decideFate(standing, laterOf(standing.targets, later), means);
        const outage = waitForMore.outageIn(take());
        return outage === null ? { value } : { outage };
      });
      fates.push(along === 'apart' ? { ...fate, coverage: 'none', words: [lostAbove], rows: [] } : fate);
      const isTakenBack = fate.coverage === 'whole' || fate.coverage === 'part';
      for (const target of standing.targets) {
        const known: LaterKnown = later.get(target) ?? { looks: [], comments: 0, changed: new Map(), left: new Map() };
        const { seen } = standing.row;
        const endedAtMs = workedUntilMs(standing.row);
        const fields = (seen?.changes ?? []).map(({ field }) => field);
        known.looks.push({ endedAtMs, view: seen?.view ?? null, fields });
        if (leavesComment(standing)) known.comments += 1;
        const isLeft = fate.coverage === 'changed' || fate.coverage === 'unsure';
        for (const thing of changedThings(seen?.changes ?? [])) {
          const stays = isLeft || fate.stay?.includes(thing) === true;
          if (stays && !known.left.has(thing)) known.left.set(thing, number);
          else if (isTakenBack && !stays) known.changed.set(thing, number);
        }
        later.set(target, known);
      }
    }
  }
  for (const row of brokenRows(connection.provider, { ...options, outcomes })) {
    fates.push({ ...row, ...nothing, coverage: 'none', words: [brokenReason] });
  }
  return fates;
}

/** {@link LaterRows} as they are gathered. */
interface LaterKnown {
  readonly looks: LaterLook[];
  comments: number;
  readonly changed: Map<string, number>;
  readonly left: Map<string, number>;
}

/** Of a row that is left alone. */
const nothing = { targets: [], above: [], rows: [], deletesMade: false } as const;

/** Whether it was taken back is found out by the run that may have done it. */
function doubtfulFate({ number, line, provider, operation }: DoneRow, runs: readonly string[]): RowFate {
  const wayOn = runs.map((run) => `taskbatch status ${run}`).join(', ');
  const words = [`Run ${runs.join(', ')} may have taken it back, which is not known yet. What tells: ${wayOn}`];
  return { number, line, provider, operation, ...nothing, coverage: 'unsure', words };
}

/** Done twice it would make things twice, and what it finds changed is its own work. */
function takenBackFate({ number, line, provider, operation }: DoneRow, lines: readonly UndoLine[]): RowFate {
  const open = [...new Set(lines.flatMap(({ run, standing }) => (standing === 'done' ? [] : [run])))];
  const base = { number, line, provider, operation, ...nothing };
  const took = describeTakers(lines) ?? '';
  if (open.length === 0) return { ...base, coverage: 'already', words: [took] };
  const rest = open.map((run) => `taskbatch report ${run}`).join(', ');
  return { ...base, coverage: 'none', words: [`${took} Lines that were not done belong to it too: ${rest}`] };
}

/**
 * Comments and reported problems are made on a task; what solves a problem is one more of them. One that is not there
 * any more, whoever deleted it, must not stand for somebody else's.
 */
function leavesComment({ entry, row, gone }: Standing): boolean {
  return !gone && (entry.makes !== null || row.seen?.changes.some(({ field }) => field === 'problem') === true);
}

function laterOf(targets: readonly string[], later: ReadonlyMap<string, LaterRows>): LaterRows | null {
  return targets.map((target) => later.get(target)).find((known) => known !== undefined) ?? null;
}
