/** The problems that are reported on a task, as its stored view holds them. */
import { field, listField, textField } from '../../json.js';
import type { TargetView } from '../target.js';

export interface Problem {
  /** Null when Tallyfy tells none; such a problem can't be resolved by us. */
  readonly id: string | null;
  readonly content: string;
  readonly resolved: boolean;
}

export function readProblems(target: TargetView): readonly Problem[] {
  return listField(target.extra, 'problems').map((problem) => ({
    id: textField(problem, 'id'),
    content: textField(problem, 'content') ?? '',
    resolved: field(problem, 'resolved') === true,
  }));
}

export function openProblems(target: TargetView): readonly Problem[] {
  return readProblems(target).filter((problem) => !problem.resolved);
}
