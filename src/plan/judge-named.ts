/** Rows that rest on a thing beside their target, which another row of the manifest deletes. */
import { type Failure, localFailure } from '../failure.js';
import { removesTarget } from '../providers/operation.js';
import type { FindEntry } from '../providers/provider.js';
import { blockedResult } from '../run/row-end.js';
import { rowsNamingGone } from '../state/named-gone.js';
import { kindsToDo } from '../state/place-reads.js';
import { writeRowResult } from '../state/row-writes.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RowPlace } from '../state/values.js';

/** Neither may run, as where both act on it: which of them is meant, only a person knows. */
export function judgeNamed(database: RunDatabase, entry: FindEntry, nowMs: number): void {
  const kinds = kindsToDo(database).map((one) => ({ ...one, entry: entry(one.provider, one.operation) }));
  const failures = new Map<number, Failure>();
  const refuse = (number: number, message: string): void => {
    if (!failures.has(number)) failures.set(number, contradiction(message));
  };
  for (const { kind, provider, entry: own } of kinds) {
    const deleting = kinds.filter((one) => one.provider === provider && removesTarget(one.entry));
    if (own.restsOn === null || deleting.length === 0) continue;
    const ids = deleting.map((one) => one.kind);
    for (const pair of rowsNamingGone(database, kind, own.restsOn, ids)) {
      refuse(pair.naming.number, `${named(pair.deleting)} deletes what its ${own.restsOn} names`);
      refuse(pair.deleting.number, `${named(pair.naming)} names its target in ${own.restsOn}`);
    }
  }
  if (failures.size === 0) return;
  database.transaction(() => {
    for (const [number, failure] of failures) {
      writeRowResult(database, number, 'planned-out', blockedResult(failure, nowMs, 0));
    }
  });
}

function named({ number, line }: RowPlace): string {
  return `Row ${number} (line ${line})`;
}

function contradiction(message: string): Failure {
  return localFailure('CONFLICT', 'NAMED_GONE', `${message}: both can't make sense.`, 'Remove one of the two rows.');
}
