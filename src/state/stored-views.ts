/**
 * Views of targets as `run.db` holds them: what the tasks of a list have in common (its place, its people, how an address
 * is made of an id) is kept once and not with each, where it is most of a view.
 */

import type { Change } from '../providers/operation.js';
import type { TargetView } from '../providers/target.js';
import { packTargetView, splitTargetView } from '../providers/target-view.js';
import { filledPattern, holes, isPlain, namedId, storePattern } from './patterns.js';
import type { RunDatabase } from './run-database.js';
import { cellsColumn } from './values.js';

const isoTimeLength = '2026-11-22T12:00:00.000Z'.length;

function isoTime(column: string): string {
  return `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`;
}

const keptId = `coalesce(reading.id, (SELECT ${namedId} FROM source WHERE source.number = reading.number))`;

/** Between the quotation marks of the cell, as it stands in JSON. */
const keptTitle = `coalesce(reading.title, (SELECT substr(cell, 2, length(cell) - 2)
  FROM (SELECT source.cells -> reading.title_cell AS cell FROM source WHERE source.number = reading.number)))`;

/** The whole view of a `reading` as JSON text, for a query; null where none was read. */
export const wholeView = `CASE
  WHEN reading.pattern IS NOT NULL THEN ${filledPattern('reading.pattern', {
    id: keptId,
    title: keptTitle,
    created: isoTime('reading.created'),
    updated: isoTime('reading.updated'),
    due: isoTime('reading.due'),
  })} || reading.view
  WHEN reading.likeness IS NULL THEN reading.view
  -- By an earlier version.
  ELSE (SELECT likeness.view FROM likeness WHERE likeness.id = reading.likeness) || substr(reading.view, 2) END`;

/** The id alone. */
export const seenId = `CASE WHEN reading.pattern IS NULL THEN reading.view ->> '$.id' ELSE ${keptId} END`;

const areNamesApart = 'coalesce(reading.pattern, reading.changes_pattern) IS NOT NULL';

function keepsNamesApart({ pattern, changesPattern }: Pick<StoredView, 'pattern' | 'changesPattern'>): boolean {
  return pattern !== null || changesPattern !== null;
}

/** Its `id`, and its `title` as that stands in JSON without the quotation marks; null where neither is kept apart. */
export const seenNames = `CASE WHEN ${areNamesApart} THEN ${keptId} END AS id, CASE WHEN ${areNamesApart} THEN ${keptTitle} END AS title`;

/** The same of what is about to be written. */
export function namesSeen(
  view: TargetView,
  stored: StoredView,
): { readonly id: string | null; readonly title: string | null } {
  return keepsNamesApart(stored) ? { id: view.id, title: titleIn(view).text } : { id: null, title: null };
}

/** What a `reading` foretells to change, as JSON text. */
export const wholeChanges = `CASE WHEN reading.changes_pattern IS NULL THEN reading.changes
  ELSE ${filledPattern('reading.changes_pattern', { id: keptId, title: keptTitle })} END`;

/** The columns of a `reading` that hold its view and what it foretells to change. */
export interface StoredView {
  /** Null when `view` is all of it. */
  readonly pattern: number | null;
  readonly view: string;
  /** Null where the row's key has it. */
  readonly id: string | null;
  /** As it stands in JSON, without the quotation marks; null where a cell has it. */
  readonly title: string | null;
  /** Which one, from 0. */
  readonly titleCell: number | null;
  /** These in ms. */
  readonly created: number | null;
  readonly updated: number | null;
  readonly due: number | null;
  /** Null when `changes` is all of them. */
  readonly changesPattern: number | null;
  readonly changes: string;
}

/** What a view's row tells of it. */
export interface ViewRow {
  /** As JSON text. */
  readonly cells: string;
  /** Null where it goes on changing, as that of a row that takes ids of others. */
  readonly key: string | null;
}

