/** How far a row can be taken back, and by which rows: by what its operation says, and by the task as it was. Pure. */
import type { z } from 'zod';
import type { JsonObject } from '../json.js';
import { columnFacts } from './columns.js';
import type { CatalogueEntry, FindEntry } from './provider.js';
import { notKept, type Past, type UndoFacts, type UndoRow } from './undo.js';

export interface Reach {
  readonly reach: UndoFacts['reach'];
  /** What is lost, in words that begin in lower case; for `none` sentences that say why. */
  readonly words: readonly string[];
}

export interface WayBack extends Reach {
  readonly rows: readonly WayBackRow[];
}

/** A row as validation will take it, and what validation makes of it. */
export interface WayBackRow {
  readonly row: UndoRow;
  readonly entry: CatalogueEntry;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What a run keeps of its targets. */
export interface Kept {
  /** Whether targets are read when planning (`--look`). */
  readonly looks: boolean;
  /** `snapshot` of the job; null = for operations that the service itself does not take back. */
  readonly snapshot: boolean | null;
}

/** As far as the operation alone tells. */
export function usualReach({ undo, risk }: Pick<CatalogueEntry, 'undo' | 'risk'>, { looks, snapshot }: Kept): Reach {
  if (undo.reach !== 'none' && undo.needs !== 'nothing' && !looks) {
    return { reach: 'none', words: ['Nothing looks at the targets (--look none), so how they were is not kept.'] };
  }
  if (undo.reach !== 'none' && undo.needs === 'snapshot' && !(snapshot ?? risk !== 'reversible')) {
    return { reach: 'none', words: [notKept.reason] };
  }
  return { reach: undo.reach, words: undo.lost };
}

/** @param find an operation of the same provider. */
export function wayBack(entry: CatalogueEntry, args: JsonObject, past: Past, find: FindEntry): WayBack {
  const undoing = entry.takeBack(args, past);
  if (undoing.kind === 'none') return { reach: 'none', words: [undoing.reason], rows: [] };
  const lost = [...entry.undo.lost, ...undoing.lost];
  const rows: WayBackRow[] = [];
  for (const wanted of undoing.rows) {
    const fitted = fitRow(wanted, find(entry.provider, wanted.operation));
    if ('reason' in fitted) return { reach: 'none', words: [fitted.reason], rows: [] };
    lost.push(...fitted.lost);
    rows.push(fitted);
  }
  return { reach: lost.length === 0 ? 'whole' : 'part', words: [...new Set(lost)], rows };
}

/**
 * How far a row will come back that is not done yet, where that is not what its operation tells.
 * @param past what will have been kept of its target.
 */
export function unusualReach(
  entry: CatalogueEntry,
  args: JsonObject,
  past: Omit<Past, 'createdIds'>,
  kept: Kept,
  find: FindEntry,
): Reach | null {
  const usual = usualReach(entry, kept);
  if (entry.undo.reach === 'none' || !kept.looks) return null;
  // Ids of what it makes are known when it is made.
  const [operation, column] = entry.makes === 'comment' ? ['delete-comment', 'comment_id'] : ['delete', 'task_id'];
  const createdIds = entry.makes === null ? [] : [exampleOf(find(entry.provider, operation), column)];
  const { reach, words } = wayBack(entry, args, { ...past, createdIds }, find);
  return reach === usual.reach && words.join('\n') === usual.words.join('\n') ? null : { reach, words };
}

type Fitted = (WayBackRow & { readonly lost: readonly string[] }) | { readonly reason: string };

/** Values that validation would refuse are left out, and told. */
function fitRow(row: UndoRow, entry: CatalogueEntry): Fitted {
  const lost: string[] = [];
  let values = row.values;
  for (;;) {
    const standIn = row.ofMade === undefined ? {} : { [row.ofMade]: exampleOf(entry, row.ofMade) };
    const parsed = entry.schema.safeParse({ ...values, ...standIn });
    if (parsed.success) return { row: { ...row, values }, entry, args: parsed.data, lost };
    const bad = parsed.error.issues.find(({ path }) => Object.hasOwn(values, String(path[0])));
    const [issue] = parsed.error.issues;
    if (bad === undefined) return { reason: `${entry.name} does not take it back: ${describeIssue(issue, values)}.` };
    const column = String(bad.path[0]);
    lost.push(`its ${column}: ${describeIssue(bad, values)}`);
    const { [column]: _refused, ...rest } = values;
    values = rest;
  }
}

/** Something of the form that a column takes. */
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
