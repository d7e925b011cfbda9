/** The statuses of a list, and which of them completes a task. ClickUp has no call that completes. */
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, listField, textField } from '../../json.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors } from './errors.js';

export interface ListStatus {
  readonly name: string;
  /** `open`, `custom`, `done` or `closed`. */
  readonly type: string;
}

/**
 * A list's statuses in their order, from `GET /v2/list/{id}` (published v2 document, 2026-07-30). Asked for once in a
 * connection; rows that come while the answer is under way wait for it. Failures are not kept.
 */
export function readListStatuses(
  config: ClickUpConfig,
  reader: Reader,
  listId: string,
): Promise<Result<readonly ListStatus[]>> {
  const known = config.statuses.get(listId);
  if (known !== undefined) return known;
  const asked = askForStatuses(reader, listId);
  config.statuses.set(listId, asked);
  const forget = () => config.statuses.delete(listId);
  asked.then((result) => result.ok || forget(), forget);
  return asked;
}

async function askForStatuses(reader: Reader, listId: string): Promise<Result<readonly ListStatus[]>> {
  const outcome = await reader.read({ method: 'GET', path: ['v2', 'list', listId] });
  const result = expectSuccess(outcome, 'read', clickUpErrors);
  if (!result.ok) return result;
  const statuses = listField(result.value.json, 'statuses')
    .map((status) => ({
      name: textField(status, 'status') ?? '',
      type: textField(status, 'type') ?? '',
      order: Number(field(status, 'orderindex')),
    }))
    .filter(({ name }) => name !== '')
    .sort((one, other) => one.order - other.order);
  if (statuses.length > 0) return succeed(statuses.map(({ name, type }) => ({ name, type })));
  return fail(unexpectedAnswer(result.value, 'read', 'ClickUp', `it names no statuses of the list ${listId}`));
}

/**
 * The status that completes a task of the list: the one that was asked for, matched without regard to case, else the
 * `closed` one, else the last `done` one. In the list's own spelling.
 */
export function chooseCompletedStatus(statuses: readonly ListStatus[], wanted: string | undefined): Result<ListStatus> {
  if (wanted !== undefined) {
    const named = statuses.find(({ name }) => isSameStatus(name, wanted));
    return named === undefined ? fail(noSuchStatus(wanted, statuses)) : succeed(named);
  }
  const closed = statuses.filter(({ type }) => type === 'closed');
  if (closed.length > 1) return fail(severalClosed(closed));
  const chosen = closed[0] ?? statuses.findLast(({ type }) => type === 'done');
  return chosen === undefined ? fail(noneCloses(statuses)) : succeed(chosen);
}

/** ClickUp matches names of statuses without regard to case. */
export function isSameStatus(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function noSuchStatus(wanted: string, statuses: readonly ListStatus[]): Failure {
  const message = `The task's list has no status "${wanted}"; it has ${listNames(statuses)}.`;
  return localFailure('VALIDATION', 'STATUS_NOT_FOUND', message, 'Write one of those in the column status.');
}

function severalClosed(closed: readonly ListStatus[]): Failure {
  const message = `The task's list has several closed statuses: ${listNames(closed)}.`;
  return localFailure('VALIDATION', 'SEVERAL_CLOSED_STATUSES', message, 'Write the one you mean in the column status.');
}

function noneCloses(statuses: readonly ListStatus[]): Failure {
  const message = `The task's list has no status of the kind closed or done; it has ${listNames(statuses)}.`;
  return localFailure('VALIDATION', 'NO_CLOSED_STATUS', message, 'Write the one you mean in the column status.');
}

function listNames(statuses: readonly ListStatus[]): string {
  return statuses.map(({ name }) => `"${name}"`).join(', ');
}
