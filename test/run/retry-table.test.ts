/** The retry and settlement table: every operation, every failure, every phase. */
import { expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/providers/provider.js';
import { decide } from '../../src/run/retry-policy.js';
import { renderTable } from '../../src/ui/table.js';
import { catalogue } from '../contract/samples.js';
import { failureCases } from './failure-cases.js';

const tries = 3;

/** What happens after the first try, after the last one, and after one that follows a try of which nobody knows. */
function cellsOf({ provider, repeat }: CatalogueEntry): string[] {
  return failureCases.map(({ failure }) => {
    const told = failure(provider);
    const first = decide({ repeat, failure: told, doubtBefore: false, attempt: 1, tries });
    const last = decide({ repeat, failure: told, doubtBefore: false, attempt: tries, tries });
    const doubted = decide({ repeat, failure: told, doubtBefore: true, attempt: 2, tries });
    return [first, last, doubted].join(' / ');
  });
}

it('decides for every operation, failure and phase as this table says', () => {
  const groups = new Map<string, { readonly cells: readonly string[]; readonly names: string[] }>();
  for (const entry of catalogue) {
    const cells = cellsOf(entry);
    const key = cells.join();
    const group = groups.get(key) ?? { cells, names: [] };
    groups.set(key, group);
    group.names.push(`${entry.provider}.${entry.name}`);
  }
  const all = [...groups.values()];
  const columns = ['phase', 'failure', 'effect', ...all.map((_, index) => String.fromCharCode(65 + index))];
  const lines = failureCases.map(({ name, phase, failure }, row) => {
    const effects = new Set(catalogue.map(({ provider }) => failure(provider).effect));
    return [phase, name, [...effects].join(' or '), ...all.map(({ cells }) => cells[row] ?? '')];
  });
  const table = renderTable(
    columns.map((title) => ({ title, align: 'left' })),
    lines,
  );
  const legend = all.map(({ names }, index) => `${String.fromCharCode(65 + index)}: ${names.join(', ')}`);
  const head = 'first try / last try / after a try of which nobody knows';
  expect(`\n${[head, '', ...table, '', ...legend].join('\n')}\n`).toMatchSnapshot();
});
