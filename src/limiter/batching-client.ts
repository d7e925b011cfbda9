/** Readers and writers of a service that takes several writes in one request. */
import PQueue from 'p-queue';
import type { BatchDialect } from '../providers/batch.js';
import type { Reader, Writer } from '../providers/http.js';
import { createBatchLine } from './batch-line.js';
import type { PacedParts } from './paced-client.js';

/** More rows are in work than requests may be in the air, so that writes find company: places in the air are kept here. */
export interface BatchingClient {
  reader(single: Reader): Reader;
  /**
   * @param single sends what can't travel with others.
   * @param beforeDeparture awaited for each write before its batch leaves; when it rejects, the batch stays.
   */
  writer(single: Writer, beforeDeparture: () => Promise<void>): Writer;
}

export function createBatchingClient(
  parts: Omit<PacedParts, 'beforeWrite'>,
  dialect: BatchDialect,
  concurrency: number,
): BatchingClient {
  const places = new PQueue({ concurrency });
  const line = createBatchLine({ ...parts, dialect, places });
  const reader = (single: Reader): Reader =>
    Object.freeze<Reader>({ read: (request) => places.add(() => single.read(request)) });
  return {
    reader,
    writer: (single, beforeDeparture) =>
      Object.freeze<Writer>({
        ...reader(single),
        write: (request) =>
          dialect.accepts(request) ? line.write(request, beforeDeparture) : places.add(() => single.write(request)),
      }),
  };
}
