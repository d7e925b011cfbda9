import type { JsonValue } from '../service.js';
import type { Refusal } from './task.js';

/** What a classic method answers; `total` and `next` stand beside the result. */
export interface ClassicSuccess {
  readonly ok: true;
  readonly result: JsonValue;
  readonly total?: number;
  readonly next?: number;
}

export interface ClassicFailure {
  readonly ok: false;
  readonly status: number;
  readonly error: string;
  readonly description: string;
}

export type ClassicReply = ClassicSuccess | ClassicFailure;

/** 0x100006: access denied, action not allowed. Also what a missing task gives. */
export const ACTION_NOT_ALLOWED = '1048582';

export function classicFail(error: string, description: string, status = 400): ClassicFailure {
  return { ok: false, status, error, description };
}

/** A parameter that the method needs is not there. */
export function failAbsent(name: string): ClassicFailure {
  return classicFail('100', `Could not find value for parameter {${name}}`);
}

/** Missing and forbidden tasks are not told apart. */
export function classicFailFromRefusal(refusal: Refusal, notAllowed: string): ClassicFailure {
  if (refusal.kind === 'bad-value') return classicFail(refusal.code, refusal.message);
  return classicFail(notAllowed, 'Action is not allowed');
}
