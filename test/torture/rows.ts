import { stringify } from 'csv-stringify/sync';
import { findProvider } from '../../src/providers/registry.js';
import type { SandboxRow } from '../../src/sandbox/service.js';
import type { Dice } from './dice.js';
import { type Group, groups, mint, type RowKind } from './row-kinds.js';

/**
 * What a row finds at the service: a target to act on, one that is so already, none of that id, or one that an earlier
 * row made.
 */
export type Scene = 'there' | 'done' | 'missing' | 'made';

/** One row of a manifest, with what must be true of it in the end. */
export interface TortureRow {
  /** 1 = the first record. */
  readonly number: number;
  readonly provider: Group['provider'];
  readonly operation: string;
  readonly cells: Readonly<Record<string, string>>;
  /** The target's id, or {@link madeName}; null for things that are made. */
  readonly target: string | null;
  readonly scene: Scene;
  /** Keys of the effects that it has when it is done, see {@link effectKey}. */
  readonly effects: readonly string[];
  readonly told: boolean;
}

/**
 * What one effect is known by, at most one of each in a ledger.
 * @param target null where the text alone tells.
 */
export function effectKey(provider: string, kind: string, target: string | null, text: string | null): string {
  return [provider, kind, target ?? '*', ...(text === null ? [] : [text])].join(' ');
}

/** Stands for the id of the thing that was made with this title. */
export function madeName(title: string): string {
  return `made:${title}`;
}

/** At least `count` rows, mixed; rows on one target stay in their order. */
export function drawRows(dice: Dice, count: number): TortureRow[] {
  const rows: DrawnRow[][] = [];
  for (let total = 0, n = 1; total < count; n++) {
    const [first, ...rest] = groups;
    if (first === undefined) break;
    const group = dice.pick([first, ...rest]);
    const drawn = drawGroup(dice, group, n);
    rows.push(drawn);
    total += drawn.length;
  }
  return mingle(dice, rows).map((row, index) => ({ number: index + 1, ...row }));
}

type DrawnRow = Omit<TortureRow, 'number'>;

function drawGroup(dice: Dice, group: Group, n: number): DrawnRow[] {
  if (group.chained === true) return drawChain(group, n);
  const { provider, idColumn, kinds } = group;
  const target = idColumn === null ? null : mint(provider, n);
  const scene = drawScene(dice, group);
  const id: Record<string, string> = idColumn === null || target === null ? {} : { [idColumn]: target };
  return kinds.map((kind, index) => drawRow(provider, kind, textOf(n, index), { target, scene, cells: id }));
}

function drawScene(dice: Dice, { idColumn, kinds }: Group): Scene {
  const [only] = kinds;
  if (idColumn === null || kinds.length > 1 || only === undefined) return 'there';
  if (only.showsDone && dice.chance(0.05)) return 'done';
  return dice.chance(0.04) ? 'missing' : 'there';
}

/** The first row makes a thing; each other one takes its id and waits for the row before it. */
function drawChain({ provider, idColumn, kinds }: Group, n: number): DrawnRow[] {
  const made = madeName(textOf(n, 0));
  const keyOf = (index: number) => `key-${n}-${index}`;
  return kinds.map((kind, index) => {
    if (index === 0) {
      return drawRow(provider, kind, textOf(n, 0), { target: null, scene: 'there', cells: { key: keyOf(0) } });
    }
    const cells = {
      key: keyOf(index),
      after: keyOf(index - 1),
      [idColumn ?? 'task_id']: `\${row:${keyOf(0)}.id}`,
    };
    return drawRow(provider, kind, textOf(n, index), { target: made, scene: 'made', cells });
  });
}

function textOf(n: number, index: number): string {
  return `Torture ${n}.${index}`;
}

function drawRow(
  provider: Group['provider'],
  kind: RowKind,
  text: string,
  { target, scene, cells }: Pick<TortureRow, 'target' | 'scene' | 'cells'>,
): DrawnRow {
  return {
    provider,
    operation: kind.operation,
    cells: { ...cells, ...kind.cells(text) },
    target,
    scene,
    effects: kind.effects.map((effect) => effectKey(provider, effect.kind, target, effect.by === 'text' ? text : null)),
    told: kind.told,
  };
}

/** Deals the groups into one line, each group's rows in their order. */
function mingle<T>(dice: Dice, piles: readonly (readonly T[])[]): T[] {
  const owners = dice.shuffle(piles.flatMap((pile, index) => pile.map(() => index)));
  const next = piles.map(() => 0);
  return owners.flatMap((owner) => {
    const at = next[owner] ?? 0;
    next[owner] = at + 1;
    return piles[owner]?.slice(at, at + 1) ?? [];
  });
}

/** Columns of the manifest that any row fills in. */
function columnsOf(rows: readonly TortureRow[]): string[] {
  return ['provider', 'operation', ...new Set(rows.flatMap((row) => Object.keys(row.cells)))];
}

export function manifestOf(rows: readonly TortureRow[]): string {
  const columns = columnsOf(rows);
  const lines = rows.map(({ provider, operation, cells }) => {
    const all: Readonly<Record<string, string>> = { ...cells, provider, operation };
    return columns.map((column) => all[column] ?? '');
  });
  return stringify([columns, ...lines]);
}

/** What the sandbox must hold, so that each row meets its scene. */
export function sceneryOf(rows: readonly TortureRow[]): SandboxRow[] {
  return rows
    .filter(({ scene }) => scene === 'there' || scene === 'done')
    .map(({ provider, operation, cells: { key: _key, ...cells }, scene }) => {
      const entry = findProvider(provider)?.operations.find(({ name }) => name === operation);
      if (entry === undefined) throw new Error(`there is no ${provider}.${operation}`);
      const parsed = Object.entries(cells).map(([column, text]) => [
        column,
        /^[{[]/.test(text) ? JSON.parse(text) : text,
      ]);
      const values = JSON.parse(JSON.stringify(entry.schema.parse(Object.fromEntries(parsed))));
      return { provider, operation, values, cells: {}, done: scene === 'done' };
    });
}
