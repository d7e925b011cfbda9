/** Reading of a manifest that ends when the process is told to, also while stdin keeps silent. */
import { InterruptedError } from '../errors.js';
import type { OpenManifest } from '../manifest/read-manifest.js';
import type { StopSwitch } from './stop-switch.js';

type Stop = Pick<StopSwitch, 'stopSignal' | 'signalExitCode' | 'stopMessage'>;

/** @throws {InterruptedError} here or while its rows are read. */
export async function openUntilStopped(opening: Promise<OpenManifest>, stop: Stop): Promise<OpenManifest> {
  const manifest = await orStopped(opening, stop);
  return { ...manifest, chunks: () => chunksUntilStopped(manifest.chunks(), stop) };
}

async function* chunksUntilStopped<T>(chunks: AsyncIterable<T>, stop: Stop): AsyncGenerator<T> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await orStopped(iterator.next(), stop);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: behind a silent stdin it would never come to its end.
    void iterator.return?.()?.catch(() => undefined);
  }
}

async function orStopped<T>(work: Promise<T>, { stopSignal, signalExitCode, stopMessage }: Stop): Promise<T> {
  const stopped = (): InterruptedError =>
    new InterruptedError(`${stopMessage()} The manifest was not read to its end; nothing was sent or kept.`, {
      exitCode: signalExitCode(),
    });
  if (stopSignal.aborted) {
    work.catch(() => undefined);
    throw stopped();
  }
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(stopped());
    stopSignal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stopSignal.removeEventListener('abort', onAbort);
  }
}
