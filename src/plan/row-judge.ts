/** What one row of a manifest comes to by itself: its operation, its conditions, its values, its links. Asks nobody. */
import { ManifestError } from '../errors.js';
import { compileRowCondition } from '../job/condition.js';
import { type JsonObject, textField } from '../json.js';
import type { ManifestRow } from '../manifest/read-manifest.js';
import { referenceMark } from '../manifest/reference-text.js';
import { isSelected } from '../manifest/row-selection.js';
import type { CatalogueEntry } from '../providers/provider.js';
import { targetKey } from '../providers/target.js';
import type { ManifestRows } from '../state/manifest-rows.js';
import { linksOf, type RowControls, readControls } from './check-links.js';
import type { RowReferences } from './check-references.js';
import { checkRow } from './check-row.js';
import type { CheckedRow, CheckOptions } from './checked-row.js';
import type { Tag } from './clashes.js';
import { type ColumnMap, checkHeaders, mapColumns, unreadColumns } from './column-map.js';
import { type ControlColumns, findControlColumns } from './control-columns.js';
import { type DoneBefore, doneBefore, reportedColumns } from './done-before.js';
import { createOperationFinder } from './operation-finder.js';
import type { Problem } from './problem.js';
import { incomparable } from './unchanged-since.js';

const noProblems: readonly Problem[] = [];

/** Rows must come in manifest order: what is told of one depends on the columns that were met by then. */
export interface RowJudge {
  row(row: ManifestRow): CheckedRow;
  /** After the last row: columns that none of the rows' operations reads. */
  unread(): readonly string[];
}

/**
 * @param tags gets the operations that rows ask for, each once.
 * @param remember is told what each row names, and the place of its operation in `tags`.
 * @throws {ManifestError} when header or columns can't be used.
 */
export function createRowJudge(
  manifest: ManifestRows,
  options: CheckOptions,
  tags: Tag[],
  remember: (key: string, row: number, line: number, tag: number) => void,
): RowJudge {
  const { settings, providers, manifestName, places } = options;
  const known = { target: new Map<CatalogueEntry, number>(), content: new Map<CatalogueEntry, number>() };
  const tagOf = (entry: CatalogueEntry, content: boolean): number => {
    const map = content ? known.content : known.target;
    const tag = map.get(entry) ?? tags.push({ entry, content }) - 1;
    map.set(entry, tag);
    return tag;
  };
  const setUp = () => {
    const headers = manifest.columns;
    const finder = createOperationFinder(providers, headers, settings);
    if (!finder.mixed && finder.candidates.length === 0) {
      const found = finder.find([]);
      if ('reason' in found) {
        const named = places.named?.[found.column];
        throw new ManifestError(`The manifest can't be run: ${found.reason}.${named?.shown ?? ''}`, {
          where: named?.where ?? manifestName,
          code: 'NO_OPERATION',
          fix: found.fix,
        });
      }
    }
    checkHeaders(finder.candidates, headers, settings.columns, manifestName);
    return {
      finder,
      columns: headers.length,
      maps: new Map<CatalogueEntry, ColumnMap>(),
      mapsAside: new Map<CatalogueEntry, ColumnMap>(),
      reported: reportedColumns(headers),
      controls: findControlColumns(headers, settings.columns, manifest.format === 'jsonl'),
      conditions: [
        { name: 'when', text: settings.when, place: places.when },
        { name: '--where', text: settings.where, place: places.where },
      ].flatMap(({ name, text, place }) =>
        text === null ? [] : [{ name, judge: compileRowCondition(text, place, headers) }],
      ),
    };
  };
  let current = setUp();
  /** The places of the columns that the rows read; a JSONL manifest's new columns move none. */
  const read = new Set<number>();
  let hasRead = false;
  const mapOf = (entry: CatalogueEntry): ColumnMap => {
    const known = current.maps.get(entry);
    if (known !== undefined) return known;
    const map = mapColumns(entry, manifest.columns, settings.columns);
    current.maps.set(entry, map);
    hasRead = true;
    for (const { index } of map.cells) read.add(index);
    return map;
  };
  /** Of rows that are left out: that they would read a column does not make it one that is read. */
  const mapAsideOf = (entry: CatalogueEntry): ColumnMap => {
    const map = current.mapsAside.get(entry) ?? mapColumns(entry, manifest.columns, settings.columns);
    current.mapsAside.set(entry, map);
    return map;
  };
  const unread = () => unreadColumns(manifest.columns, hasRead ? read : null, settings.columns);
  const judge = (row: ManifestRow): CheckedRow => {
    // A JSONL manifest may bring new columns with any row.
    if (manifest.columns.length !== current.columns) current = setUp();
    const { number, line, cells } = row;
    const controls = current.controls === null ? null : readControls(current.controls, row);
    if (!isSelected(number, settings.rows)) {
      return setAside(row, controls, null, 'skipped', 'Not selected by --rows.', noProblems);
    }
    if (row.problem !== undefined) return refuse(row, controls, null, { ...row.problem, row: number });
    const found = current.finder.find(cells);
    if ('reason' in found) {
      return refuse(row, controls, null, { row: number, line, value: null, code: 'UNKNOWN_OPERATION', ...found });
    }
    const { entry } = found;
    for (const { name, judge } of current.conditions) {
      const verdict = judge(cells);
      if (!verdict.ok) return refuse(row, controls, entry, conditionProblem(row, name, verdict.message));
      if (!verdict.value) {
        const aside = setAside(row, controls, entry, 'skipped', `The condition ${name} is false.`, noProblems);
        // What it names is not to go along with the target of another row.
        return { ...aside, target: namedTarget(mapAsideOf(entry), row) };
      }
    }
    const before = current.reported === null ? null : doneBefore(entry, current.reported, cells);
    if (before !== null) return refuse(row, controls, entry, repeatProblem(row, entry, before));
    const checked = checkRow(mapOf(entry), cells, number, line);
    if (!checked.ok || (controls !== null && controls.problems.length > 0)) {
      const problems = [...(checked.ok ? [] : checked.problems), ...(controls?.problems ?? [])];
      const needs = checked.ok ? (checked.references?.needs ?? []) : checked.needs;
      const reason = problems.map((problem) => `${problem.column ?? 'row'} ${problem.reason}`).join('; ');
      const refused = setAside(row, controls, entry, 'invalid', reason, problems);
      return { ...refused, links: linksOf(controls, needs, null, null) };
    }
    const { args, references } = checked;
    const writtenMs = controls?.unchangedSinceMs ?? null;
    const unchangedSinceMs = writtenMs === null ? null : Math.max(writtenMs, row.acceptedMs ?? 0);
    if (unchangedSinceMs !== null) {
      // An id that another row brings may stand elsewhere in the row.
      const hasTarget = references === null ? entry.target(args) !== null : references.target !== null;
      const bar = incomparable(hasTarget, settings.look !== 'none');
      if (bar !== null) return refuse(row, controls, entry, unchangedSinceProblem(row, current.controls, bar));
    }
    const target = references === null ? keyOf(entry, args) : references.target;
    if (target !== null) remember(target, number, line, tagOf(entry, false));
    if (target === null || entry.distinctBy === 'content') {
      const content = references?.content ?? `${entry.provider}.${entry.name} ${JSON.stringify(args)}`;
      remember(content, number, line, tagOf(entry, true));
    }
    // Written out: spreading and then overwriting keys cost a quarter of all of validation.
    return {
      number,
      line,
      cells,
      entry,
      args: references === null ? args : null,
      target,
      state: 'pending',
      reason: null,
      problems: noProblems,
      unchangedSinceMs,
      joins: entry.joins === null ? null : joinedBy(entry.joins, args, references),
      links:
        controls === null && references === null
          ? null
          : linksOf(controls, references?.needs ?? [], references, entry.makes !== null),
    };
  };
  return { row: judge, unread };
}

