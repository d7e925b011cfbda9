/** Comments are deleted, and those that a run wrote are taken back, unless somebody has worked with them since. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field, listField, textField } from '../../src/json.js';
import { findProvider } from '../../src/providers/registry.js';
import { connectOptions } from '../support/row-context.js';
import { coverageOf, openRoundTrip, type RoundTrip } from '../undo/round-trip.js';

let trip: RoundTrip;
beforeAll(async () => {
  trip = await openRoundTrip();
});
afterAll(() => trip.close());

const services = ['clickup', 'tallyfy'] as const;
type Service = (typeof services)[number];

/** A comment of a service, in its own words. */
const says: Readonly<Record<Service, (text: string) => Readonly<Record<string, string>>>> = {
  clickup: (comment) => ({ comment }),
  tallyfy: (content) => ({ content }),
};

let tasks = 0;

/** A task of its own. */
function newTask(service: Service): string {
  tasks += 1;
  const task_id = service === 'clickup' ? `86talk${tasks}` : `d${tasks.toString(16).padStart(31, '0')}`;
  trip.fill(service, 'update', service === 'clickup' ? { task_id, list_id: '901000000001' } : { task_id });
  return task_id;
}

const comment = (service: Service, task_id: string, text: string) => ({
  operation: 'comment',
  task_id,
  ...says[service](text),
});
const deletion = (task_id: string, comment_id: string) => ({ operation: 'delete-comment', task_id, comment_id });

/** The task's comments as the service holds them, the oldest first. */
async function held(service: Service, task_id: string): Promise<{ id: string; text: string }[]> {
  const task: unknown = await (await fetch(`${trip.sandbox.origin}/_sandbox/inspect/${service}/${task_id}`)).json();
  const text = service === 'clickup' ? 'comment_text' : 'content';
  const list = service === 'clickup' ? listField(task, 'comments') : listField(field(task, 'threads'), 'data');
  const comments = list.map((one) => ({
    id: textField(one, 'id') ?? '',
    text: textField(one, text) ?? '',
  }));
  return service === 'clickup' ? comments.reverse() : comments;
}

async function textsOf(service: Service, task_id: string): Promise<string[]> {
  return (await held(service, task_id)).map(({ text }) => text);
}

/** A comment that is there before, and its id. */
async function written(service: Service, task_id: string, text: string): Promise<string> {
  await trip.run(service, [comment(service, task_id, text)]);
  return (await held(service, task_id)).find((one) => one.text === text)?.id ?? '';
}

