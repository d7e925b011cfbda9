import type { ManifestRow } from './manifest-row.js';

const ROWS_PER_BATCH = 128;
/** Bounds a batch of very wide rows: a row may have thousands of columns. */
const CELLS_PER_BATCH = 65_536;

/** Collects rows into arrays of a size that makes one asynchronous hop per array cheap, and keeps memory flat. */
export class RowBatches {
  #batches: ManifestRow[][] = [];
  #current: ManifestRow[] = [];
  #cells = 0;

  add(row: ManifestRow): void {
    this.#current.push(row);
    this.#cells += row.cells.length;
    if (this.#current.length >= ROWS_PER_BATCH || this.#cells >= CELLS_PER_BATCH) this.#close();
  }

  /** Everything that was collected since the last call; no array is empty. */
  take(): readonly (readonly ManifestRow[])[] {
    this.#close();
    const batches = this.#batches;
    this.#batches = [];
    return batches;
  }

  #close(): void {
    if (this.#current.length > 0) this.#batches.push(this.#current);
    this.#current = [];
    this.#cells = 0;
  }
}
