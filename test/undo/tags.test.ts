/** A tag in other letters is the same tag to ClickUp, so it is to verify and undo. */
import { expect, it } from 'vitest';
import { openRoundTrip } from './round-trip.js';

it('a tag that was added and taken off again in other letters holds, and comes back as it was', async () => {
  const trip = await openRoundTrip();
  try {
    const task_id = '86tag';
    trip.fill('clickup', 'update', { task_id, list_id: '901000000001' });
    const run = await trip.run('clickup', [
      { operation: 'add-tag', task_id, tag: 'Foo' },
      { operation: 'remove-tag', task_id, tag: 'foo' },
    ]);
    expect(await trip.verify(run)).toMatchObject({ holds: 2, reverted: 0 });
    await trip.apply(await trip.undo(run));
    expect((await trip.hold('clickup', task_id)).tags).toEqual([]);
  } finally {
    await trip.close();
  }
});
