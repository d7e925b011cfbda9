/** From what a row names to what is sent: each field found, each value in the form that its field takes. */
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, isJsonObject, isObject, type JsonObject, type JsonValue, textField } from '../../json.js';
import type { Change } from '../operation.js';
import { isSoundJson } from '../reading.js';
import type { TargetView } from '../target.js';
import { emptyValue, encodeValue, sayValue } from './field-values.js';
import { type FormField, isEmptyValue, readFormFields, viewFormFields } from './form-fields.js';

export interface FieldWrite {
  readonly field: FormField;
  readonly value: JsonValue;
}

export interface FieldArgs {
  readonly fields?: JsonObject | undefined;
  readonly clear?: readonly string[] | undefined;
}

/** Finds and encodes everything that the row writes; the first thing that can't be is the failure. */
export function planFieldWrites(args: FieldArgs, target: TargetView): Result<readonly FieldWrite[]> {
  const known = viewFormFields(target.extra);
  const writes: FieldWrite[] = [];
  const names = [...Object.keys(args.fields ?? {}), ...(args.clear ?? [])];
  for (const [at, name] of names.entries()) {
    const found = findField(known, name);
    if (!found.ok) return found;
    if (writes.some((write) => write.field.id === found.value.id)) return fail(namedTwice(found.value));
    const given = at < Object.keys(args.fields ?? {}).length ? args.fields?.[name] : undefined;
    const encoded = given === undefined ? { value: emptyValue(found.value) } : encodeValue(found.value, given);
    if ('reason' in encoded) return fail(wrongValue(found.value, given, encoded.reason));
    writes.push({ field: found.value, value: encoded.value });
  }
  return succeed(writes);
}

/** By id, by alias, by label; a label also when only case and blanks differ. */
function findField(known: readonly FormField[], name: string): Result<FormField> {
  const wanted = fold(name);
  const tests: ReadonlyArray<(one: FormField) => boolean> = [
    (one) => one.id === name.trim().toLowerCase(),
    (one) => one.alias === name.trim(),
    (one) => one.label === name,
    (one) => fold(one.label) === wanted,
  ];
  for (const test of tests) {
    const [found, ...others] = known.filter(test);
    if (found !== undefined && others.length > 0) return fail(ambiguousField(name, [found, ...others]));
    if (found !== undefined) return succeed(found);
  }
  return fail(unknownField(name, known));
}

function fold(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}

function unknownField(name: string, known: readonly FormField[]): Failure {
  const labels = known.map((one) => `"${one.label}"`).join(', ');
  return localFailure(
    'VALIDATION',
    'UNKNOWN_FIELD',
    labels === ''
      ? `The task has no form field "${name}"; it has none at all.`
      : `The task has no form field "${name}"; it has ${labels}.`,
    'Name a field of the task by its id, label or alias; Tallyfy drops unknown ones without a word.',
  );
}

function ambiguousField(name: string, fields: readonly FormField[]): Failure {
  return localFailure(
    'VALIDATION',
    'AMBIGUOUS_FIELD',
    `The task has ${fields.length} form fields "${name}": ${fields.map((one) => one.id).join(', ')}.`,
    'Name the field by its id.',
  );
}

function namedTwice(one: FormField): Failure {
  return localFailure(
    'VALIDATION',
    'FIELD_NAMED_TWICE',
    `The row names the form field "${one.label}" twice.`,
    'Leave one of the two out.',
  );
}

function wrongValue(one: FormField, given: JsonValue | undefined, reason: string): Failure {
  const shown = typeof given === 'string' ? given : JSON.stringify(given);
  const short = shown !== undefined && shown.length > 100 ? `${shown.slice(0, 100)}…` : shown;
  return localFailure(
    'VALIDATION',
    'INVALID_FIELD_VALUE',
    `The value "${short}" for the form field "${one.label}" (${one.type}) ${reason}.`,
    'Correct the value.',
  );
}

/** What the writes change, as the target was read. */
export function fieldChanges(writes: readonly FieldWrite[]): Change[] {
  return writes.flatMap(({ field: one, value }) => {
    const before = sayValue(one, one.value);
    const after = sayValue(one, value);
    return before === after ? [] : [{ field: one.label, before, after }];
  });
}

/** The task with the values that a row writes. */
export function leaveWithFields(args: FieldArgs, target: TargetView): TargetView {
  const writes = planFieldWrites(args, target);
  if (!writes.ok || writes.value.length === 0) return target;
  const values = new Map(writes.value.map(({ field: one, value }) => [one.id, value]));
  const filled = new Set<unknown>(
    writes.value.flatMap(({ field: one, value }) => (isEmptyValue(value) ? [] : [one.label])),
  );
  const { formFields, unfilledFields } = target.extra;
  const fields = listOf(formFields).map((one): JsonValue => {
    const value = values.get(textField(one, 'id') ?? '');
    return value === undefined || !isJsonObject(one) ? one : { ...one, value };
  });
  const unfilled = listOf(unfilledFields).filter((label) => !filled.has(label));
  return { ...target, extra: { ...target.extra, formFields: fields, unfilledFields: unfilled } };
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** What others wrote, since the task was read before, into fields that the writes fill with something else. */
export function overwrittenSince(writes: readonly FieldWrite[], before: TargetView): Change[] {
  const known = new Map(viewFormFields(before.extra).map((one) => [one.id, one.value]));
  return writes.flatMap(({ field: one, value }) => {
    const was = sayValue(one, known.get(one.id));
    const now = sayValue(one, one.value);
    return now === was || now === sayValue(one, value) ? [] : [{ field: one.label, before: was, after: now }];
  });
}

export function taskData(writes: readonly FieldWrite[]): JsonObject {
  return Object.fromEntries(writes.map((write) => [write.field.id, write.value]));
}

/** A write and what stands in its field instead. */
export interface MissedWrite extends FieldWrite {
  readonly now: JsonValue | undefined;
}

/**
 * The writes that a task as Tallyfy sends it contradicts; null when it does not tell all of their values. A task that
 * tells its `taskdata` tells all: what is not in there is empty.
 */
export function missedWrites(task: unknown, writes: readonly FieldWrite[]): readonly MissedWrite[] | null {
  const data = field(task, 'taskdata');
  const byData = isObject(data) || Array.isArray(data);
  const fields = new Map(readFormFields(task).map((one) => [one.id, one]));
  if (!byData && !writes.every((write) => fields.has(write.field.id))) return null;
  return writes.flatMap((write) => {
    const inData = field(data, write.field.id);
    const now = isSoundJson(inData) ? inData : fields.get(write.field.id)?.value;
    return sayValue(write.field, now) === sayValue(write.field, write.value) ? [] : [{ ...write, now }];
  });
}
