/** From arranged drafts to the lines of the manifest that takes a run back. Pure. */
import type { JsonObject } from '../json.js';
import { toJson } from '../json.js';
import { isBlankCell, type UndoRow } from '../providers/undo.js';
import { undoDigest } from '../state/taken-back.js';
import type { Arranged, Draft } from './arrange-drafts.js';
import { createReferrer, keyText } from './made-again.js';
import type { PlannedRow, RowFate } from './row-fate.js';

/** A line of the manifest. */
export interface ManifestLine {
  readonly provider: string;
  readonly operation: string;
  /** The row of the run that it takes back, or has a part in taking back. */
  readonly undoOf: number;
  /** By which the line is known from one that was edited. */
  readonly digest: string;
  /** By which other lines name it; null where none does. */
  readonly key: string | null;
  /** Keys of the lines that must be done for it to be possible. */
  readonly after: readonly string[];
  /** As in {@link Draft}. */
  readonly step: number;
  /**
   * What its target may not be changed after, as the service tells; null where that is not known, and for a line of a
   * later step, whose target the lines before it change.
   */
  readonly unchangedSince: string | null;
  /** By column, as they are to be written. */
  readonly values: UndoRow['values'];
}

export interface Composed {
  readonly lines: readonly ManifestLine[];
  readonly fates: readonly RowFate[];
}

/** @param word tells what the manifest makes from what others make. */
export function composeManifest({ drafts, fates }: Arranged, word: string): Composed {
  const referrer = createReferrer(fates);
  const made = new Set<string>();
  const needed = new Set(drafts.flatMap(({ needs }) => needs).map(draftKey));
  const lines = drafts.map((draft): ManifestLine => {
    const { fate, row, at, step } = draft;
    // Times that differ in their text alone are one to a service that takes whole seconds.
    const content = `${fate.provider}.${row.operation} ${JSON.stringify(parsed(row, row.values))}`;
    const isTwin = made.has(content);
    made.add(content);
    const values = isTwin && row.apart !== undefined ? row.apart(row.values, `${word}/${fate.number}`) : row.values;
    const cells = referrer.write(fate, row, values);
    const key = draftKey(draft);
    return {
      provider: fate.provider,
      operation: row.operation,
      undoOf: fate.number,
      digest: undoDigest(
        fate.provider,
        row.operation,
        referrer.refers(fate, row) ? filled(cells) : parsed(row, values),
      ),
      key: needed.has(key) || (at === 0 && referrer.isNamed(fate)) ? key : null,
      after: draft.needs.map(draftKey),
      step,
      unchangedSince: step === 1 ? row.updated : null,
      values: cells,
    };
  });
  return { lines, fates };
}

/** A reference to what a row makes again names its first line. */
function draftKey({ fate, at }: Draft): string {
  return at === 0 ? keyText(fate) : `${keyText(fate)}-${at + 1}`;
}

/** As validation will leave the row. */
function parsed({ entry }: PlannedRow, values: UndoRow['values']): JsonObject {
  const checked = entry.schema.safeParse(filled(values));
  return checked.success ? toJson(checked.data) : values;
}

/** Empty cells count as not given. */
function filled(values: UndoRow['values']): UndoRow['values'] {
  return Object.fromEntries(Object.entries(values).filter(([, text]) => !isBlankCell(text)));
}
