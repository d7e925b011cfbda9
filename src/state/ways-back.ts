/** How far rows can be taken back, where that is not what their operation says. */
import type { Reach } from '../providers/way-back.js';
import type { RunDatabase } from './run-database.js';
import { numberColumn, textColumn } from './values.js';

/** Different ones that a run tells of; what they name of a single row's values could make one for each row. */
const mostReaches = 300;

/** Within the caller's transaction. */
export function writeReach(database: RunDatabase, number: number, reach: Reach): void {
  const id = findReach(database, reach) ?? addReach(database, reach);
  database.prepare('UPDATE row SET way_back = ? WHERE number = ?').run(id, number);
}

function findReach(database: RunDatabase, { reach, words }: Reach): number | null {
  const row = database
    .prepare('SELECT id FROM way_back WHERE reach = ? AND words = ?')
    .get(reach, JSON.stringify(words));
  return numberColumn(row, 'id');
}

function addReach(database: RunDatabase, told: Reach): number | null {
  const known = numberColumn(database.prepare('SELECT count(*) AS known FROM way_back').get(), 'known') ?? 0;
  const kept = known < mostReaches ? told : { ...told, words: [manifold[told.reach]] };
  database
    .prepare('INSERT OR IGNORE INTO way_back (reach, words) VALUES (?, ?)')
    .run(kept.reach, JSON.stringify(kept.words));
  return findReach(database, kept);
}

const manifold: Readonly<Record<Reach['reach'], string>> = {
  whole: '',
  part: 'what differs from row to row (taskbatch undo tells it)',
  none: 'Why differs from row to row; taskbatch undo tells it.',
};

export interface ReachCount {
  readonly provider: string;
  readonly operation: string;
  /** Null where it is what the operation says. */
  readonly told: Reach | null;
  readonly rows: number;
}

/** Of rows that are to be done, or of those that the run itself did; the commonest first within an operation. */
export function countReaches(database: RunDatabase, which: 'to-do' | 'done'): ReachCount[] {
  const counted = which === 'to-do' ? `state = 'pending'` : `state = 'succeeded' AND outcome IS NOT 'already'`;
  return database
    .prepare(
      `SELECT kind.provider, kind.operation, way_back.reach, way_back.words, counted.rows
       FROM (SELECT kind, way_back, count(*) AS rows FROM row WHERE ${counted} GROUP BY kind, way_back) AS counted
       JOIN kind ON kind.id = counted.kind LEFT JOIN way_back ON way_back.id = counted.way_back
       ORDER BY counted.kind, counted.rows DESC, counted.way_back`,
    )
    .all()
    .map((row) => ({
      provider: textColumn(row, 'provider') ?? '',
      operation: textColumn(row, 'operation') ?? '',
      told: toldOf(textColumn(row, 'reach'), textColumn(row, 'words')),
      rows: numberColumn(row, 'rows') ?? 0,
    }));
}

const reaches: ReadonlyArray<Reach['reach']> = ['whole', 'part', 'none'];

function toldOf(text: string | null, list: string | null): Reach | null {
  const reach = reaches.find((known) => known === text);
  const words: unknown = JSON.parse(list ?? '[]');
  return reach === undefined || !Array.isArray(words) ? null : { reach, words: words.map(String) };
}
