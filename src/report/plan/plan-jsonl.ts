import { jsonLines } from '../json-lines.js';
import { writePieces } from '../write-pieces.js';
import { planFields } from './plan-fields.js';
import type { PlanFormat } from './plan-format.js';

/** For programs: lists as lists, what is to change as `[{ field, value }, …]`. */
export const planJsonl: PlanFormat = {
  extension: 'jsonl',
  write: (rows, { columns }, output) => writePieces(jsonLines(rows, columns, planFields), output),
};
