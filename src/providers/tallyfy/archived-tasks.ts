/** Finding tasks that may be archived: whether one can still be read by its id then is documented nowhere. */
import { localFailure } from '../../failure.js';
import { textField } from '../../json.js';
import type { Reader } from '../http.js';
import type { Reading, TargetRef } from '../target.js';
import type { TallyfyConfig } from './config.js';
import { readPages } from './list-pages.js';
import { organizationPath, readingOf, readTask, withIncludes } from './tasks.js';

/** 2,000 tasks; a look at one id must not read an archive of any size. */
const mostPages = 20;

export function mayBeArchived(ref: TargetRef): boolean {
  return ref.kind === 'task' && textField(ref.hints, 'archived') === 'too';
}

/**
 * Looks for tasks among the archived ones, newest first: `GET /tasks?archived=only` (API documentation, 2026-07-19).
 * `absent` is what reading the first by its id gave; it stands when the whole archive was read. What is not archived is
 * read by its id, so that the archive is not paged through again for each of several wrong ids.
 */
export async function findArchived(
  config: TallyfyConfig,
  reader: Reader,
  refs: readonly TargetRef[],
  absent: Reading,
): Promise<readonly Reading[]> {
  const wanted = new Map(refs.map((ref) => [ref.id, ref]));
  const readings: Reading[] = [];
  const query = [['archived', 'only'], ['sort', 'newest'], withIncludes] as const;
  let pages = 0;
  for await (const page of readPages(reader, { path: organizationPath(config, 'tasks'), query })) {
    if (!page.ok) return [...readings, { kind: 'unreadable', ref: absent.ref, failure: page.failure }];
    for (const task of page.value) {
      const ref = wanted.get((textField(task, 'id') ?? '').toLowerCase());
      const reading = ref === undefined ? null : readingOf(ref, task);
      if (ref === undefined || reading?.kind !== 'found') continue;
      wanted.delete(ref.id);
      readings.push({ ...reading, target: { ...reading.target, archived: true } });
    }
    pages += 1;
    if (wanted.size === 0) return readings;
    if (pages === mostPages) break;
  }
  for (const ref of wanted.values()) {
    const reading = ref.id === absent.ref.id ? absent : await readTask(config, reader, ref);
    readings.push(reading.kind === 'absent' && pages === mostPages ? tooMany(ref) : reading);
  }
  return readings;
}

function tooMany(ref: TargetRef): Reading {
  const failure = localFailure(
    'NOT_FOUND',
    'NOT_AMONG_NEWEST_ARCHIVED',
    `The task can't be read by its id, and it is not among the ${mostPages * 100} newest archived tasks.`,
    'Restore it in Tallyfy itself, or check the id.',
  );
  return { kind: 'unreadable', ref, failure };
}
