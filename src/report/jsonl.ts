import { jsonLines } from './json-lines.js';
import { reportFields } from './report-fields.js';
import type { ReportFormat } from './report-format.js';
import { writePieces } from './write-pieces.js';

/**
 * For programs: one object a line, the manifest's own columns under their names (text, or null where the row had none),
 * then the report's fields: numbers as numbers, nothing as null.
 */
export const jsonl: ReportFormat = {
  name: 'jsonl',
  extension: 'jsonl',
  write: (rows, { columns }, output) => writePieces(jsonLines(rows, columns, reportFields), output),
};
