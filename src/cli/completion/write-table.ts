/** Run by the build, after the compiler: writes the {@link CompletionTable} beside itself. */
import { writeFile } from 'node:fs/promises';
import { providers } from '../../providers/registry.js';
import { rowStates } from '../../state/status.js';
import { type CommandFacts, readCommandFacts } from '../command-facts.js';
import { commands } from '../commands.js';
import { type CompletionTable, tableFile } from './table.js';

const facts: CommandFacts[] = [];
for (const entry of commands) facts.push(await readCommandFacts(entry));
const table: CompletionTable = {
  commands: facts,
  providers: providers.map(({ name, title, operations }) => ({
    name,
    title,
    operations: operations.map((operation) => ({ name: operation.name, summary: operation.summary })),
  })),
  rowStates,
};
await writeFile(tableFile, `${JSON.stringify(table)}\n`);
