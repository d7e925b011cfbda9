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

/** The target with these problems reported on it, and no others. */
export function withProblems(target: TargetView, problems: readonly Problem[]): TargetView {
  const openProblem = problems.some(({ resolved }) => !resolved);
  return { ...target, extra: { ...target.extra, openProblem, problems: problems.map((problem) => ({ ...problem })) } };
}

export function openProblems(target: TargetView): readonly Problem[] {
  return readProblems(target).filter((problem) => !problem.resolved);
}
