/** What checking a manifest takes, and what it tells of each row. */
import type { JsonObject } from '../json.js';
import type { CatalogueEntry, Provider } from '../providers/provider.js';
import type { RowLinks } from '../state/row-links.js';
import type { RunSettings } from '../state/run-record.js';
import type { Problem } from './problem.js';

export interface CheckedRow {
  readonly number: number;
  readonly line: number;
  readonly cells: readonly (string | null | undefined)[];
  /** Null when the row names no operation that there is. */
  readonly entry: CatalogueEntry | null;
  /** Null when the row is refused, and when it takes ids that are not known yet. */
  readonly args: JsonObject | null;
  /** Equal for rows on the same thing; null when the row makes one, or is refused. */
  readonly target: string | null;
  readonly state: 'pending' | 'invalid' | 'skipped';
  /** Why it is not pending. */
  readonly reason: string | null;
  readonly problems: readonly Problem[];
  /** Its key and the rows that it waits for; null when it has neither. */
  readonly links: RowLinks | null;
  /** After this time its target may not have been changed, in ms; null where the row does not say. */
  readonly unchangedSinceMs: number | null;
  /** What it makes a thing a part of, as the row names it; null for most. */
  readonly joins: string | null;
}

export interface CheckOptions {
  readonly manifestName: string;
  readonly settings: RunSettings;
  readonly providers: readonly Provider[];
  /** Where conditions stand, for messages. */
  readonly places: {
    readonly when: string;
    readonly where: string;
    /** Where the job names service and operation, with that line and a caret; left out where it does not. */
    readonly named?: Readonly<
      Partial<Record<'provider' | 'operation', { readonly where: string; readonly shown: string }>>
    >;
  };
  /** A folder for large intermediate files. */
  readonly scratch: string;
}
