/** Readers and writers of a service that takes several writes in one request. */
import PQueue from 'p-queue';
import type { BatchDialect } from '../providers/batch.js';
import type { HttpOutcome, Reader, WriteRequest, Writer } from '../providers/http.js';
import { createBatchLine } from './batch-line.js';
import { type Meter, mayHaveArrived, type PacedParts } from './paced-client.js';

/** More rows are in work than requests may be in the air, so that writes find company: places in the air are kept here. */
export interface BatchingClient {
  reader(single: Reader): Reader;
  /**
   * @param single sends what can't travel with others.
   * @param beforeWrite awaited for each write before its batch leaves; when it rejects, this write is not sent.
   */
  writer(single: Writer, meter: Meter, beforeWrite: () => Promise<void>): Writer;
}

export function createBatchingClient(parts: PacedParts, dialect: BatchDialect, concurrency: number): BatchingClient {
  const places = new PQueue({ concurrency });
  const line = createBatchLine({ ...parts, dialect, places });
  const reader = (single: Reader): Reader =>
    Object.freeze<Reader>({ read: (request) => places.add(() => single.read(request)) });
  const writeInBatch = async (
    request: WriteRequest,
    meter: Meter,
    beforeWrite: () => Promise<void>,
  ): Promise<HttpOutcome> => {
    const outcome = await line.write(request, async () => {
      await beforeWrite();
      meter.requests += 1;
    });
    if (mayHaveArrived(outcome)) meter.writes += 1;
    return outcome;
  };
  return {
    reader,
    writer: (single, meter, beforeWrite) =>
      Object.freeze<Writer>({
        ...reader(single),
        write: (request) =>
          dialect.accepts(request)
            ? writeInBatch(request, meter, beforeWrite)
            : places.add(() => single.write(request)),
      }),
  };
}
