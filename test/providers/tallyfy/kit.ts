/** A sandbox that holds what a test needs, and rows of Tallyfy's operations on it. */
import type { JsonObject } from '../../../src/json.js';
import type { BoundOperation, Done } from '../../../src/providers/operation.js';
import { tallyfy } from '../../../src/providers/tallyfy/provider.js';
import type { Reading, TargetView } from '../../../src/providers/target.js';
import { hostServices, type Sandbox } from '../../../src/sandbox/host.js';
import type { TallyfySettings } from '../../../src/sandbox/tallyfy/settings.js';
import { createTallyfyState, type FormField, type Task } from '../../../src/sandbox/tallyfy/state.js';
import { createTallyfy } from '../../../src/sandbox/tallyfy.js';
import { connectProvider } from '../../support/connected.js';
import { rowContext } from '../../support/row-context.js';

export const taskId = 'a'.repeat(32);
export const runId = 'b'.repeat(32);
export const hex = (digit: string) => digit.repeat(32);

export async function startTallyfy(settings: Partial<TallyfySettings> = {}) {
  const state = createTallyfyState();
  const sandbox: Sandbox = await hostServices([() => createTallyfy(settings, state)], { limit: null });
  const connected = connectProvider(tallyfy, sandbox.environment);
  const bind = (operation: string, args: JsonObject) => connected.connection.bind(operation, args);
  const read = async (bound: BoundOperation): Promise<Reading> => {
    if (bound.target === null) throw new Error('it has no target');
    const [reading] = await connected.connection.lookUp(connected.writer, [bound.target]);
    if (reading === undefined) throw new Error('nothing was read');
    return reading;
  };
  return {
    ...connected,
    sandbox,
    state,
    bind,
    read,
    /** Makes a task, by the sandbox's own filling, and changes it. */
    task: (options: { inRun?: boolean; id?: string; change?: (task: Task) => void } = {}): Task => {
      const id = options.id ?? taskId;
      const values = { task_id: id, ...(options.inRun === true ? { run_id: runId } : {}) };
      sandbox.fill([{ provider: 'tallyfy', operation: 'comment', values, cells: { Name: 'Old' }, done: false }]);
      const task = at(state.tasks, id);
      options.change?.(task);
      return task;
    },
    fill: (operation: string, values: JsonObject, done = false) => {
      sandbox.fill([{ provider: 'tallyfy', operation, values, cells: {}, done }]);
    },
    look: async (bound: BoundOperation): Promise<TargetView> => {
      const reading = await read(bound);
      if (reading.kind !== 'found') throw new Error(reading.failure.message);
      return reading.target;
    },
    execute: async (operation: string, args: JsonObject, context = rowContext()) =>
      bind(operation, args).execute(connected.writer, null, {}, context),
    writes: () => sandbox.ledger.requests().filter((request) => request.write),
    effects: () => sandbox.ledger.effects().map(({ kind }) => kind),
    close: async () => {
      await connected.close();
      await sandbox.close();
    },
  };
}
export type Started = Awaited<ReturnType<typeof startTallyfy>>;

export function at<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`nothing at ${String(key)}`);
  return value;
}

/** A form field that states only what matters. */
export function formField(facts: Partial<FormField> & Pick<FormField, 'id' | 'label'>): FormField {
  return { fieldType: 'text', required: false, options: [], columns: [], guidance: null, position: 1, ...facts };
}

export function doneOf(result: { ok: true; value: Done } | { ok: false; failure: { message: string } }): Done {
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}
