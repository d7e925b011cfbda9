import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../exit-codes.js';
import { assertSelected } from '../manifest/row-selection.js';
import { checkRows } from '../plan/load-rows.js';
import { emptyManifest, problemFile, refusedRows } from '../plan/make-plan.js';
import { createProblemList } from '../plan/problem.js';
import { unreadText } from '../ui/plan-text.js';
import { openGiven, readIntent } from './begin-run.js';
import type { Command } from './command.js';
import type { CliContext } from './context.js';
import { addManifestFlags, addOutputFlags } from './flags.js';
import { printJson } from './print.js';
import { createWorkbench, type WorkbenchFlags } from './workbench.js';

export const validate: Command = {
  register: (yargs, start) =>
    yargs.command(
      'validate <manifest>',
      'Check every row of a manifest, without any network: shapes, values, duplicates, contradictions.',
      (y) =>
        addOutputFlags(addManifestFlags(y))
          .positional('manifest', {
            type: 'string',
            demandOption: true,
            describe: 'CSV or JSONL file, also gzipped; - for stdin',
          })
          .example('$0 validate samples/clickup-test-tasks.csv --job clickup-delete-test-tasks', 'check a sample')
          .example('$0 validate tasks.csv --provider tallyfy --operation complete', 'without a job file'),
      (flags) => start((context) => runValidate(flags, context)),
    ),
};

type Flags = Parameters<typeof readIntent>[0] & WorkbenchFlags;

async function runValidate(flags: Flags, context: CliContext): Promise<number> {
  const intent = readIntent(flags, context);
  const bench = createWorkbench(context, flags);
  const scratch = mkdtempSync(join(tmpdir(), 'taskbatch-'));
  const id = `validate-${new Date(context.clock.now()).toISOString().replaceAll(/[-:.]/g, '')}`;
  const problems = createProblemList(flags.manifest, problemFile(bench.runtime.stateDir, id));
  try {
    const manifest = await openGiven(flags.manifest, context, bench.progress);
    const result = await checkRows(manifest, { ...intent.check, scratch }, problems);
    await problems.close();
    bench.progress.stop();
    if (result.rows === 0) throw emptyManifest(flags.manifest);
    assertSelected(intent.check.settings.rows, result.rows);
    if (flags.json) {
      const { sha256 } = manifest.fingerprint();
      printJson(context, {
        manifest: { name: flags.manifest, sha256 },
        ...result,
        problems: problems.count,
        first: problems.first,
        file: problems.file,
      });
      return result.invalid > 0 ? exitCodes.refused : exitCodes.ok;
    }
    if (result.invalid > 0) throw refusedRows(flags.manifest, result, problems, false);
    const skipped =
      result.skipped === 0 ? '' : `, ${result.skipped.toLocaleString('en')} of them skipped by a condition`;
    context.stdout.write(
      `${result.rows === 1 ? '1 row is' : `${result.rows.toLocaleString('en')} rows are`} valid${skipped}.\n`,
    );
    const unread = unreadText(result.unread);
    if (unread !== null) context.stdout.write(`Of the columns, ${unread}.\n`);
    return exitCodes.ok;
  } finally {
    bench.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}