/** What another row makes is not there yet, so nothing deletes it. */
function joinedBy(column: string, args: JsonObject, references: RowReferences | null): string | null {
  const written = references === null ? null : textField(references.template, column);
  return written?.includes(referenceMark) === true ? null : textField(args, column);
}

/** A row that is not to be done. It waits for nobody, but others may name it. */
function setAside(
  { number, line, cells }: ManifestRow,
  controls: RowControls | null,
  entry: CatalogueEntry | null,
  state: 'invalid' | 'skipped',
  reason: string,
  problems: readonly Problem[],
): CheckedRow {
  const links = controls === null || controls.key === null ? null : linksOf({ ...controls, after: [] }, [], null, null);
  const unset = { args: null, target: null, unchangedSinceMs: null, joins: null };
  return { number, line, cells, entry, ...unset, state, reason, problems, links };
}

function refuse(
  row: ManifestRow,
  controls: RowControls | null,
  entry: CatalogueEntry | null,
  problem: Problem,
): CheckedRow {
  return setAside(row, controls, entry, 'invalid', problem.reason, [problem]);
}

function unchangedSinceProblem(
  { number, line, cells }: ManifestRow,
  controls: ControlColumns | null,
  bar: { readonly reason: string; readonly fix: string },
): Problem {
  const place = controls?.unchangedSince ?? null;
  const value = place === null ? null : (cells[place.index] ?? null);
  return { row: number, line, column: place?.name ?? null, value, code: 'UNCHANGED_SINCE', ...bar };
}

function conditionProblem({ number, line }: ManifestRow, name: string, message: string): Problem {
  return {
    row: number,
    line,
    column: null,
    value: null,
    reason: `the condition ${name} can't be judged: ${message}`,
    fix: 'Correct the row or the condition.',
    code: 'CONDITION',
  };
}

/** A report that is fed back names rows that were done before; what adds something must not be sent for them again. */
function repeatProblem(
  { number, line }: ManifestRow,
  entry: CatalogueEntry,
  { state, says, fix }: DoneBefore,
): Problem {
  return {
    row: number,
    line,
    column: '_state',
    value: state,
    reason: `says that this row ${says}; ${entry.provider}.${entry.name} would do it twice`,
    fix: `${fix} If it is to be done twice, remove the column _state.`,
    code: 'DONE_BEFORE',
  };
}

/** What a row names that is not to be done; null where it names nothing, or is not understood. */
function namedTarget(map: ColumnMap, { cells, number, line }: ManifestRow): string | null {
  const checked = checkRow(map, cells, number, line);
  return checked.ok && checked.references === null ? keyOf(map.entry, checked.args) : null;
}

function keyOf(entry: CatalogueEntry, args: JsonObject): string | null {
  const ref = entry.target(args);
  return ref === null ? null : targetKey(entry.provider, ref);
}
