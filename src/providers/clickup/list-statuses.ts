/** The statuses of a list, and which of them completes a task. ClickUp has no call that completes. */
import { type Failure, fail, localFailure, type Result, succeed } from '../../failure.js';
import { field, listField, textField } from '../../json.js';
import { askOnce } from '../ask-once.js';
import type { Reader } from '../http.js';
import { expectSuccess, unexpectedAnswer } from '../outcome.js';
import type { ClickUpConfig } from './config.js';
import { clickUpErrors } from './errors.js';

export interface ListStatus {
  readonly id: string;
  readonly name: string;
  /** `open`, `custom`, `done` or `closed`. */
  readonly type: string;
}

/** A list's statuses in their order, from `GET /v2/list/{id}` (published v2 document, 2026-07-30); asked for once. */
export function readListStatuses(
  config: ClickUpConfig,
  reader: Reader,
  listId: string,
): Promise<Result<readonly ListStatus[]>> {
  return askOnce(config.statuses, listId, () => askForStatuses(reader, listId));
}

async function askForStatuses(reader: Reader, listId: string): Promise<Result<readonly ListStatus[]>> {
  const outcome = await reader.read({ method: 'GET', path: ['v2', 'list', listId] });
  const result = expectSuccess(outcome, 'read', clickUpErrors);
  if (!result.ok) return result;
  const statuses = listField(result.value.json, 'statuses')
    .map((status) => ({
      id: textField(status, 'id') ?? '',
      name: textField(status, 'status') ?? '',
      type: textField(status, 'type') ?? '',
      order: Number(field(status, 'orderindex')),
    }))
    .filter(({ name }) => name !== '')
    .sort((one, other) => one.order - other.order);
  if (statuses.length > 0) return succeed(statuses.map(({ id, name, type }) => ({ id, name, type })));
  return fail(unexpectedAnswer(result.value, 'read', 'ClickUp', `it names no statuses of the list ${listId}`));
}

/**
 * The status that completes a task of the list: the one that was asked for, else the `closed` one, else the last `done`
 * one. In the list's own spelling. A named status that leaves the task open is refused: exports carry the present
 * status in a column of that name.
 */
export function chooseCompletedStatus(statuses: readonly ListStatus[], wanted: string | undefined): Result<ListStatus> {
  if (wanted !== undefined) {
    const named = chooseNamedStatus(statuses, wanted);
    if (!named.ok || named.value.type !== 'open') return named;
    return fail(wrongKind(named.value, 'does not complete a task', 'set-status'));
  }
  const closed = statuses.filter(({ type }) => type === 'closed');
  if (closed.length > 1) return fail(severalClosed(closed));
  const chosen = closed[0] ?? statuses.findLast(({ type }) => type === 'done');
  return chosen === undefined ? fail(noneCloses(statuses)) : succeed(chosen);
}

/** The status that reopens a task of the list: the one that was asked for, else the first `open` one, its default. */
export function chooseOpenStatus(statuses: readonly ListStatus[], wanted: string | undefined): Result<ListStatus> {
  if (wanted !== undefined) {
    const named = chooseNamedStatus(statuses, wanted);
    if (!named.ok || !isCompletedType(named.value.type)) return named;
    return fail(wrongKind(named.value, 'does not reopen a task', 'complete'));
  }
  const chosen = statuses.find(({ type }) => type === 'open') ?? statuses.find(({ type }) => !isCompletedType(type));
  return chosen === undefined ? fail(noneOpens(statuses)) : succeed(chosen);
}

/** The list's status of that name, matched without regard to case, in the list's own spelling. */
export function chooseNamedStatus(statuses: readonly ListStatus[], wanted: string): Result<ListStatus> {
  const named = statuses.find(({ name }) => isSameStatus(name, wanted));
  return named === undefined ? fail(noSuchStatus(wanted, statuses)) : succeed(named);
}

/** Whether ClickUp counts tasks in a status of this type as completed. */
export function isCompletedType(type: unknown): boolean {
  return type === 'closed' || type === 'done';
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

function noneOpens(statuses: readonly ListStatus[]): Failure {
  const message = `The task's list has no status of the kind open; it has ${listNames(statuses)}.`;
  return localFailure('VALIDATION', 'NO_OPEN_STATUS', message, 'Write the one you mean in the column status.');
}

function wrongKind({ name, type }: ListStatus, lack: string, instead: string): Failure {
  const message = `The status "${name}" is of the kind ${type} and ${lack}.`;
  const action = `Leave the column status empty, name another one, or use the operation ${instead}.`;
  return localFailure('VALIDATION', 'STATUS_OF_WRONG_KIND', message, action);
}

export function listNames(statuses: ReadonlyArray<Pick<ListStatus, 'name'>>): string {
  return statuses.map(({ name }) => `"${name}"`).join(', ');
}
