import { expect, it } from 'vitest';
import type { JsonValue } from '../../src/json.js';
import { remakeTask } from '../../src/providers/clickup/remake-task.js';
import { describeTarget } from '../../src/providers/reading.js';

it('a task that is made again tells of the field in which it names tasks that may have been deleted as well', () => {
  const field = (type: string, value: JsonValue) => ({ id: `f-${type}`, name: `A ${type}`, type, value });
  const fields = [field('list_relationship', [{ id: '86a', name: 'Another' }]), field('short_text', 'words')];
  const view = { ...describeTarget({ id: '86one', title: 'One', completed: false }), placeId: '901' };
  const undoing = remakeTask({}, { view, raw: { custom_fields: fields }, prepared: {}, createdIds: [] });
  expect(undoing).toMatchObject({
    kind: 'rows',
    lost: ['which tasks it names that were deleted as well (custom field "A list_relationship")'],
  });
});
