/** Rows by the batch: to two places in one pass over the state, which costs as much as writing them. */
import type { ReportRow } from '../state/report-reads.js';

export type RowBatch = readonly ReportRow[];

/** Large enough to make a batch's overhead vanish, small enough to keep memory flat. */
const rowsPerBatch = 500;

export function* rowBatches<T>(rows: Iterable<T>): Generator<readonly T[], void, undefined> {
  let batch: T[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < rowsPerBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Hands values from one side to another, one at a time: neither gets ahead of the other. */
export interface Handover<T> extends AsyncIterable<T> {
  /** Resolves once the other side asks for more; at once when it takes nothing any more. Never rejects. */
  give(value: T): Promise<void>;
  /** The other side takes nothing more, or never began to. */
  leave(): void;
  /** Nothing more comes; with an error, the other side meets it. */
  end(error?: unknown): void;
}

export function createHandover<T>(): Handover<T> {
  let waiting: { readonly value: T; readonly taken: () => void } | null = null;
  let ended: { readonly error: unknown } | null = null;
  let left = false;
  let wake = (): void => undefined;
  async function* take(): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        if (waiting !== null) {
          const { value, taken } = waiting;
          yield value;
          waiting = null;
          taken();
        } else if (ended === null) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        } else if (ended.error === undefined) return;
        else throw ended.error;
      }
    } finally {
      leave();
    }
  }
  const leave = (): void => {
    left = true;
    waiting?.taken();
  };
  return {
    leave,
    give: (value) =>
      new Promise((resolve) => {
        if (left) return resolve();
        waiting = { value, taken: resolve };
        wake();
      }),
    end: (error) => {
      ended = { error };
      wake();
    },
    [Symbol.asyncIterator]: take,
  };
}
