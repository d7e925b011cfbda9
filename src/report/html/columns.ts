/**
 * How a column of values lies in the page: as small as a look at its values allows. Writer and page share this file, so
 * it must not need anything of Node or of a browser.
 */

export type Value = string | number | null;

export type PackedColumn =
  /** Nothing anywhere. */
  | null
  /** The same everywhere. */
  | { readonly k: string | number }
  /** Counts up by one from `s`. */
  | { readonly s: number }
  /** Few values: each place says which. */
  | { readonly d: readonly Value[]; readonly i: readonly number[] }
  /** Numbers as distances from the number before, the first one from 0. */
  | { readonly x: readonly (number | null)[] }
  /** What column `of` has there, with `p` in front; nothing where that has nothing. */
  | { readonly p: string; readonly of: number }
  | readonly Value[];

/** More different values than this are written as they are. */
const mostDistinct = 48;

export function packColumn(values: readonly Value[]): PackedColumn {
  const [first = null] = values;
  if (values.every((value) => value === first)) return first === null ? null : { k: first };
  if (typeof first === 'number' && values.every((value, index) => value === first + index)) return { s: first };
  const places = new Map<Value, number>();
  const indices: number[] = [];
  for (const value of values) {
    let place = places.get(value);
    if (place === undefined) {
      if (places.size === mostDistinct) return isNumbers(values) ? { x: distances(values) } : values;
      place = places.size;
      places.set(value, place);
    }
    indices.push(place);
  }
  // A table of values that hardly repeat costs more than the values.
  if (places.size * 2 > values.length) return isNumbers(values) ? { x: distances(values) } : values;
  return { d: [...places.keys()], i: indices };
}

/** The column as `prefix` + what another column has, or null when it is not that throughout. */
export function packAlike(values: readonly Value[], other: readonly Value[], of: number): PackedColumn {
  const at = values.findIndex((value) => value !== null);
  const [value, stem] = [values[at] ?? null, other[at] ?? null];
  if (typeof value !== 'string' || typeof stem !== 'string' || stem === '' || !value.endsWith(stem)) return null;
  const prefix = value.slice(0, value.length - stem.length);
  const fits = values.every((text, index) => {
    const tail = other[index] ?? null;
    if (text === null || tail === null) return text === tail;
    return typeof tail === 'string' && text === prefix + tail;
  });
  return fits ? { p: prefix, of } : null;
}

/** Numbers so small that their distances are exact too. */
function isNumbers(values: readonly Value[]): values is readonly (number | null)[] {
  return values.every((value) => value === null || (Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 52));
}

function distances(values: readonly (number | null)[]): (number | null)[] {
  let before = 0;
  return values.map((value) => {
    if (value === null) return null;
    const distance = value - before;
    before = value;
    return distance;
  });
}

/** A column as the page reads it. */
export interface Column {
  at(index: number): Value;
  /** Every value there is, for looking at each once; null where that would be nearly all of them. */
  readonly distinct: readonly Value[] | null;
}

/** @param columns those already unpacked; one that is like another comes behind it. */
export function unpackColumn(packed: PackedColumn, columns: readonly Column[]): Column {
  if (packed === null) return { at: () => null, distinct: [null] };
  if (isList(packed)) return { at: (index) => packed[index] ?? null, distinct: null };
  if ('k' in packed) return { at: () => packed.k, distinct: [packed.k] };
  if ('s' in packed) return { at: (index) => packed.s + index, distinct: null };
  if ('d' in packed) return { at: (index) => packed.d[packed.i[index] ?? -1] ?? null, distinct: packed.d };
  if ('x' in packed) return unpackDistances(packed.x);
  const other = columns[packed.of];
  return {
    at: (index) => {
      const stem = other?.at(index) ?? null;
      return stem === null ? null : packed.p + stem;
    },
    distinct: null,
  };
}

function unpackDistances(distances: readonly (number | null)[]): Column {
  let sum = 0;
  const values = distances.map((distance) => {
    if (distance === null) return null;
    sum += distance;
    return sum;
  });
  return { at: (index) => values[index] ?? null, distinct: null };
}

/** `Array.isArray` does not narrow lists that are read-only. */
function isList(packed: NonNullable<PackedColumn>): packed is readonly Value[] {
  return Array.isArray(packed);
}