/** Somebody else. */
async function send(service: Service, method: string, path: string, body?: object): Promise<void> {
  const { environment } = trip.sandbox;
  const { address } = findProvider(service)?.connect(environment, connectOptions) ?? {};
  const base = service === 'clickup' ? 'v2' : `organizations/${environment.TALLYFY_ORG_ID}`;
  const answer = await fetch(`${address?.baseUrl}/${base}/${path}`, {
    method,
    headers: { ...address?.headers, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

const commentPath = (service: Service, task_id: string, id: string) =>
  service === 'clickup' ? `comment/${id}` : `tasks/${task_id}/comment/${id}`;
const edit = (service: Service, task_id: string, id: string, text: string) =>
  send(
    service,
    'PUT',
    commentPath(service, task_id, id),
    service === 'clickup' ? { comment_text: text, assignee: 0, resolved: false } : { content: text },
  );
const remove = (service: Service, task_id: string, id: string) =>
  send(service, 'DELETE', commentPath(service, task_id, id));
const reply = (id: string) =>
  send('clickup', 'POST', `comment/${id}/reply`, { comment_text: 'Why?', notify_all: false });

async function plan(service: Service, rows: readonly object[], more: readonly string[] = []): Promise<string> {
  tasks += 1;
  const file = `plan-${tasks}.jsonl`;
  const lines = rows.map((row) => `${JSON.stringify({ provider: service, ...row })}\n`);
  writeFileSync(join(trip.workplace.dir, file), lines.join(''));
  const { stdout } = await trip.bin(['plan', file, '--rate', '0', '--no-progress', '--json', ...more]);
  return String(JSON.parse(stdout).run);
}

/** Applies a plan, and tells how its rows ended. */
async function apply(run: string): Promise<string[]> {
  await trip.bin(['apply', run, '--rate', '0', '--yes', '--no-progress']);
  return endsOf(run);
}

async function endsOf(run: string): Promise<string[]> {
  return (await trip.report(run)).map(({ _state, _outcome, _error_code, _message }) =>
    [_state, _outcome, _error_code, _message].filter((part) => part !== null && part !== '').join(' '),
  );
}

const deletions = async () =>
  (await trip.sandbox.ledger()).effects.filter(({ kind }) => kind === 'delete-comment').length;

describe.each(services)('%s: a comment that a run wrote', (service) => {
  it('is taken back beside all else that the run did to its task, and a second time nothing is', async () => {
    const task = newTask(service);
    const run = await trip.run(service, [
      comment(service, task, 'One'),
      { operation: 'complete', task_id: task },
      comment(service, task, 'Two'),
    ]);
    const undone = await trip.undo(run, [], [0]);
    expect([1, 3].map((row) => coverageOf(undone, row))).toEqual(['whole', 'whole']);
    expect(trip.manifest(undone.file ?? '')).toContain('delete-comment');
    const runs = await trip.apply(undone);
    expect(await textsOf(service, task)).toEqual([]);
    const again = await trip.undo(run, ['-o', `again-${tasks}.csv`], [0, 3]);
    expect([again.manifestRows, again.groups.map(({ coverage }) => coverage)]).toEqual([0, ['already', 'already']]);
    // Undoing that writes them again, and undoing that again deletes them again.
    for (const done of runs.toReversed()) await trip.apply(await trip.undo(done, [], [0]));
    expect((await textsOf(service, task)).sort()).toEqual(['One', 'Two']);
  });

  it('is left alone once somebody edited it, and named; deleted when that is asked for', async () => {
    const task = newTask(service);
    const run = await trip.run(service, [comment(service, task, 'Ours'), comment(service, task, 'Other')]);
    const [ours] = await held(service, task);
    await edit(service, task, ours?.id ?? '', 'Theirs');
    const undone = await trip.undo(run, [], [3]);
    expect([coverageOf(undone, 1), coverageOf(undone, 2)]).toEqual(['changed', 'whole']);
    const words = undone.groups.find(({ coverage }) => coverage === 'changed')?.words;
    expect(words).toEqual([`The comment ${ours?.id} was edited: it says "Theirs".`]);
    await trip.apply(undone);
    expect(await textsOf(service, task)).toEqual(['Theirs']);
    await trip.apply(await trip.undo(run, ['--force', '-o', `forced-${tasks}.csv`]));
    expect(await textsOf(service, task)).toEqual([]);
  });

  it('that somebody deleted can not be taken back any more, which is said', async () => {
    const task = newTask(service);
    const run = await trip.run(service, [comment(service, task, 'Ours')]);
    const [ours] = await held(service, task);
    await remove(service, task, ours?.id ?? '');
    const undone = await trip.undo(run, ['--force'], [3]);
    expect(undone.groups).toMatchObject([
      { coverage: 'none', words: [expect.stringMatching(/^It is not there any more: .* has no comment /)] },
    ]);
    expect(await trip.verify(run)).toEqual({ holds: 0, reverted: 1, unsure: 0 });
  });

  it('and that somebody deleted does not stand for a comment of theirs on a task that the run made', async () => {
    const made =
      service === 'clickup'
        ? { name: 'Made', list_id: '901000000001' }
        : { title: 'Made', owners: '{"users":[48213]}', deadline: '2027-03-03 10:00:00' };
    const run = await trip.run(service, [
      { operation: 'create', ...made, key: 'a' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as a manifest has it
      comment(service, '${row:a.id}', 'Ours'),
    ]);
    const task = String((await trip.report(run))[0]?._target);
    const [ours] = await held(service, task);
    await remove(service, task, ours?.id ?? '');
    await trip.run(service, [comment(service, task, 'Theirs')]);
    const undone = await trip.undo(run, [], [3]);
    expect(coverageOf(undone, 1)).toBe('changed');
  });
});

it('a comment that was answered since stays, and its answer is named; by force both go, and that is said', async () => {
  const task = newTask('clickup');
  const run = await trip.run('clickup', [comment('clickup', task, 'Ours')]);
  const [ours] = await held('clickup', task);
  await reply(ours?.id ?? '');
  const left = await trip.undo(run, [], [3]);
  expect(left.groups).toMatchObject([{ coverage: 'changed', words: [`The comment ${ours?.id} has 1 reply.`] }]);
  expect(await trip.verify(run)).toEqual({ holds: 1, reverted: 0, unsure: 0 });
  const forced = await trip.undo(run, ['--force', '-o', `answered-${tasks}.csv`]);
  expect(forced.groups).toMatchObject([
    { coverage: 'part', words: [`what others did: The comment ${ours?.id} has 1 reply.`] },
  ]);
  await trip.apply(forced);
  expect(await textsOf('clickup', task)).toEqual([]);
});

describe.each(services)('%s: delete-comment', (service) => {
  it('deletes of several comments those that are named, and leaves the others', async () => {
    const task = newTask(service);
    const ids = [await written(service, task, 'One'), await written(service, task, 'Two')];
    await written(service, task, 'Three');
    const run = await plan(
      service,
      ids.map((id) => deletion(task, id)),
    );
    expect(await apply(run)).toEqual(['succeeded done', 'succeeded done']);
    expect(await textsOf(service, task)).toEqual(['Three']);
  });

  it('leaves a comment alone that was edited after it was planned, and says how', async () => {
    const task = newTask(service);
    const [one, two] = [await written(service, task, 'Old'), await written(service, task, 'Same')];
    const run = await plan(service, [deletion(task, one), deletion(task, two)]);
    await edit(service, task, one, 'New');
    expect(await apply(run)).toEqual([
      'blocked TARGET_CHANGED The target changed since it was read for the plan: comment was "Old", is "New".',
      'succeeded done',
    ]);
    expect(await textsOf(service, task)).toEqual(['New']);
  });

  it('minds the comment, not what else becomes of its task', async () => {
    const task = newTask(service);
    const id = await written(service, task, 'Old');
    const run = await plan(service, [deletion(task, id)]);
    await trip.run(service, [
      { operation: 'update', task_id: task, [service === 'clickup' ? 'name' : 'summary']: 'New' },
    ]);
    await written(service, task, 'Another one');
    expect(await apply(run)).toEqual(['succeeded done']);
    expect(await textsOf(service, task)).toEqual(['Another one']);
  });

  it('finds already done what was seen and is gone since, and sends nothing', async () => {
    const task = newTask(service);
    const id = await written(service, task, 'Old');
    const run = await plan(service, [deletion(task, id)]);
    await remove(service, task, id);
    const before = await deletions();
    expect(await apply(run)).toEqual([expect.stringMatching(/^succeeded already .* has no comment /)]);
    expect(await deletions()).toBe(before);
  });

  it.each([
    [],
    ['--look', 'none'],
  ])('does not take a wrong id for done, nor hit a comment elsewhere (%s %s)', async (...more) => {
    const [task, other] = [newTask(service), newTask(service)];
    const id = await written(service, other, 'Elsewhere');
    const run = await plan(service, [deletion(task, id)], more);
    const ends = more.length === 0 ? await endsOf(run) : await apply(run);
    expect(ends).toEqual([expect.stringMatching(/^failed COMMENT_NOT_FOUND .* has no comment /)]);
    expect(await textsOf(service, other)).toEqual(['Elsewhere']);
    if (more.length > 0) return;
    writeFileSync(join(trip.workplace.dir, 'lenient.yaml'), 'missing: skip\n');
    const lenient = await plan(service, [deletion(task, id)], ['--job', 'lenient.yaml']);
    expect(await endsOf(lenient)).toEqual([expect.stringMatching(/^skipped .* has no comment .* \(missing: skip\)$/)]);
  });

  it.each(['500-after', 'reset-after'])('is done once when its answer is lost (%s)', async (fault) => {
    const task = newTask(service);
    const id = await written(service, task, 'Old');
    const run = await plan(service, [deletion(task, id)]);
    await trip.sandbox.faults(`${service}:delete:${fault}*1`);
    const before = await deletions();
    expect(await apply(run)).toEqual([expect.stringMatching(/^succeeded settled /)]);
    expect(await deletions()).toBe(before + 1);
    await trip.sandbox.faults('');
  });

  it('is not undone on a task that is not there any more', async () => {
    const task = newTask(service);
    const run = await deletedOn(service, task);
    await trip.run(service, [{ operation: 'delete', task_id: task }]);
    const undone = await trip.undo(run, [], [3]);
    expect(undone.groups).toMatchObject([
      { coverage: 'none', words: [expect.stringMatching(/^It is not there any more: /)] },
    ]);
  });

  /** A run that deleted a comment of the task. */
  async function deletedOn(name: Service, task: string): Promise<string> {
    const id = await written(name, task, 'Old');
    const run = await plan(name, [deletion(task, id)]);
    await apply(run);
    return run;
  }

  it('can be tried on the sandbox, which holds the comments that the rows name', async () => {
    const ids = service === 'clickup' ? ['101', '102'] : ['1'.repeat(32), '2'.repeat(32)];
    const task_id = service === 'clickup' ? '86dry1' : 'e'.repeat(32);
    const rows = ids.map((comment_id) => JSON.stringify({ task_id, comment_id }));
    writeFileSync(join(trip.workplace.dir, 'dry.jsonl'), `${rows.join('\n')}\n`);
    const what = ['dry.jsonl', '--provider', service, '--operation', 'delete-comment', '--rate', '0', '--json'];
    const { stdout, exitCode } = await trip.bin(['run', ...what, '--sandbox', '--yes', '--no-progress']);
    expect([exitCode, JSON.parse(stdout).states]).toMatchObject([0, { succeeded: 2 }]);
  });
});

it('a comment that was answered after it was planned is not deleted; one that was before goes with its answers', async () => {
  const task = newTask('clickup');
  const [early, late] = [await written('clickup', task, 'Early'), await written('clickup', task, 'Late')];
  await reply(early);
  const run = await plan('clickup', [deletion(task, early), deletion(task, late)]);
  const { stdout } = await trip.bin(['explain', run, '1']);
  expect(stdout).toMatch(/replies/);
  await reply(late);
  expect(await apply(run)).toEqual([
    'succeeded done',
    `blocked TARGET_CHANGED The target changed since it was read for the plan: replies to ${late} was empty, is "1".`,
  ]);
  expect(await textsOf('clickup', task)).toEqual(['Late']);
});

it('a problem is no comment: it is neither deleted by that, nor is its resolution', async () => {
  const task = newTask('tallyfy');
  await trip.run('tallyfy', [{ operation: 'report-problem', task_id: task, content: 'Stuck' }]);
  await trip.run('tallyfy', [{ operation: 'resolve-problem', task_id: task, content: 'Solved' }]);
  const ids = (await held('tallyfy', task)).map(({ id }) => id);
  expect(ids).toHaveLength(2);
  const run = await plan(
    'tallyfy',
    ids.map((id) => deletion(task, id)),
  );
  expect(await endsOf(run)).toEqual(
    ids.map((id) => expect.stringMatching(new RegExp(`^failed NOT_A_COMMENT ${id} is `))),
  );
  const unread = await plan(
    'tallyfy',
    ids.map((id) => deletion(task, id)),
    ['--look', 'none'],
  );
  expect(await apply(unread)).toEqual(ids.map(() => expect.stringMatching(/^failed NOT_A_COMMENT /)));
  expect(await held('tallyfy', task)).toHaveLength(2);
});
