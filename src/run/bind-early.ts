/**
 * A row's operation as planning can have it. A row that names its target, and takes the id of what another row makes for
 * something else, is bound twice: with a stand-in for the id, and without all that rests on the id. Of the first only what
 * the stand-in has no part in is used: no service is asked about a stand-in, and nobody is told of one.
 */
import { succeed } from '../failure.js';
import type { JsonObject } from '../json.js';
import { toJson } from '../json.js';
import { type CellValues, fillCells, type SplitCell, splitTemplate } from '../manifest/reference-cells.js';
import { referencesIn } from '../manifest/reference-text.js';
import type { BoundOperation, Prediction } from '../providers/operation.js';
import type { CatalogueEntry, Connection } from '../providers/provider.js';
import type { TargetRef } from '../providers/target.js';
import type { WorkRow } from '../state/row-reads.js';
import { standInValues } from './stand-in.js';

export type EarlyOperation = Pick<
  BoundOperation,
  'target' | 'findNamed' | 'refusesWhole' | 'prepare' | 'predict' | 'leaves' | 'joins' | 'reachesParts' | 'setsBelow'
>;

export interface EarlyRow {
  readonly operation: EarlyOperation;
  /** With stand-ins, where the row takes ids: not to be sent. */
  readonly args: JsonObject;
}

/** Null where the target is not known before the ids are, and where the row that takes them makes something. */
export function bindEarly(row: WorkRow, entry: CatalogueEntry, connection: Pick<Connection, 'bind'>): EarlyRow | null {
  if (row.template === null) return { operation: connection.bind(row.operation, row.args), args: row.args };
  const cells = namingCells(row);
  const args = cells === null ? null : parse(entry, standInValues(entry, cells));
  if (cells === null || args === null) return null;
  const known = parse(entry, knownValues(cells));
  const bind = (values: JsonObject) => connection.bind(row.operation, values);
  return { operation: asFarAsKnown(bind(args), known === null ? null : bind(known)), args };
}

/** What the row acts on, also before the ids are there that it takes for something else. */
export function earlyTarget(row: WorkRow, entry: CatalogueEntry): TargetRef | null {
  if (row.template === null) return entry.target(row.args);
  const cells = namingCells(row);
  const args = cells === null ? null : parse(entry, standInValues(entry, cells));
  return args === null ? null : entry.target(args);
}

function namingCells({ template, namesTarget }: WorkRow): SplitCell[] | null {
  return template === null || !namesTarget ? null : splitTemplate(template);
}

function parse(entry: CatalogueEntry, values: CellValues): JsonObject | null {
  const parsed = entry.schema.safeParse(values);
  return parsed.success ? toJson(parsed.data) : null;
}

/** Without what rests on an id. */
function knownValues(cells: readonly SplitCell[]): CellValues {
  return fillCells(
    cells.filter(({ parts }) => referencesIn(parts).length === 0),
    () => '',
  );
}

const untold: Prediction = { kind: 'will-do', changes: [] };

/** @param full with stand-ins. @param known without what rests on ids; null where the row can't be without that. */
function asFarAsKnown(full: BoundOperation, known: BoundOperation | null): EarlyOperation {
  return {
    target: full.target,
    findNamed: async (reader, target, above) =>
      known === null ? succeed(null) : known.findNamed(reader, target, above),
    refusesWhole: known?.refusesWhole ?? null,
    prepare: async (reader, target) => (known === null ? succeed({}) : known.prepare(reader, target)),
    predict: (target, prepared) => {
      const told = known?.predict(target, prepared) ?? untold;
      switch (told.kind) {
        case 'will-do':
          return told;
        case 'nothing-to-do':
          return untold;
        case 'will-fail':
          // What comes with the id may be all that is lacking.
          return full.predict(target, prepared).kind === 'will-fail' ? told : untold;
      }
    },
    leaves: (target, prepared) => {
      if (known !== null) return known.leaves(target, prepared);
      // A text with a stand-in in it would be shown.
      return { ...full.leaves(target, prepared), title: target.title, tags: target.tags, partOf: target.partOf };
    },
    // What a stand-in changes is changed by the id as well, as far as anybody knows.
    reachesParts: (target) => full.reachesParts(target),
    setsBelow: (target) => known?.setsBelow(target) ?? null,
    joins: (prepared) => known?.joins(prepared) ?? null,
  };
}
