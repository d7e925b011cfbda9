import { parseDate } from './dates.js';
import { isRecord, toJson } from './json.js';
import { isHexId } from './new-id.js';
import type { FieldType, FormField } from './state.js';

/** A form field that would take `value`, for a row that names a field of which nothing else is known. */
export function guessField(key: string, value: unknown, position: number, createId: () => string): FormField {
  const fieldType = guessType(value);
  return {
    id: isHexId(key) ? key : createId(),
    label: isHexId(key) ? `Field ${position}` : key,
    fieldType,
    required: false,
    options: guessOptions(fieldType, value),
    columns: fieldType === 'table' && Array.isArray(value) ? value.map((_cell, index) => ({ id: index + 1 })) : [],
    guidance: null,
    position,
  };
}

function guessType(value: unknown): FieldType {
  if (typeof value === 'string' && parseDate(value) !== undefined) return 'date';
  if (typeof value === 'string') return value.length > 200 ? 'textarea' : 'text';
  if (Array.isArray(value)) return guessListType(value);
  if (isRecord(value)) return 'text' in value ? 'dropdown' : 'assignees_form';
  return 'text';
}

function guessListType(items: readonly unknown[]): FieldType {
  const [first] = items;
  if (!isRecord(first)) return 'table';
  return 'text' in first ? 'multiselect' : 'file';
}

function guessOptions(fieldType: FieldType, value: unknown): FormField['options'] {
  const chosen = fieldType === 'dropdown' ? [value] : fieldType === 'multiselect' && Array.isArray(value) ? value : [];
  return chosen.filter(isRecord).map((option) => ({ id: toJson(option.id), text: toJson(option.text) }));
}
