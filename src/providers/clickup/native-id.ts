import { fail, type Result, succeed } from '../../failure.js';
import type { Reader } from '../http.js';
import type { ClickUpConfig } from './config.js';
import { taskRef } from './task-ref.js';
import { readTaskById } from './tasks.js';

/** How the id of another task that a row names becomes its native one. */
export type TaskNames = (config: ClickUpConfig, reader: Reader, id: string) => Promise<Result<string>>;

/** The native id of another task that a row names: a custom id is looked up unless planning did, a native one taken as it is. */
export async function nativeId(config: ClickUpConfig, reader: Reader, id: string): Promise<Result<string>> {
  if (!id.includes('-')) return succeed(id);
  const known = await config.others.get(id);
  if (known !== undefined) return known.ok ? succeed(known.value.id) : known;
  const reading = await readTaskById(config, reader, taskRef(id));
  return reading.kind === 'found' ? succeed(reading.target.id) : fail(reading.failure);
}
