/** The format of a manifest's text. */
export type ManifestFormat = 'csv' | 'jsonl';

/** One record of a manifest, as it was written. */
export interface ManifestRow {
  /** 1 is the first record after the header; blank lines are not counted. */
  readonly number: number;
  /** The 1-based line of the source on which the record starts; line breaks in quoted cells and blank lines count. */
  readonly line: number;
  /**
   * The values, aligned with the manifest's columns. It may be shorter than `columns`: what is missing at the end is
   * undefined.
   *
   * CSV: the text of the cell, nothing trimmed or converted; an empty cell is `''`, a missing one undefined.
   *
   * JSONL: strings as they are; `true` and `false`; whole numbers up to 2^53 in plain digits; every other number,
   * every object and every array exactly as it was written, so that no digit of a long id is lost. A key that is absent
   * and one that is `null` both give undefined, because a spreadsheet cannot tell them apart either.
   */
  readonly cells: readonly (string | undefined)[];
  /**
   * When its target was last changed as an earlier try of it found it and went on, in ms; left out where none did. Where
   * the row says after which time its target may not have been changed, it is this one by now.
   */
  readonly acceptedMs?: number;
  /** Why this row cannot be used. The others can, so that one pass shows all problems. */
  readonly problem?: ManifestProblem;
}

/** What is wrong with a row or one of its values. A value, never thrown. */
export interface ManifestProblem {
  /** The 1-based line of the source on which the row starts. */
  readonly line: number;
  /** The column's name as written in the header, or null when it is the whole row. */
  readonly column: string | null;
  /** The text at fault, shortened when it is long, or null when something is missing. */
  readonly value: string | null;
  /** Goes on after the place, the column and the value, and ends without a full stop. */
  readonly reason: string;
  readonly fix: string;
  /** A stable code to branch on; texts may change. */
  readonly code: string;
}

const EXCERPT_CHARACTERS = 120;

/** The text, cut to a length that fits a message. */
export function shortenText(text: string): string {
  return text.length <= EXCERPT_CHARACTERS ? text : `${text.slice(0, EXCERPT_CHARACTERS)}…`;
}
