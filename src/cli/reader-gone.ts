import { systemCodeOf } from '../errors.js';

/** `ERR_STREAM_DESTROYED` and the like come for what is written after the first of the others. */
const codes: ReadonlySet<string | null> = new Set([
  'EPIPE',
  'EIO',
  'ECONNRESET',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_WRITE_AFTER_END',
]);

/** Whether an error of an output says no more than that nobody reads it any longer: `| head`, a closed terminal. */
export function isReaderGone(error: unknown): boolean {
  return codes.has(systemCodeOf(error));
}
