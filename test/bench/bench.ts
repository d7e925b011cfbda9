/** What every measure works with. */
import { join } from 'node:path';
import { runMeasured, scriptPath, type Used } from './child.js';
import { createWorkplace, type Workplace } from './workplace.js';

export interface Bench {
  readonly workplace: Workplace;
  readonly bin: string;
  /** Tells on stderr what is being measured. */
  tell(text: string): void;
  /** Runs the bin with these arguments, and without progress where it has any. */
  runBin(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Used>;
  /** Runs one of the scripts in `peers/`. */
  runPeer(name: string, args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Used>;
}

/** @param bin null for the one that the build makes. */
export function createBench(bin: string | null, tell: (text: string) => void): Bench {
  const workplace = createWorkplace();
  const binPath = bin ?? join(process.cwd(), 'dist', 'main.js');
  return {
    workplace,
    bin: binPath,
    tell,
    runBin: (args, environment) => runMeasured([binPath, ...args], workplace, environment),
    runPeer: (name, args, environment) => runMeasured([scriptPath(`peers/${name}`), ...args], workplace, environment),
  };
}
