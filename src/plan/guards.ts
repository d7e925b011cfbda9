/** Guards that are decided before the first write, from what the state holds; a breach is thrown and sends nothing. */

import { StoppedError } from '../errors.js';
import { countOf } from '../format-numbers.js';
import { askedOfTask } from '../job/condition.js';
import { neverCode } from '../job/task-guard.js';
import { type PlaceField, placeFields } from '../providers/provider.js';
import { countGoingAlong, rowsTakingAlong } from '../state/parts.js';
import { hasReadings } from '../state/plan-reads.js';
import { countUnreadTargets } from '../state/row-links.js';
import { countByState, countRows, type RowCount } from '../state/row-reads.js';
import type { RunDatabase } from '../state/run-database.js';
import type { RunSettings } from '../state/run-record.js';
import { firstRowsWith, pendingRowsFrom, reasonGroups } from '../state/summary-reads.js';
import type { RowPlace } from '../state/values.js';

/** Rows that a breach names; more are counted. */
export const namedRows = 10;

/** `row 2 (line 3)`, `rows 2, 5 (lines 3, 6)`, `rows 2, 5, … (lines 3, 6, …) and 30 more`. */
export function rowList(first: readonly RowPlace[], rows: number): string {
  const of = (word: string, numbers: readonly number[]) => `${word}${rows === 1 ? '' : 's'} ${numbers.join(', ')}`;
  const numbers = of(
    'row',
    first.map(({ number }) => number),
  );
  const lines = of(
    'line',
    first.map(({ line }) => line),
  );
  return `${numbers} (${lines})${rows > first.length ? ` and ${rows - first.length} more` : ''}`;
}

/**
 * @param kinds ids of the kinds of rows that delete or change what is a part of their targets: as many more rows would do
 * so to those that no row names.
 * @throws {StoppedError} when more is to do than `maxRows` allows.
 */
export function guardMaxRows(database: RunDatabase, maxRows: number | null, kinds: readonly number[] = []): void {
  if (maxRows === null) return;
  const rows = countByState(countRows(database)).pending;
  const parts = kinds.length === 0 ? 0 : countGoingAlong(database, kinds);
  const all = rows + parts;
  if (all <= maxRows) return;
  const [tasks, go, their] = parts === 1 ? ['task', 'goes', 'its target'] : ['tasks', 'go', 'their targets'];
  const along = parts === 0 ? '' : `, and ${parts} more ${tasks} ${go} with ${their}: ${all} in all`;
  const toDo = rows === 1 ? '1 row is' : `${rows} rows are`;
  const many =
    rows > maxRows
      ? `Too many: ${rowList(pendingRowsFrom(database, maxRows, namedRows), rows - maxRows)}.`
      : alongText(database, kinds);
  throw new StoppedError(`${toDo} to do${along}, and the guard max_rows allows ${maxRows}. ${many}`, {
    code: 'MAX_ROWS',
    fix: `Nothing was sent. Check that the manifest is the right one; then take part of it with --rows, or allow it with --max-rows ${all}.`,
  });
}

function alongText(database: RunDatabase, kinds: readonly number[]): string {
  const { first, rows } = rowsTakingAlong(database, kinds, namedRows);
  return `Those tasks go with ${rowList(first, rows)}.`;
}

/** @throws {StoppedError} when rows act on tasks that the job forbids: such a manifest is the wrong one. */
export function guardNever(database: RunDatabase, never: string | null): void {
  const found = reasonGroups(database, ['blocked'], 1_000).find(({ errorCode }) => errorCode === neverCode);
  if (found === undefined) return;
  const rows = found.rows === 1 ? '1 row acts' : `${found.rows} rows act`;
  const named = rowList(firstRowsWith(database, 'blocked', neverCode, namedRows), found.rows);
  throw new StoppedError(
    `${rows} on tasks that the job forbids (never: ${never}): ${named}. ${found.rows === 1 ? '' : 'Of the first: '}${found.message}`,
    { code: neverCode, fix: 'Nothing was sent. Take these rows out of the manifest, or leave them out with --where.' },
  );
}

/**
 * A guard over live tasks that was asked about none is a mistake in the job or in the manifest: it would seem to guard.
 * @throws {StoppedError} when rows are to do and none of them has, or will have, a target that it could judge.
 */
