/** How long a write that may have been taken can still take effect, or be hidden from what is read. */
import type { Failure } from '../failure.js';

/**
 * A request whose answer did not come may wait so long, in the service or on the way to it, before it is done. No service
 * states a figure; their gateways give up after some seconds to a minute, and most of what was lost was lost at once.
 */
const atWorkMs = 15_000;
/** What was done may be missing for so long from what is read: lists may come from a copy that trails (Tallyfy's own MCP server). */
const lagMs = 3_000;
/** Statuses by which something in between says that the service itself did not answer. */
const gatewayStatuses: ReadonlySet<number | null> = new Set([408, 502, 504]);

/**
 * From when on a reading that does not show a write proves that it was not done. Times are of one monotonic clock.
 * @param failure how the write failed, where it may have had an effect.
 * @param leftAtMs when the last request of the attempt left. @param nowMs when its failure was known.
 */
export function provableFromMs(
  failure: Pick<Failure, 'phase' | 'httpStatus'>,
  leftAtMs: number,
  nowMs: number,
): number {
  // Its own answer to a request is the last that a service does for it.
  const isOver = failure.phase === 'answered' && !gatewayStatuses.has(failure.httpStatus);
  return Math.max(nowMs + lagMs, isOver ? 0 : leftAtMs + atWorkMs);
}

/** The same for a write that an earlier process sent last, before `beganAtMs`. */
export function provableAfterCrashMs(beganAtMs: number): number {
  return beganAtMs + atWorkMs;
}
