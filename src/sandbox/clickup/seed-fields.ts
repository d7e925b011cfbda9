import type { JsonValue } from '../service.js';
import type { Field, FieldOption, FieldType } from './model.js';

const createdMs = 1_621_915_186_877;
const fieldIdStem = 'c0ffee00-0000-4000-8000-0000000000';
const optionIdStem = '0b7a1e00-0000-4000-8000-00000000';
/** The list `Sprint 1`. */
const locatedInList = '901000000001';
const milestone = 1;

type Extra = Partial<Pick<Field, 'lists' | 'taskType' | 'options' | 'typeConfig'>>;

/**
 * One field of each type, and one that only milestones have. Most of them belong to one list, so that the tasks of the
 * others stay small and quick to answer.
 */
const seeds: readonly (readonly [name: string, type: FieldType, extra?: Extra])[] = [
  ['Website', 'url'],
  ['Contact mail', 'email'],
  ['Contact phone', 'phone'],
  ['Notes', 'text'],
  ['Environment', 'short_text', { lists: null }],
  ['Effort', 'number', { lists: null }],
  ['Budget', 'currency', { typeConfig: { precision: 2, currency_type: 'EUR' } }],
  ['Review date', 'date'],
  ['Risk', 'drop_down', optionsOf(1, ['low', 'medium', 'high'])],
  ['Areas', 'labels', optionsOf(2, ['web', 'mobile', 'billing'])],
  ['Related tasks', 'tasks'],
  ['Reviewers', 'users', { typeConfig: { single_user: false, include_guests: false, include_team_members: true } }],
  ['Documents', 'files'],
  ['Rating', 'emoji', { typeConfig: { count: 5, code_point: '2b50' } }],
  ['Progress', 'manual_progress', { typeConfig: { start: 0, end: 100 } }],
  ['Site', 'location'],
  ['Approve', 'button'],
  ['Sprint goal', 'short_text'],
  ['Gate', 'short_text', { taskType: milestone }],
];

/** Fills the fields of a new workspace; ids are the same in every sandbox. */
export function addSeedFields({ fields }: { readonly fields: Map<string, Field> }): void {
  const lists = new Set([locatedInList]);
  for (const [index, [name, type, extra]] of seeds.entries()) {
    const field = createField(`${fieldIdStem}${String(index + 1).padStart(2, '0')}`, name, type, { lists, ...extra });
    fields.set(field.id, field);
  }
}

/** @param extra where and for which task type it applies; absent = everywhere and to all. */
export function createField(id: string, name: string, type: FieldType, extra: Extra = {}): Field {
  const { lists = null, taskType = null, options = [], typeConfig = {} } = extra;
  return { id, name, type, typeConfig, options, createdMs, lists: lists && new Set(lists), taskType };
}

function optionsOf(series: number, names: readonly string[]): Extra {
  const options: FieldOption[] = names.map((name, index) => ({
    id: `${optionIdStem}${String(series).padStart(2, '0')}${String(index + 1).padStart(2, '0')}`,
    name,
  }));
  const shown: JsonValue = options.map(({ id, name }, orderindex) => ({
    id,
    name,
    label: name,
    color: null,
    orderindex,
  }));
  return { options, typeConfig: { options: shown } };
}
