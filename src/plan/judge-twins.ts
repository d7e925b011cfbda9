/** Rows that act on one thing, as reading shows, whatever they call it. */
import { localFailure } from '../failure.js';
import type { CatalogueEntry } from '../providers/provider.js';
import { blockedResult } from '../run/row-end.js';
import { writeAfterRow } from '../state/plan-writes.js';
import { writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import { type Twin, takeUpAgain, twinRows } from '../state/twins.js';
import { judgePair } from './pair-rules.js';

/** What is to be done about a row that comes behind another on the same thing. */
interface Finding {
  readonly twin: Twin;
  readonly earlier: number;
  readonly clashes: boolean;
}

/**
 * A later row must not run where both can't stand, and finds the thing changed where they can: also one that was so
 * already when it was read.
 */
export function judgeTwins(
  database: RunDatabase,
  entry: (provider: string, operation: string) => CatalogueEntry,
  nowMs: number,
): void {
  const findings = [...findAll(database, entry)];
  if (findings.length === 0) return;
  database.transaction(() => {
    for (const { twin, earlier, clashes } of findings) {
      if (!twin.isToDo) takeUpAgain(database, twin.number);
      if (!clashes) {
        writeAfterRow(database, twin.number, earlier);
        continue;
      }
      const failure = localFailure(
        'CONFLICT',
        'SAME_TARGET',
        `It acts on the same target as row ${earlier}, under another name.`,
        'Remove one of the two rows.',
      );
      writeRowResult(database, twin.number, 'planned-out', blockedResult(failure, nowMs, 0));
    }
  });
}

function* findAll(
  database: RunDatabase,
  entry: (provider: string, operation: string) => CatalogueEntry,
): Generator<Finding> {
  let thing: string | null = null;
  /** Of the same thing, the first row of each operation that will have been done by then. */
  let first = new Map<string, number>();
  for (const twin of twinRows(database)) {
    if (twin.thing !== thing) {
      thing = twin.thing;
      first = new Map();
    }
    const { provider, operation, number } = twin;
    const [earlier] = first.values();
    if (earlier !== undefined) {
      const own = entry(provider, operation);
      // Whether they ask for the same is not told by their values, which name the target differently.
      const against = [...first].find(([name]) => judgePair(entry(provider, name), own, false) !== 'sequence');
      if (against !== undefined) {
        if (twin.isToDo) yield { twin, earlier: against[1], clashes: true };
        continue;
      }
      yield { twin, earlier, clashes: false };
    } else if (!twin.isToDo) {
      // What was so already changes nothing for those behind it.
      continue;
    }
    if (!first.has(operation)) first.set(operation, number);
  }
}
