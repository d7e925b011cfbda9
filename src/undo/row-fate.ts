/** What becomes of one done row when its run is taken back: the rows that do it, or why there are none. */
import type { z } from 'zod';
import { toJson } from '../plan/check-row.js';
import { columnFacts } from '../providers/columns.js';
import type { Reader } from '../providers/http.js';
import type { CatalogueEntry, Connection } from '../providers/provider.js';
import { targetKey } from '../providers/target.js';
import type { UndoRow } from '../providers/undo.js';
import type { RunDatabase } from '../state/run-database.js';
import { readSnapshot } from '../state/snapshots.js';
import type { Standing } from './look-again.js';

/** `changed`: left out, for something else changed it since. `unsure`: left out, for nothing tells whether it did. */
export type Coverage = 'whole' | 'part' | 'none' | 'changed' | 'unsure';

/** A row of the manifest that takes another one back. */
export interface PlannedRow extends UndoRow {
  readonly entry: CatalogueEntry;
  /** The key of what it acts on; null for what makes a thing, and for what acts on a thing that is still to be made. */
  readonly target: string | null;
  /** Why the service would refuse it as things are now; null when it would not. */
  readonly refusal: string | null;
}

export interface RowFate {
  readonly number: number;
  readonly line: number;
  readonly provider: string;
  readonly operation: string;
  readonly coverage: Coverage;
  /** What is lost, or why it is left out. */
  readonly words: readonly string[];
  readonly rows: readonly PlannedRow[];
  /** Keys of what the row acted on, or made. */
  readonly targets: readonly string[];
  /** Whether the row made a thing, and taking it back deletes that. */
  readonly deletesMade: boolean;
}

export interface FateMeans {
  readonly connection: Connection;
  readonly reader: Reader;
  readonly database: RunDatabase;
  readonly entry: (provider: string, operation: string) => CatalogueEntry;
  /** Takes back also what changed since. */
  readonly force: boolean;
}

/** What rows of the same run did to a target after the row in question. */
export interface LaterRows {
  /** When the last of them ended, in ms. */
  readonly endedAtMs: number;
  /** What those changed that are taken back themselves. */
  readonly changed: ReadonlySet<string>;
}

/** The service's clock and ours may differ by this much. */
const clockSkewMs = 120_000;

/** @param later null where no later row of the run acted on the same target. */
export async function decideFate(standing: Standing, later: LaterRows | null, means: FateMeans): Promise<RowFate> {
  const { row, entry, args, targets } = standing;
  const { number, line, provider, operation } = row;
  const deletesMade = entry.makes !== null && args !== null && entry.target(args) === null;
  const base = { number, line, provider, operation, targets, deletesMade, rows: [] };
  const hurdle = hurdleOf(standing, later, deletesMade);
  if (hurdle !== null && !(means.force && hurdle.passable)) {
    return { ...base, coverage: hurdle.coverage, words: [hurdle.reason] };
  }
  if (args === null) return { ...base, coverage: 'none', words: [standing.evidence] };
  const undoing = entry.takeBack(args, {
    view: row.seen?.view ?? null,
    raw: readSnapshot(means.database, number),
    prepared: row.seen?.prepared ?? {},
    createdIds: row.createdIds,
  });
  if (undoing.kind === 'none') return { ...base, coverage: 'none', words: [undoing.reason] };
  const lost = [...entry.undo.lost, ...undoing.lost];
  const rows: PlannedRow[] = [];
  for (const wanted of undoing.rows) {
    const fitted = fitRow(wanted, means.entry(provider, wanted.operation));
    if ('reason' in fitted) return { ...base, coverage: 'none', words: [fitted.reason] };
    lost.push(...fitted.lost);
    rows.push(await foretell(fitted.row, fitted.args, standing, means));
  }
  return { ...base, rows, coverage: lost.length === 0 ? 'whole' : 'part', words: [...new Set(lost)] };
}

interface Hurdle {
  readonly coverage: 'none' | 'changed' | 'unsure';
  readonly reason: string;
  /** Whether it is taken back all the same when asked for. */
  readonly passable: boolean;
}

