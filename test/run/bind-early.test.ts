/** A row that names its target and takes an id for something else is foretold as far as it does not rest on the id. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.js';
import { referenceMark } from '../../src/manifest/reference-text.js';
import type { Reader } from '../../src/providers/http.js';
import { describeTarget } from '../../src/providers/reading.js';
import { findProvider } from '../../src/providers/registry.js';
import { viewTask as viewTallyfy } from '../../src/providers/tallyfy/task-view.js';
import type { TargetView } from '../../src/providers/target.js';
import { bindEarly, type EarlyRow, earlyTarget } from '../../src/run/bind-early.js';
import type { WorkRow } from '../../src/state/row-reads.js';
import { findEntry } from '../contract/samples.js';
import { connectOptions } from '../support/row-context.js';

const id = `${referenceMark}a.id}`;
const environment = {
  CLICKUP_API_TOKEN: 'pk_1_TOKEN',
  CLICKUP_TEAM_ID: '9010000001',
  TALLYFY_ACCESS_TOKEN: 'token',
  TALLYFY_ORG_ID: 'a'.repeat(32),
};
const tallyfyId = 'c'.repeat(32);

function rowOf(provider: string, operation: string, template: JsonObject, namesTarget = true): WorkRow {
  return {
    ...{ number: 2, line: 3, provider, operation, args: {}, target: null, template, namesTarget, thing: null },
    ...{ unchangedSinceMs: null, attempts: 0, steps: [], startedAtMs: null, seen: null },
  };
}

function early(provider: string, operation: string, template: JsonObject): EarlyRow {
  const connection = findProvider(provider)?.connect(environment, connectOptions);
  const row = rowOf(provider, operation, template);
  const bound = connection === undefined ? null : bindEarly(row, findEntry(provider, operation), connection);
  if (bound === null) throw new Error(`${provider}.${operation} is not bound`);
  return bound;
}

const noReader: Reader = {
  read: async ({ path }) => {
    throw new Error(`asked for ${path.join('/')}`);
  },
};

const task = (facts: Partial<TargetView> = {}) =>
  describeTarget({ id: '86tgt', title: 'Before', completed: false, placeId: '901', ...facts });

describe('a row that takes an id beside its target', () => {
  it('tells what it changes beside that', () => {
    const { operation } = early('clickup', 'update', { task_id: '86tgt', name: 'After', parent: id });
    expect(operation.predict(task(), {})).toEqual({
      kind: 'will-do',
      changes: [{ field: 'name', before: 'Before', after: 'After' }],
    });
    expect(operation.leaves(task(), {}).title).toBe('After');
  });

  it('is to do where the rest is so already, and where there is no rest', () => {
    for (const name of [{ name: 'Before' }, {}]) {
      const { operation } = early('clickup', 'update', { task_id: '86tgt', ...name, parent: id });
      expect(operation.predict(task(), {})).toEqual({ kind: 'will-do', changes: [] });
      expect(operation.joins({})).toBeNull();
    }
  });

  it('asks for nothing that rests on the id', async () => {
    const rows = [
      early('clickup', 'comment', { task_id: '86tgt', comment: 'Hi', comment_assignee: id }),
      early('clickup', 'comment', { task_id: '86tgt', comment: id, comment_assignee: 'Ada' }),
      early('clickup', 'update', { task_id: '86tgt', name: 'After', parent: id }),
      early('clickup', 'set-field', { task_id: '86tgt', field: 'Related', value: id }),
    ];
    for (const { operation } of rows) {
      expect(await operation.prepare(noReader, task())).toEqual({ ok: true, value: {} });
    }
  });

  it('shows no stand-in in the title that it leaves', () => {
    const { operation } = early('clickup', 'update', { task_id: '86tgt', name: `Copy of ${id}` });
    expect(operation.leaves(task(), {}).title).toBe('Before');
  });

  it('fails where it fails whatever the id is, and not where the id may be what is lacking', () => {
    const fields = { data: [{ id: 'f1', label: 'Note', field_type: 'text', required: true, field_value: '' }] };
    const lacking = viewTallyfy({ id: tallyfyId, title: 'One', run_id: 'd'.repeat(32), form_fields: fields });
    const archived = viewTallyfy({ id: tallyfyId, title: 'One', deleted_at: '2026-11-01 12:00:00' });
    const { operation } = early('tallyfy', 'complete', { task_id: tallyfyId, fields: { Note: `See ${id}` } });
    const kindOf = (view: TargetView | null) => (view === null ? null : operation.predict(view, {}).kind);
    expect([kindOf(lacking), kindOf(archived)]).toEqual(['will-do', 'will-fail']);
    const without = early('tallyfy', 'complete', { task_id: tallyfyId, fields: { Other: `See ${id}` } });
    expect(lacking === null ? null : without.operation.predict(lacking, {}).kind).toBe('will-fail');
  });

  it('is found by its target, and one that takes that is not', () => {
    const entry = findEntry('clickup', 'update');
    const named = rowOf('clickup', 'update', { task_id: '86tgt', parent: id });
    const taken = rowOf('clickup', 'update', { task_id: id, name: 'After' }, false);
    expect(earlyTarget(named, entry)).toMatchObject({ id: '86tgt' });
    expect(earlyTarget(taken, entry)).toBeNull();
  });
});