/** Within the caller's transaction. */
export function storeView(
  database: RunDatabase,
  row: ViewRow,
  view: TargetView,
  changes: readonly Change[],
): StoredView {
  const told = JSON.stringify(changes);
  const toldPattern = made(told, [idIn(view), titleIn(view)]);
  const changesPattern = told === '[]' ? null : storePattern(database, toldPattern);
  const stored = storeSeen(database, view);
  return {
    ...stored,
    ...(keepsNamesApart({ ...stored, changesPattern })
      ? storeNames(row, view)
      : { id: null, title: null, titleCell: null }),
    changesPattern,
    changes: changesPattern === null ? told : '',
  };
}

/** A manifest that was exported tells of most targets' titles, and all name their ids: these are kept already. */
function storeNames(row: ViewRow, view: TargetView): Pick<StoredView, 'id' | 'title' | 'titleCell'> {
  const isNamed = row.key?.slice(row.key.indexOf(':') + 1) === view.id;
  const cell = cellsColumn(row, 'cells').indexOf(view.title);
  return {
    id: isNamed ? null : view.id,
    title: cell < 0 ? titleIn(view).text : null,
    titleCell: cell < 0 ? null : cell,
  };
}

function storeSeen(database: RunDatabase, view: TargetView): Pick<StoredView, 'pattern' | 'view' | TimeField> {
  if (!isPlain(view.id)) return keptWhole(view);
  const created = exactTimeMs(view.created);
  // Equal where nothing was changed since, as with most test data.
  const updated = view.updated === view.created ? created : exactTimeMs(view.updated);
  const ms = { created, updated, due: exactTimeMs(view.due) };
  const { shared, own } = splitTargetView(view, (field) => isTimeField(field) && ms[field] === null);
  const isAll = own === '{}';
  const values = [idIn(view), titleIn(view)];
  for (const field of timeFields) if (ms[field] !== null) values.push({ hole: holes[field], text: view[field] ?? '' });
  const text = made(isAll ? shared : shared.slice(0, -1), values);
  const pattern = storePattern(database, text);
  if (pattern === null) return keptWhole(view);
  const kept = (field: TimeField): number | null => (text.includes(holes[field]) ? ms[field] : null);
  return {
    pattern,
    view: isAll ? '' : `,${own.slice(1)}`,
    created: kept('created'),
    updated: kept('updated'),
    due: kept('due'),
  };
}

function keptWhole(view: TargetView): Pick<StoredView, 'pattern' | 'view' | TimeField> {
  return { pattern: null, view: packTargetView(view), created: null, updated: null, due: null };
}

const timeFields = ['created', 'updated', 'due'] as const;
type TimeField = (typeof timeFields)[number];

function isTimeField(field: string): field is TimeField {
  return timeFields.some((known) => known === field);
}

interface Value {
  readonly hole: string;
  /** As it stands in JSON, between quotation marks. */
  readonly text: string;
}

function idIn({ id }: TargetView): Value {
  return { hole: holes.id, text: isPlain(id) ? id : '' };
}

function titleIn({ title }: TargetView): Value {
  return { hole: holes.title, text: JSON.stringify(title).slice(1, -1) };
}

/** A JSON text with a hole wherever one of the values is all of a text in it, or the end of an address. */
function made(json: string, values: readonly Value[]): string {
  let text = json;
  for (const value of values) {
    if (value.text === '') continue;
    text = text.replaceAll(`"${value.text}"`, `"${value.hole}"`);
    if (value.hole === holes.id) text = text.replaceAll(`/${value.text}"`, `/${value.hole}"`);
  }
  return text;
}

/** In ms; null unless it is written just as a query writes it back. */
function exactTimeMs(text: string | null): number | null {
  if (text?.length !== isoTimeLength) return null;
  const ms = Date.parse(text);
  return Number.isFinite(ms) && new Date(ms).toISOString() === text ? ms : null;
}
