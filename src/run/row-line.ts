/**
 * The rows of a service that are in work, and those whose turn is to come. p-queue holds a worker for each row that may be
 * in work at once, and each worker takes one row after the other: a job of p-queue for each row costs more than the row's
 * own share of all else.
 *
 * A row comes into work when the requests for which the ends of others have just made room are written: whatever is done
 * for it sooner, they wait for.
 */
import PQueue from 'p-queue';

export interface RowLine {
  /** Work begins in the order in which it was added, when its turn comes. It must not reject. */
  add(work: () => Promise<void>): void;
  /** So many may be in work at once from now on. */
  setWidth(width: number): void;
  /** Whether as many wait as may be in work. */
  readonly isFull: boolean;
  /** Resolves when few enough wait for more to be added: when half of the width is free again. */
  room(): Promise<void>;
  /** Resolves when nothing waits and nothing is in work. */
  idle(): Promise<void>;
}

export function createRowLine(width: number): RowLine {
  const workers = new PQueue({ concurrency: width });
  const waiting: Array<() => Promise<void>> = [];
  let tellRoom: (() => void) | null = null;
  /** Null while no worker waits for it. */
  let written: Promise<void> | null = null;

  /** undici writes to a connection that was used before in the check phase of the turn, behind what it may still read. */
  const afterWriting = (): Promise<void> => {
    written ??= new Promise((resolve) => {
      const end = () => {
        written = null;
        resolve();
      };
      // The first of these may come before some of undici's own, the second is behind them all.
      setImmediate(() => setImmediate(end));
    });
    return written;
  };
  const take = (): (() => Promise<void>) | undefined => {
    const next = waiting.shift();
    if (tellRoom !== null && waiting.length < Math.ceil(workers.concurrency / 2)) {
      tellRoom();
      tellRoom = null;
    }
    return next;
  };
  const workOn = async (): Promise<void> => {
    // There may be more workers than the width has become.
    while (workers.pending <= workers.concurrency) {
      const next = take();
      if (next === undefined) return;
      await next();
      if (waiting.length > 0) await afterWriting();
    }
  };
  const fillUp = (): void => {
    const free = workers.concurrency - workers.pending - workers.size;
    for (let count = Math.min(free, waiting.length); count > 0; count -= 1) void workers.add(workOn).then(fillUp);
  };
  return {
    add: (work) => {
      waiting.push(work);
      if (workers.pending + workers.size < workers.concurrency) fillUp();
    },
    setWidth: (wanted) => {
      if (workers.concurrency === wanted) return;
      workers.concurrency = wanted;
      fillUp();
    },
    get isFull() {
      return waiting.length >= workers.concurrency;
    },
    room: () =>
      new Promise((resolve) => {
        if (waiting.length < Math.ceil(workers.concurrency / 2)) resolve();
        else tellRoom = resolve;
      }),
    idle: async () => {
      while (waiting.length + workers.pending + workers.size > 0) {
        fillUp();
        await workers.onIdle();
      }
    },
  };
}
