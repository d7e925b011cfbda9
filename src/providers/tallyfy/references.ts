/**
 * What a row names beside its target. Tallyfy makes the task of a row that names an unknown tag, without the tag, and
 * refuses one that names an unknown run: so they are looked up before, each once in a connection.
 */
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { textField } from '../../json.js';
import { askOnce } from '../ask-once.js';
import type { Reader } from '../http.js';
import type { FindAbove, RowAbove } from '../operation.js';
import type { Reading } from '../target.js';
import type { TallyfyConfig } from './config.js';
import { readPages } from './list-pages.js';
import { opennessOf, readRun, runRef } from './runs.js';
import { readTag, tagRef } from './tags.js';
import { organizationPath } from './tasks.js';

/** An archived run passes where a row above restores it. */
export async function checkRun(
  config: TallyfyConfig,
  reader: Reader,
  runId: string,
  above: FindAbove,
): Promise<Result<null>> {
  const ref = runRef(runId);
  const openness = await askOnce(config.runs, runId, async () => {
    const reading = await readRun(config, reader, ref);
    if (reading.kind === 'found') return succeed(opennessOf(reading.target));
    const exists = tellsExistence(reading);
    return exists.ok ? succeed(exists.value ? 'open' : 'absent') : exists;
  });
  if (!openness.ok) return openness;
  switch (openness.value) {
    case 'open':
      return succeed(null);
    case 'absent':
      return fail(runNotFound(runId));
    case 'closed':
      return fail(runTakesNoTasks(runId));
    case 'archived':
      return above(ref)?.removes === false ? succeed(null) : fail(runArchived(runId));
  }
}

/** A tag that the list does not show is asked for by its id: a list may hide some, and trail a write. */
export async function checkTags(
  config: TallyfyConfig,
  reader: Reader,
  tagIds: readonly string[],
  above: FindAbove,
): Promise<Result<null>> {
  if (tagIds.length === 0) return succeed(null);
  const listed = await askOnce(config.listedTags, 'all', () => listTags(config, reader));
  if (!listed.ok) return listed;
  for (const id of tagIds.filter((one) => !listed.value.has(one))) {
    const exists = await askOnce(config.otherTags, id, async () =>
      tellsExistence(await readTag(config, reader, tagRef(id))),
    );
    if (!exists.ok) return exists;
    if (!exists.value) return fail(tagNotFound(id));
  }
  for (const id of tagIds) {
    const row = above(tagRef(id));
    if (row?.removes === true) return fail(tagDeletedAbove(id, row));
  }
  return succeed(null);
}

/** `GET /tags` (API documentation, 2026-07-19). A list that may not be read holds nothing. */
async function listTags(config: TallyfyConfig, reader: Reader): Promise<Result<ReadonlySet<string>>> {
  const ids = new Set<string>();
  for await (const page of readPages(reader, { path: organizationPath(config, 'tags'), query: [] })) {
    if (!page.ok) return decidesNothing(page.failure) ? succeed(ids) : page;
    for (const tag of page.value) ids.add(textField(tag, 'id')?.toLowerCase() ?? '');
  }
  return succeed(ids);
}

/** What may not be read may be there all the same: then the write tells. */
function tellsExistence(reading: Reading): Result<boolean> {
  if (reading.kind !== 'unreadable') return succeed(reading.kind === 'found');
  return decidesNothing(reading.failure) ? succeed(true) : fail(reading.failure);
}

function decidesNothing({ scope, retryable }: Failure): boolean {
  return scope === 'row' && !retryable;
}

function runNotFound(runId: string): Failure {
  return localFailure(
    'NOT_FOUND',
    'RUN_NOT_FOUND',
    `Tallyfy has no run ${runId} to attach the task to.`,
    'Check the id in the column run_id.',
  );
}

/** By the words of `refuseArchived`: whether Tallyfy itself refuses is not documented. */
function runArchived(runId: string): Failure {
  return localFailure(
    'CONFLICT',
    'RUN_ARCHIVED',
    `The run ${runId} is archived, with all of its tasks; restore it before a task is attached to it (tallyfy.restore-run).`,
    'Restore the run with tallyfy.restore-run, in a row above or in a run of its own.',
  );
}

function runTakesNoTasks(runId: string): Failure {
  return localFailure(
    'CONFLICT',
    'RUN_TAKES_NO_TASKS',
    `The run ${runId} allows no tasks that are not of its template, and Tallyfy refuses to attach one.`,
    'Name a run that allows them, or leave the column run_id empty.',
  );
}

function tagDeletedAbove(tagId: string, { number }: RowAbove): Failure {
  return localFailure(
    'CONFLICT',
    'TAG_DELETED_ABOVE',
    `Once row ${number} is done: Tallyfy has no tag ${tagId}; the task would be made without it.`,
    `Take the tag out of the column tags, or remove row ${number}.`,
  );
}

function tagNotFound(tagId: string): Failure {
  return localFailure(
    'NOT_FOUND',
    'TAG_NOT_FOUND',
    `Tallyfy has no tag ${tagId}; the task would be made without it.`,
    'Check the id in the column tags.',
  );
}
