/** From a row's name for its task to the task, whatever the name. */
import { fail, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import type { Reading, TargetRef, TargetView } from '../target.js';
import type { ClickUpConfig } from './config.js';
import { readNamed } from './name-search.js';
import { readNamedTask } from './task-ref.js';
import { addressTask, readTaskById, type TaskAddress } from './tasks.js';

/** Where a task is written to; one that is named by its title is looked up first. */
export async function locateTask(
  config: ClickUpConfig,
  reader: Reader,
  ref: TargetRef,
  target: TargetView | null,
): Promise<Result<TaskAddress>> {
  if (target !== null || readNamedTask(ref) === null) return addressTask(config, ref, target);
  const task = await requireTask(config, reader, ref, target);
  return task.ok ? addressTask(config, ref, task.value) : task;
}

/** The task as planning read it, or as it is read now. */
export async function requireTask(
  config: ClickUpConfig,
  reader: Reader,
  ref: TargetRef,
  target: TargetView | null,
): Promise<Result<TargetView>> {
  if (target !== null) return succeed(target);
  const reading = await readTask(config, reader, ref);
  return reading.kind === 'found' ? succeed(reading.target) : fail(reading.failure);
}

/** Reads one task afresh, by id or by name. */
export async function readTask(config: ClickUpConfig, reader: Reader, ref: TargetRef): Promise<Reading> {
  return readNamedTask(ref) === null ? readTaskById(config, reader, ref) : readNamed(config, reader, ref);
}
