import { csvText } from '../../manifest/csv-text.js';
import { recordsOf } from '../csv.js';
import { csvForm } from '../csv-form.js';
import { writePieces } from '../write-pieces.js';
import { planFields } from './plan-fields.js';
import type { PlanFormat } from './plan-format.js';

/** For people and spreadsheets; as `report.csv`, so it can be a manifest too. */
export const planCsv: PlanFormat = {
  extension: 'csv',
  write: (rows, { columns }, output) => {
    const { header, record } = csvForm(columns, planFields);
    return writePieces(csvText(header, recordsOf(rows, record)), output);
  },
};
