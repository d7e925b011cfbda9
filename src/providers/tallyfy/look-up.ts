import type { Reader } from '../http.js';
import type { Reading, TargetRef } from '../target.js';
import type { Wanted } from '../wanted.js';
import { findArchived, mayBeArchived } from './archived-tasks.js';
import type { TallyfyConfig } from './config.js';
import { lookUpTasks } from './look-up-tasks.js';
import { readRun } from './runs.js';
import { readTag } from './tags.js';

/** Reads tasks, runs and tags: the first one, and what comes with it of the others. */
export async function lookUpTargets(
  config: TallyfyConfig,
  reader: Reader,
  refs: readonly TargetRef[],
  wanted?: Wanted,
): Promise<readonly Reading[]> {
  const [first] = refs;
  if (first === undefined) return [];
  if (first.kind === 'run') return [await readRun(config, reader, first)];
  if (first.kind === 'tag') return [await readTag(config, reader, first)];
  const tasks = refs.filter((ref) => ref.kind === 'task');
  const readings = await lookUpTasks(config, reader, tasks, wanted);
  const absent = readings.find((reading) => reading.kind === 'absent' && reading.ref.id === first.id);
  if (absent === undefined || !mayBeArchived(first)) return readings;
  const told = new Set(readings.filter((reading) => reading !== absent).map((reading) => reading.ref.id));
  const open = tasks.filter((ref) => mayBeArchived(ref) && !told.has(ref.id));
  return [...readings.filter((reading) => reading !== absent), ...(await findArchived(config, reader, open, absent))];
}
