import { ManifestError } from '../errors.js';

/** A place in a manifest: the source's name, then line and column (the cell's number), both 1-based. */
export interface Place {
  readonly name: string;
  readonly line?: number;
  readonly column?: number;
}

export interface Refusal {
  readonly message: string;
  readonly fix: string;
  readonly code: string;
  readonly cause?: unknown;
}

/** `tasks.csv:12, column 3`; stdin is called by its name. */
export function describePlace({ name, line, column }: Place): string {
  const source = name === '-' ? 'stdin' : name;
  const withLine = line === undefined ? source : `${source}:${line}`;
  return column === undefined ? withLine : `${withLine}, column ${column}`;
}

/** The error that refuses the whole manifest. */
export function refusal(place: Place, { message, fix, code, cause }: Refusal): ManifestError {
  const details = { where: describePlace(place), fix, code };
  return new ManifestError(message, cause === undefined ? details : { ...details, cause });
}

/** `column 3`, with its name where the header is known. */
export function describeColumn(column: number, header: readonly string[]): string {
  const name = header[column - 1];
  return name === undefined ? `column ${column}` : `column ${column} (${JSON.stringify(name)})`;
}

/** The error for a manifest without any record. */
export function refuseEmpty(name: string): ManifestError {
  const message = 'The manifest is empty.';
  const fix = 'Write a header line and one line for each operation, or one JSON object a line.';
  return refusal({ name }, { message, fix, code: 'EMPTY_MANIFEST' });
}
