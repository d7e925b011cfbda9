/** Puts the ids that other rows brought into a row that was planned without them. Pure. */
import { type Failure, localFailure } from '../failure.js';
import type { JsonObject } from '../json.js';
import { toJson } from '../json.js';
import { fillCells, type SplitCell, splitTemplate } from '../manifest/reference-cells.js';
import { isWholeReference, type Reference } from '../manifest/reference-text.js';
import { columnFacts } from '../providers/columns.js';
import type { CatalogueEntry } from '../providers/provider.js';
import { targetKey } from '../providers/target.js';
import type { Dependency } from '../state/row-links.js';
import { refusal } from './dependency.js';

export type Filled =
  | { readonly kind: 'filled'; readonly args: JsonObject; readonly target: string | null }
  /** It can't be asked for with these ids; nothing was sent. */
  | { readonly kind: 'blocked' | 'failed'; readonly failure: Failure };

/** What services give as ids. Anything else could change the meaning of the text that it is put into. */
const soundId = /^[\w.:-]{1,200}$/;

/** @param dependencies the rows that it waited for, as they ended. */
export function fillReferences(
  template: JsonObject,
  entry: CatalogueEntry,
  dependencies: readonly Dependency[],
): Filled {
  const cells = splitTemplate(template);
  const byKey = new Map(dependencies.map((dependency) => [dependency.key, dependency]));
  let failure: Failure | null = null;
  const values = fillCells(cells, (reference, cell) => {
    const found = idFor(reference, cell, entry, byKey.get(reference.key));
    if (typeof found === 'string') return found;
    failure ??= found;
    return '';
  });
  if (failure !== null) return { kind: 'blocked', failure };
  const parsed = entry.schema.safeParse(values);
  if (!parsed.success) {
    const told = parsed.error.issues.map(({ path, message }) => {
      const column = String(path[0] ?? 'row');
      const value = values[column];
      return `${column} ${value === undefined ? '' : `${JSON.stringify(value).slice(0, 120)} `}${message}`;
    });
    return {
      kind: 'failed',
      failure: localFailure(
        'VALIDATION',
        'INVALID_PARAMETER',
        `With the ids of the rows that it waited for, ${told.join('; ')}.`,
        'See that the column takes ids of that kind and service.',
      ),
    };
  }
  const args = toJson(parsed.data);
  const ref = entry.target(args);
  return { kind: 'filled', args, target: ref === null ? null : targetKey(entry.provider, ref) };
}

function idFor(
  reference: Reference,
  { column, inner, parts }: SplitCell,
  entry: CatalogueEntry,
  dependency: Dependency | undefined,
): string | Failure {
  const ids = dependency?.createdId?.split(';') ?? [];
  if (dependency === undefined || ids.length === 0) {
    if (dependency === undefined) throw new RangeError(`no row is known for ${reference.text}`);
    return refusal(dependency, `brought no id for ${reference.text}.`);
  }
  if (!ids.every((id) => soundId.test(id))) {
    return refusal(dependency, `brought an id that is none: ${JSON.stringify(ids.join(';').slice(0, 80))}.`);
  }
  const schema = entry.schema.shape[column];
  const takesSeveral =
    inner === null && isWholeReference(parts) && schema !== undefined && columnFacts(schema)?.kind === 'list';
  if (ids.length > 1 && !takesSeveral) {
    return refusal(dependency, `made ${ids.length} things (${ids.join(', ')}), and ${column} takes one.`);
  }
  return ids.join(';');
}
