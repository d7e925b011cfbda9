/**
 * What completion knows: every command with its flags, every service with its operations. It is written when the package
 * is built, because loading the commands to ask them takes longer than a person waits for a Tab.
 */
import type { CommandFacts } from '../command-facts.js';

export interface CompletionTable {
  readonly commands: readonly CommandFacts[];
  readonly providers: ReadonlyArray<{
    readonly name: string;
    readonly title: string;
    readonly operations: ReadonlyArray<{ readonly name: string; readonly summary: string }>;
  }>;
  readonly rowStates: readonly string[];
}

export const tableFile = new URL('./table.json', import.meta.url);
