/**
 * How a service takes several writes in one request. Operations know nothing of it: they send single writes, and those
 * that wait for the same pace travel together.
 */
import type { HttpOutcome, WriteRequest } from './http.js';

/** What became of one write of a batch. `alone`: certainly nothing, for the batch was refused as a whole; send it by itself. */
export type BatchShare = HttpOutcome | { readonly kind: 'alone' };

export interface BatchDialect {
  /** The most writes in one request. */
  readonly size: number;
  /** Whether a write may be part of a batch. */
  accepts(request: WriteRequest): boolean;
  /** Writes on different things, at most {@link size}, as one. Their order need not be kept by the service. */
  join(requests: readonly WriteRequest[]): WriteRequest;
  /**
   * What became of each, in their order and in the form that it would have by itself, with
   * {@link HttpAnswer.carrierStatus} set. A write that the answer does not tell of is a loss that may have been applied.
   */
  split(outcome: HttpOutcome, requests: readonly WriteRequest[]): readonly BatchShare[];
}
