/** Cells of a sheet as XML: texts that stay texts, whatever they look like, and numbers. */
import type { RowState } from '../../state/status.js';
import { cutText } from '../cut-text.js';
import { xmlText } from '../xml-text.js';

/** Excel's own bounds: https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3 */
export const mostSheetRows = 1_048_576;
export const mostSheetColumns = 16_384;
const mostCellCharacters = 32_767;

/** Room for the notice that a text was cut. */
const cutAfterCharacters = mostCellCharacters - 100;

/** Places in the style sheet's list of cell formats. */
export const cellStyles = {
  number: 0,
  /** Format `@`: also what somebody edits stays a text. */
  text: 1,
  header: 2,
  title: 3,
  good: 4,
  bad: 5,
  doubtful: 6,
} as const;

export type CellStyle = (typeof cellStyles)[keyof typeof cellStyles];

export const stateStyles: Readonly<Record<RowState, CellStyle>> = {
  succeeded: cellStyles.good,
  failed: cellStyles.bad,
  invalid: cellStyles.bad,
  blocked: cellStyles.doubtful,
  unknown: cellStyles.doubtful,
  sending: cellStyles.doubtful,
  pending: cellStyles.text,
  skipped: cellStyles.text,
};

/**
 * One cell; nothing for an empty one.
 * @param at its address, such as `B7`. @param onCut is told when the text is longer than a cell holds.
 */
export function cellXml(value: string | number | null, at: string, style: CellStyle, onCut: () => void): string {
  if (value === null || value === '') return '';
  if (typeof value === 'number') return `<c r="${at}" s="${style}"><v>${value}</v></c>`;
  return `<c r="${at}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${cellText(value, onCut)}</t></is></c>`;
}

function cellText(text: string, onCut: () => void): string {
  const whole = escapeControls(text);
  if (whole.length <= mostCellCharacters) return xmlText(whole);
  onCut();
  // An escaped character takes seven: a text full of them is cut sooner.
  const cut = escapeControls(cutText(text, cutAfterCharacters));
  return xmlText(cut.length <= mostCellCharacters ? cut : escapeControls(cutText(text, cutAfterCharacters / 7)));
}

const controls = /(?![\t\n\u007f-\u009f])\p{Cc}|_(?=x[0-9A-Fa-f]{4}_)/gu;

/** What XML can't hold is written `_x0000_` in a workbook, and so is an underscore that would look like one (ECMA-376, ST_Xstring). */
function escapeControls(text: string): string {
  return text.replace(
    controls,
    (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  );
}

/** `A` for 0, `Z` for 25, `AA` for 26. */
export function columnLetters(index: number): string {
  const letters = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letters : columnLetters(Math.floor(index / 26) - 1) + letters;
}
