/** What the command line gets from the process: handed in by `main.ts`, so that commands can be run in tests. */
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../clock.js';
import type { Environment } from '../providers/provider.js';
import type { StopSwitch } from './stop-switch.js';

export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

export interface CliContext extends Terminal, StopSwitch {
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly cwd: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** taskbatch's own version. */
  readonly version: string;
  /** Folder of the package: ready jobs are in its `jobs/`. */
  readonly packageDir: string;
  /** Where the process tells what it is told from outside; whoever draws on stderr takes it over meanwhile. */
  readonly notices: { write: (text: string) => void };
}
