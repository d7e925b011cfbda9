import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder, and an environment in which nothing of the machine's owner is read or written. */
export interface Workplace {
  readonly dir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Removes the runs, so that the next one begins as the first did. */
  clear(): void;
  remove(): void;
}

export function createWorkplace(): Workplace {
  const dir = mkdtempSync(join(tmpdir(), 'taskbatch-bench-'));
  const home = join(dir, 'home');
  return {
    dir,
    environment: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      XDG_STATE_HOME: join(home, 'state'),
      TMPDIR: dir,
      LANG: 'C.UTF-8',
    },
    clear: () => {
      for (const name of ['.taskbatch', 'home']) rmSync(join(dir, name), { recursive: true, force: true });
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
