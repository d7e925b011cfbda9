import type { SandboxRow } from '../service.js';
import { readInteger } from './field-reader.js';
import { isRecord } from './json.js';
import { noOwners } from './owners.js';
import type { Owners } from './state.js';

/** Cells that may hold a target's title, the best first. */
const TITLE_COLUMNS = ['taskname', 'tasktitle', 'title', 'name', 'task', 'subject', 'runname', 'processname'];

/** Reads a row's values and cells; in column names case, spaces, `_` and `-` do not matter. */
export class RowValues {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #cells: ReadonlyMap<string, string>;

  constructor(row: SandboxRow) {
    this.#values = new Map(Object.entries(row.values).map(([name, value]) => [normalize(name), value]));
    this.#cells = new Map(Object.entries(row.cells).map(([name, cell]) => [normalize(name), cell]));
  }

  value(name: string): unknown {
    return this.#values.get(normalize(name)) ?? undefined;
  }

  /** A text or a number as text; undefined when absent or blank. */
  text(name: string): string | undefined {
    const value = this.value(name);
    const text = typeof value === 'number' ? String(value) : value;
    return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.value(name);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  /** The title that the row's cells, or else its values, give to the target. */
  title(): string | undefined {
    const column = TITLE_COLUMNS.find((name) => (this.#cells.get(name) ?? '').trim() !== '');
    return column === undefined ? (this.text('title') ?? this.text('name')) : this.#cells.get(column)?.trim();
  }

  owners(): Owners | undefined {
    const owners = this.value('owners');
    if (!isRecord(owners)) return undefined;
    const list = (bucket: string): readonly unknown[] => (Array.isArray(owners[bucket]) ? owners[bucket] : []);
    return {
      ...noOwners,
      users: list('users').flatMap((user) => readInteger(user) ?? []),
      guests: list('guests').filter((guest) => typeof guest === 'string'),
      groups: list('groups').filter((group) => typeof group === 'string'),
    };
  }

  /** The field values that the row wants to write, by field id. */
  fieldValues(): readonly (readonly [string, unknown])[] {
    for (const name of ['taskdata', 'fields', 'values', 'form_fields']) {
      const value = this.value(name);
      if (isRecord(value)) return Object.entries(value);
    }
    return [];
  }
}

function normalize(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}
