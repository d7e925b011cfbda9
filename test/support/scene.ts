/** Where a test of the whole tool takes place: a folder to work in, a sandbox, and somebody else in its services. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createWorkplace, type Finished, runBin, type Workplace } from './bin.js';
import { type CliResult, runHere } from './cli.js';
import { createOtherHand, type OtherHand } from './other-hand.js';
import { type ServedSandbox, type ServeOptions, serveSandbox } from './served-sandbox.js';

export interface Scene {
  readonly workplace: Workplace;
  readonly sandbox: ServedSandbox;
  readonly other: Pick<OtherHand, 'change'>;
  /** A command line in a process of its own. */
  readonly bin: (...args: string[]) => Promise<Finished>;
  /** A command line in the test's process. */
  readonly here: (...args: string[]) => Promise<CliResult>;
  /** Another sandbox in place of the one at hand. */
  readonly serveAnew: (options: ServeOptions) => Promise<void>;
}

/**
 * Sets the scene for each test of the file, or of the block that this is called in, and clears it away; what it returns
 * stands for that of the test which runs. A hook that fills it is given behind the call.
 * @param each `'file'`: one scene for all tests.
 */
export function useScene(options: ServeOptions = {}, each: 'test' | 'file' = 'test'): Scene {
  let place: Workplace | null = null;
  let served: ServedSandbox | null = null;
  let hand: OtherHand | null = null;
  const leave = async (): Promise<void> => {
    await hand?.close();
    hand = null;
    await served?.close();
    served = null;
  };
  const set = async (): Promise<void> => {
    place = createWorkplace();
    served = await serveSandbox(options);
  };
  const clear = async (): Promise<void> => {
    await leave();
    place?.remove();
    place = null;
  };
  if (each === 'file') {
    beforeAll(set);
    afterAll(clear);
  } else {
    beforeEach(set);
    afterEach(clear);
  }
  const workplace = placeNow(() => place ?? nothingSet());
  const sandbox = sandboxNow(() => served ?? nothingSet());
  return {
    workplace,
    sandbox,
    other: {
      change: (...args) => {
        hand ??= createOtherHand(sandbox.environment);
        return hand.change(...args);
      },
    },
    bin: (...args) => runBin(args, { workplace, environment: sandbox.environment }),
    here: (...args) => runHere(args, { workplace, environment: sandbox.environment }),
    serveAnew: async (other) => {
      await leave();
      served = await serveSandbox(other);
    },
  };
}

function nothingSet(): never {
  throw new Error('There is no scene outside of a test.');
}

function placeNow(now: () => Workplace): Workplace {
  return {
    get dir() {
      return now().dir;
    },
    get environment() {
      return now().environment;
    },
    runFolder: (id) => now().runFolder(id),
    read: (...path) => now().read(...path),
    remove: () => now().remove(),
  };
}

function sandboxNow(now: () => ServedSandbox): ServedSandbox {
  return {
    get origin() {
      return now().origin;
    },
    get environment() {
      return now().environment;
    },
    get nodeFlags() {
      return now().nodeFlags;
    },
    fill: (rows) => now().fill(rows),
    faults: (text) => now().faults(text),
    ledger: () => now().ledger(),
    effects: () => now().effects(),
    close: () => now().close(),
  };
}
