import { normaliseColumnName } from './column-names.js';
import { findForbiddenCharacter } from './control-characters.js';

/** Why a key cannot be a column. */
export type KeyFault = 'empty' | 'characters' | 'too-many';

/** The columns of a JSONL manifest: one for each key, in order of first appearance. */
export class JsonColumns {
  /** The keys as they were first written. */
  readonly names: string[] = [];
  readonly #maxColumns: number;
  readonly #indexBySpelling = new Map<string, number>();
  readonly #indexByName = new Map<string, number>();

  constructor(maxColumns: number) {
    this.#maxColumns = maxColumns;
  }

  /**
   * The column's index for a key; keys that differ only in what does not matter in names share a column.
   *
   * @param guess the index where the key is probably found, because lines mostly have the same keys in the same order
   */
  resolve(key: string, guess: number): number | KeyFault {
    if (this.names[guess] === key) return guess;
    return this.#indexBySpelling.get(key) ?? this.#add(key);
  }

  #add(key: string): number | KeyFault {
    const name = normaliseColumnName(key);
    if (name === '') return 'empty';
    if (findForbiddenCharacter(key) !== null) return 'characters';
    // Spellings are bounded too: they are kept, and a hostile manifest could bring a new one on each line.
    if (this.#indexBySpelling.size >= this.#maxColumns) return 'too-many';
    const index = this.#indexByName.get(name) ?? this.names.push(key) - 1;
    this.#indexByName.set(name, index);
    this.#indexBySpelling.set(key, index);
    return index;
  }
}
