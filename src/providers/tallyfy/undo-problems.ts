/** Problems reported and resolved, taken back. */
import { textField } from '../../json.js';
import { isBlankCell, notTakenBack, type SeenPast, takenBackBy, type Undoing, type UndoRow } from '../undo.js';
import { openProblems, readProblems } from './problems.js';
import { completeAgain, namesOf } from './undo-completion.js';

interface ProblemArgs {
  readonly task_id: string;
  readonly run_id?: string | undefined;
  readonly thread_id?: string | undefined;
}

const resolution = 'Taken back: it was reported by a run of taskbatch that was undone.';

/** Resolves the problem. A task that was completed was opened by the report, and is completed again. */
export function undoReport(args: ProblemArgs, { view, raw, createdIds }: SeenPast): Undoing {
  const [threadId] = createdIds;
  if (threadId === undefined && openProblems(view).length > 0) {
    return notTakenBack('Which problem of the task it made is not known.');
  }
  const names = namesOf(args);
  const values = { ...names, content: resolution, ...(threadId === undefined ? {} : { thread_id: threadId }) };
  const rows: UndoRow[] = [{ operation: 'resolve-problem', values }];
  const lost: string[] = [];
  if (view.completed === true) {
    const again = completeAgain(view, raw);
    if (again === null) lost.push('that it was completed');
    else {
      rows.push({ operation: 'complete', values: { ...names, ...again.values } });
      lost.push('when it was completed', ...again.lost);
    }
  }
  return takenBackBy(rows, lost);
}

/** Reports the same problem once more. */
export function undoResolution(args: ProblemArgs, { view, prepared }: SeenPast): Undoing {
  const meant = args.thread_id ?? textField(prepared, 'thread_id')?.toLowerCase();
  const named = readProblems(view).filter(({ id }) => id?.toLowerCase() === meant);
  const [problem] = meant === undefined ? openProblems(view) : named;
  if (problem === undefined || isBlankCell(problem.content)) {
    return notTakenBack('What the problem said is not known.');
  }
  return takenBackBy([{ operation: 'report-problem', values: { ...namesOf(args), content: problem.content } }]);
}