function hurdleOf(standing: Standing, later: LaterRows | null, deletesMade: boolean): Hurdle | null {
  const { verdict, evidence, gone, row, entry } = standing;
  if (verdict === 'unsure') return { coverage: 'unsure', reason: evidence, passable: true };
  if (verdict === 'reverted') {
    if (gone) return { coverage: 'none', reason: `It is not there any more: ${evidence}`, passable: false };
    if (entry.risk === 'irreversible') {
      return { coverage: 'none', reason: `It is there again: ${evidence}`, passable: false };
    }
    const ours = row.seen?.changed ?? [];
    const isOurs = later !== null && ours.length > 0 && ours.every((field) => later.changed.has(field));
    return isOurs ? null : { coverage: 'changed', reason: evidence, passable: true };
  }
  const change = deletesMade ? describeMadeChange(standing, later) : null;
  return change === null ? null : { coverage: 'changed', reason: change, passable: true };
}

/** A thing that was made is deleted only as it was made: whoever worked on it since would lose that. */
function describeMadeChange({ madeChanged, now, row }: Standing, later: LaterRows | null): string | null {
  if (now === null) return null;
  const name = `"${now.title}" (${now.id})`;
  if (madeChanged !== null && later === null) return `Of ${name}, the ${madeChanged}.`;
  const endedAtMs = Math.max(row.finishedAtMs, later?.endedAtMs ?? 0);
  const updatedAtMs = Date.parse(now.updated ?? '');
  return updatedAtMs > endedAtMs + clockSkewMs ? `${name} was changed at ${now.updated}.` : null;
}

type Fitted =
  | { readonly row: UndoRow; readonly args: Readonly<Record<string, unknown>>; readonly lost: readonly string[] }
  | { readonly reason: string };

/** The row as validation will take it; values that it would refuse are left out, and told. */
function fitRow(row: UndoRow, entry: CatalogueEntry): Fitted {
  const lost: string[] = [];
  let values = row.values;
  for (;;) {
    const standIn = row.ofMade === undefined ? {} : { [row.ofMade]: exampleOf(entry, row.ofMade) };
    const parsed = entry.schema.safeParse({ ...values, ...standIn });
    if (parsed.success) return { row: { ...row, values }, args: parsed.data, lost };
    const bad = parsed.error.issues.find(({ path }) => Object.hasOwn(values, String(path[0])));
    const [issue] = parsed.error.issues;
    if (bad === undefined) return { reason: `${entry.name} does not take it back: ${describeIssue(issue, values)}.` };
    const column = String(bad.path[0]);
    lost.push(`its ${column}: ${describeIssue(bad, values)}`);
    const { [column]: _refused, ...rest } = values;
    values = rest;
  }
}

function exampleOf(entry: CatalogueEntry, column: string): string {
  const schema = entry.schema.shape[column];
  return (schema === undefined ? null : columnFacts(schema))?.example ?? '1';
}

function describeIssue(issue: z.core.$ZodIssue | undefined, values: UndoRow['values']): string {
  const column = String(issue?.path[0] ?? 'row');
  const value = values[column];
  const shown = value === undefined ? '' : ` ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`;
  return `${column}${shown} ${issue?.message ?? 'is refused'}`;
}

/** What planning would say of the row as things are now. */
async function foretell(
  row: UndoRow,
  parsed: Readonly<Record<string, unknown>>,
  { now, targets }: Standing,
  { connection, reader, entry: find }: FateMeans,
): Promise<PlannedRow> {
  const entry = find(connection.provider, row.operation);
  if (row.ofMade !== undefined) return { ...row, entry, target: null, refusal: null };
  const bound = connection.bind(row.operation, toJson(parsed));
  const target = bound.target === null ? null : targetKey(connection.provider, bound.target);
  const planned = { ...row, entry, target };
  // Of several things that one row made, the first stands for all.
  const isKnown = now !== null && target !== null && targets[0] === target;
  if (bound.target !== null && !isKnown) return { ...planned, refusal: null };
  const prepared = await bound.prepare(reader, isKnown ? now : null);
  if (!prepared.ok) return { ...planned, refusal: prepared.failure.message };
  if (!isKnown) return { ...planned, refusal: null };
  const prediction = bound.predict(now, prepared.value);
  return { ...planned, refusal: prediction.kind === 'will-fail' ? prediction.failure.message : null };
}
