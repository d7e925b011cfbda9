import type { FateGroup } from '../undo/coverage.js';
import type { UndoSummary } from './undo-text.js';

/** The summary of an undo as `--json` prints it: every group of rows, with the words of the text. */
export interface UndoJson extends Pick<UndoSummary, 'run' | 'services' | 'rows' | 'unsettled' | 'left'> {
  readonly kind: 'undo';
  readonly file: string | null;
  readonly manifestRows: number;
  readonly groups: readonly FateGroup[];
  readonly next: string | null;
  /** What follows it, where it takes several steps. */
  readonly following: readonly string[];
}

export function undoJson(summary: UndoSummary): UndoJson {
  const { run, services, file, lines, rows, groups, unsettled, left, next } = summary;
  const [first = null, ...following] = next;
  return {
    kind: 'undo',
    run,
    services,
    file,
    manifestRows: lines,
    rows,
    groups,
    unsettled,
    left,
    next: first,
    following,
  };
}
