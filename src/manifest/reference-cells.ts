/** Cells that name other rows, taken apart and filled in. Pure. */
import { isJsonObject, isObject, type JsonObject } from '../json.js';
import { joinParts, type Reference, splitReferences, type TextPart } from './reference-text.js';

/** A row's cells by the operation's columns; dotted columns give an object. */
export type CellValues = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** A cell, taken apart. */
export interface SplitCell {
  readonly column: string;
  /** For a dotted column: the name inside. */
  readonly inner: string | null;
  readonly parts: readonly TextPart[];
}

/** The texts of a row, each with its place. */
export function* flatten(values: JsonObject): Generator<{ column: string; inner: string | null; text: string }> {
  for (const [column, value] of Object.entries(values)) {
    if (typeof value === 'string') yield { column, inner: null, text: value };
    else if (isJsonObject(value)) {
      for (const [inner, text] of Object.entries(value)) if (typeof text === 'string') yield { column, inner, text };
    }
  }
}

/** Takes a stored template apart, whose references were found sound before. */
export function splitTemplate(template: JsonObject): SplitCell[] {
  return [...flatten(template)].map(({ column, inner, text }) => {
    const split = splitReferences(text);
    return { column, inner, parts: split.ok ? split.parts : [text] };
  });
}

/** The values with something in place of each reference. */
export function fillCells(
  cells: readonly SplitCell[],
  replace: (reference: Reference, cell: SplitCell) => string,
): CellValues {
  const values: Record<string, string | Record<string, string>> = {};
  for (const cell of cells) {
    const text = joinParts(cell.parts, (reference) => replace(reference, cell));
    const known = values[cell.column];
    if (cell.inner === null) values[cell.column] = text;
    else values[cell.column] = { ...(isObject(known) ? known : {}), [cell.inner]: text };
  }
  return values;
}