export function guardJudged(database: RunDatabase, settings: Pick<RunSettings, 'only' | 'never' | 'maxShare'>): void {
  const names = [
    ...(settings.only === null ? [] : ['only']),
    ...(settings.never === null ? [] : ['never']),
    ...(settings.maxShare === null ? [] : ['max_share']),
  ];
  const { pending, blocked } = countByState(countRows(database));
  if (names.length === 0 || pending === 0 || blocked > 0) return;
  if (hasReadings(database) || countUnreadTargets(database).size > 0) return;
  const all = pending === 1 ? 'the row to do makes' : `all ${pending} rows to do make`;
  throw new StoppedError(
    `The job's ${names.map((name) => `\`${name}\``).join(' and ')} looks at live tasks, and ${all} something new: there is no task that it could guard.`,
    {
      code: 'GUARD_UNUSED',
      fix: 'Nothing was sent. Use a job that is meant for these rows, or take the guard out of this one.',
    },
  );
}

/**
 * A rule that asks for the place of a task as no service of the rows tells it is a mistake, too: it is always the same.
 * @param settings with rules that were compiled before. @param places what the tasks of a service are in. @param acts whether rows of an operation act on something.
 * @throws {StoppedError} when rows are to do of a service that tells none of the places that a rule asks for.
 */
export function guardTold(
  counts: readonly RowCount[],
  settings: Pick<RunSettings, 'only' | 'never'>,
  {
    places,
    acts,
  }: {
    readonly places: (provider: string) => { readonly title: string; readonly places: readonly PlaceField[] } | null;
    readonly acts: (provider: string, operation: string) => boolean;
  },
): void {
  const acting = counts.filter(({ state, provider, operation }) => state === 'pending' && acts(provider, operation));
  for (const name of ['only', 'never'] as const) {
    const rule = settings[name];
    const named = rule === null ? null : askedOfTask(rule).named;
    const asked = placeFields.filter((field) => named?.has(field));
    if (asked.length === 0) continue;
    for (const provider of new Set(acting.map((count) => count.provider))) {
      const service = places(provider);
      if (service === null || asked.some((field) => service.places.includes(field))) continue;
      const rows = sum(acting.filter((count) => count.provider === provider));
      throw new StoppedError(
        `The job's \`${name}\` asks for ${asked.map((field) => `task.${field}`).join(', ')}, which ${service.title} has none of (its tasks have ${service.places.map((field) => `task.${field}`).join(', ')}): it would guard none of its ${rows} rows.`,
        {
          code: 'GUARD_UNUSED',
          fix: 'Nothing was sent. Ask for what the service tells as well, or use a job that is meant for these rows.',
        },
      );
    }
  }
}

/**
 * @param expected how many rows, in all or by operation: `delete`, or `clickup.delete` where services are mixed.
 * @throws {StoppedError} when the plan would do another number of rows than expected, in all or of an operation.
 */
export function guardExpected(
  counts: readonly RowCount[],
  expected: number | Readonly<Record<string, number>> | null,
): void {
  if (expected === null) return;
  const toDo = counts.filter(({ state }) => state === 'pending');
  const total = sum(toDo);
  if (typeof expected === 'number') {
    if (total === expected) return;
    throw breach(
      `The plan would do ${countOf(total, 'row')}, and --expect says ${expected}.${restOf(counts)}`,
      String(total),
    );
  }
  const names = Object.keys(expected);
  const found = new Map<string, number>(names.map((name) => [name, 0]));
  for (const { provider, operation, rows } of toDo) {
    const full = `${provider}.${operation}`;
    // Where services are told apart, this one is too: what is said to be expected is to be taken as it stands.
    const name = names.some((one) => one.endsWith(`.${operation}`)) ? full : operation;
    found.set(name, (found.get(name) ?? 0) + rows);
  }
  const wrong = [...found].filter(([name, rows]) => rows !== (expected[name] ?? 0));
  if (wrong.length === 0) return;
  const told = wrong.map(([name, rows]) => `${rows} × ${name} (expected ${expected[name] ?? 0})`);
  const absent = wrong.filter(([name]) => !isIn(counts, name)).map(([name]) => name);
  const none = absent.length === 0 ? '' : ` The manifest has no row of ${absent.join(', ')}.`;
  throw breach(
    `--expect is not met: the plan would do ${told.join(', ')}.${none || restOf(counts)}`,
    [...found].flatMap(([name, rows]) => (rows === 0 ? [] : `${name}=${rows}`)).join(',') || '0',
  );
}

/** Whether rows of any state have the operation. */
function isIn(counts: readonly RowCount[], name: string): boolean {
  return counts.some(({ provider, operation }) => operation === name || `${provider}.${operation}` === name);
}

function breach(message: string, expectation: string): StoppedError {
  return new StoppedError(message, {
    code: 'EXPECT',
    fix: `Nothing was sent. Look at the plan; if it is what you want, say --expect ${expectation}.`,
  });
}

/** What became of the rows that the plan would not do: where the missing ones are. */
function restOf(counts: readonly RowCount[]): string {
  const soAlready = sum(counts.filter(({ state, outcome }) => state === 'skipped' && outcome === 'already'));
  const rest = [
    `${soAlready} need nothing`,
    `${sum(counts.filter(({ state }) => state === 'failed'))} will fail`,
    `${sum(counts.filter(({ state }) => state === 'blocked'))} are blocked`,
    `${sum(counts.filter(({ state }) => state === 'skipped')) - soAlready} are skipped`,
    `${sum(counts.filter(({ state }) => state === 'invalid'))} are invalid`,
  ].filter((part) => !part.startsWith('0 '));
  return rest.length === 0 ? '' : ` Of ${sum(counts)} rows ${rest.join(', ')}.`;
}

function sum(counts: readonly RowCount[]): number {
  return counts.reduce((total, { rows }) => total + rows, 0);
}
