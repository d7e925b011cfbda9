/** What the operations' ways back are made of. */
import type { Undoing, UndoRow } from './operation.js';

export function takenBackBy(rows: readonly UndoRow[], lost: readonly string[] = []): Undoing {
  return { kind: 'rows', rows, lost };
}

export function notTakenBack(reason: string): Undoing {
  return { kind: 'none', reason };
}

export const unseen = notTakenBack('Nothing looked at it before the write (--look none), so how it was is not known.');
export const notKept = notTakenBack('It was not kept as it was before (snapshot: no).');

/** Values as a cell of a list; in JSON, so that a value may hold any character. */
export function listCell(values: ReadonlyArray<string | number>): string {
  return JSON.stringify(values.map(String));
}

/** A cell of nothing but blanks counts as empty in a manifest. */
export function isBlankCell(text: string): boolean {
  return text.trim() === '';
}

/** The deletion of all that a row made. */
export function deleteMade(createdIds: readonly string[], lost: readonly string[] = []): Undoing {
  if (createdIds.length === 0) return notTakenBack('The id of what it made is not known.');
  return takenBackBy(
    createdIds.map((id) => ({ operation: 'delete', values: { task_id: id } })),
    lost,
  );
}
