/** A task that was deleted, made again from its snapshot. */
import { field, isObject, type JsonObject, type JsonValue, listField, textField } from '../../json.js';
import { isSoundJson } from '../reading.js';
import type { TargetView } from '../target.js';
import { extraText } from '../target-view.js';
import {
  type Dispensable,
  isBlankCell,
  listCell,
  notKept,
  notTakenBack,
  type SeenPast,
  takenBackBy,
  type Undoing,
  type UndoRow,
} from '../undo.js';
import { readFormFields } from './form-fields.js';
import { readIncluded } from './included.js';
import { fieldTypes } from './new-fields-column.js';
import { ownersBody, sayOwners, viewOwners } from './owners.js';
import { openProblems } from './problems.js';
import { tagRef } from './tags.js';
import { readDetails } from './task-details.js';
import { completeAgain } from './undo-completion.js';
import { fieldsRow } from './undo-fields.js';

/** What no task that is made again gets back. */
export const lostByDelete = [
  'its id',
  'its comments, files and history',
  'when it was made, and by whom',
  'its description as it was to the letter: an invisible mark of the row is added',
] as const;

export function remakeTask(_args: unknown, { view, raw }: SeenPast): Undoing {
  if (raw === null) return notKept;
  const owners = viewOwners(view.extra);
  if (owners === null || sayOwners(owners) === '') {
    return notTakenBack('Tallyfy makes no task without an assignee, and it had none.');
  }
  const details = Object.entries(readDetails(raw)).filter(([name, text]) => !isBlankCell(text) && isTaken(name, text));
  if (!details.some(([name]) => name === 'deadline')) {
    return notTakenBack('Tallyfy makes no task without a deadline, and it had none.');
  }
  const tags = readIncluded(raw, 'tags').flatMap((tag) => {
    const id = textField(tag, 'id');
    return id === null ? [] : { id, title: textField(tag, 'title') ?? textField(tag, 'name') ?? id };
  });
  const runId = extraText(view.extra, 'runId');
  const fields = newFields(raw);
  const values = {
    ...Object.fromEntries(details),
    owners: JSON.stringify(ownersBody(owners)),
    ...(tags.length === 0 ? {} : { tags: listCell(tags.map(({ id }) => id)) }),
    ...(runId === null ? {} : { run_id: runId }),
    ...(fields.list.length === 0 ? {} : { form_fields: JSON.stringify(fields.list) }),
  };
  const former = formerValues(raw);
  const end = endRows(view, raw);
  const rows = [
    { operation: 'create', values, dispensable: dispensableTags(tags), apart: tellApart },
    ...(former.row === null ? [] : [former.row]),
    ...end.rows,
  ];
  const problems = openProblems(view).length === 0 ? [] : ['the problem that was reported on it'];
  return takenBackBy(rows, [...fields.lost, ...former.lost, ...end.lost, ...problems]);
}

/** A tag may be deleted by now, also by the same run. */
function dispensableTags(tags: ReadonlyArray<{ readonly id: string; readonly title: string }>): Dispensable {
  return {
    things: tags.map(({ id, title }) => ({
      ref: tagRef(id.toLowerCase()),
      lost: `its tag "${title}", which is deleted`,
    })),
    without: ({ tags: _all, ...values }, gone) => {
      const left = tags.filter(({ id }) => !gone.has(id.toLowerCase()));
      return left.length === 0 ? values : { ...values, tags: listCell(left.map(({ id }) => id)) };
    },
  };
}

/** `position` belongs to a run, and no limit is none. */
function isTaken(name: string, text: string): boolean {
  return name !== 'position' && !(name === 'max_assignable' && text === '0');
}

/** The definitions of its form fields, as a create takes them. */
function newFields(raw: JsonValue): { readonly list: readonly JsonObject[]; readonly lost: readonly string[] } {
  const list: JsonObject[] = [];
  const lost: string[] = [];
  for (const one of readIncluded(raw, 'form_fields')) {
    const label = textField(one, 'label') ?? '';
    const type = textField(one, 'field_type');
    if (label === '' || !fieldTypes.some((known) => known === type)) {
      lost.push(`the form field "${label}"`);
      continue;
    }
    const options = listField(one, 'options').flatMap((option) => newOption(option) ?? []);
    const columns = listField(one, 'columns').filter((column) => isSoundJson(column));
    const guidance = textField(one, 'guidance');
    const position = field(one, 'position');
    list.push({
      label,
      field_type: type,
      required: field(one, 'required') === true,
      ...(options.length === 0 ? {} : { options }),
      ...(columns.length === 0 ? {} : { columns }),
      ...(guidance === null ? {} : { guidance }),
      ...(typeof position === 'number' ? { position } : {}),
    });
  }
  return { list, lost };
}

function newOption(option: unknown): JsonObject | null {
  const id = field(option, 'id');
  const text = textField(option, 'text');
  return isObject(option) && typeof id === 'number' && text !== null ? { id, text } : null;
}

/** What its fields held, by label: the new fields have other ids. */
function formerValues(raw: JsonValue): ReturnType<typeof fieldsRow> {
  const filled = readFormFields(raw).filter(({ value }) => value !== undefined);
  const all = readFormFields(raw).map(({ label }) => label.trim().toLowerCase());
  const isClear = (label: string) => all.filter((other) => other === label.trim().toLowerCase()).length === 1;
  const named = filled.filter(({ label }) => isClear(label));
  const { row, lost } = fieldsRow(
    null,
    named.map((one) => [one.label, one]),
  );
  const unclear = filled.filter(({ label }) => !isClear(label));
  return { row, lost: [...lost, ...unclear.map(({ label }) => `the value of the form field "${label}"`)] };
}

/** Completes and archives it again. */
function endRows(view: TargetView, raw: JsonValue): { readonly rows: readonly UndoRow[]; readonly lost: string[] } {
  const rows: UndoRow[] = [];
  const lost: string[] = [];
  if (view.completed) {
    const again = completeAgain(view, raw);
    if (again === null) lost.push('that it was completed');
    else {
      rows.push({ operation: 'complete', values: again.values, ofMade: 'task_id' });
      lost.push('when it was completed', ...again.lost);
    }
  } else if (view.status !== null && view.status !== 'not-started') lost.push(`the status ${view.status}`);
  if (view.archived) rows.push({ operation: 'archive', values: {}, ofMade: 'task_id' });
  return { rows, lost };
}

/** A comment in the description is not shown (rich text page, 2026-09-11). */
function tellApart(values: UndoRow['values'], word: string): UndoRow['values'] {
  return { ...values, summary: `${values.summary ?? ''}<!-- ${word} -->` };
}
