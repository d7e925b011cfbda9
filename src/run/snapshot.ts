/** Whether a target is kept whole before it is changed, and how large it may be. */
import { type Failure, localFailure } from '../failure.js';
import type { JsonValue } from '../json.js';
import type { CatalogueEntry } from '../providers/provider.js';

/**
 * Most bytes of one target as JSON, before it is compressed. A task with all its fields has about 11,000; one above this
 * would fill the disk with a few thousand like it.
 */
export const snapshotMaxBytes = 2 * 2 ** 20;

export type Snapshot =
  /** `raw` is null where none is wanted. */
  | { readonly kind: 'keep'; readonly raw: JsonValue | null }
  /** It is wanted and can't be kept, so the row must not run. */
  | { readonly kind: 'refused'; readonly failure: Failure };

/** @param wanted as the job says; null = for operations that can't be taken back by the service's own means. */
export function snapshotOf(raw: JsonValue, entry: Pick<CatalogueEntry, 'risk'>, wanted: boolean | null): Snapshot {
  if (!(wanted ?? entry.risk !== 'reversible')) return { kind: 'keep', raw: null };
  const bytes = Buffer.byteLength(JSON.stringify(raw));
  return bytes <= snapshotMaxBytes ? { kind: 'keep', raw } : { kind: 'refused', failure: tooLarge(bytes) };
}

function tooLarge(bytes: number): Failure {
  const mebibytes = (size: number) => (size / 2 ** 20).toFixed(1);
  return localFailure(
    'GUARD',
    'SNAPSHOT_TOO_LARGE',
    `The target is too large to be kept as it is before the change: ${mebibytes(bytes)} MiB, and at most ${mebibytes(snapshotMaxBytes)} MiB are kept.`,
    "Do it by hand, or run this row with a job that says `snapshot: false`; what is not kept can't be put back.",
  );
}
