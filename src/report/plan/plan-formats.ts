/** The formats of a saved plan, found by how a file's name ends. A new one is a file beside this and a line here. */
import { UsageError } from '../../errors.js';
import { planHtml } from '../html/plan/plan-html.js';
import { planCsv } from './plan-csv.js';
import type { PlanFormat } from './plan-format.js';
import { planJsonl } from './plan-jsonl.js';

export const planFormats: readonly PlanFormat[] = [planCsv, planJsonl, planHtml];

/** `.csv, .jsonl or .html` */
export const planEndings = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(
  planFormats.map(({ extension }) => `.${extension}`),
);

/** @throws {UsageError} when the name ends like no format; to be called before any work is done. */
export function planFormatOf(file: string): PlanFormat {
  const found = planFormats.find(({ extension }) => file.toLowerCase().endsWith(`.${extension}`));
  if (found !== undefined) return found;
  throw new UsageError(`--output ${JSON.stringify(file)}: in which form the plan is to be written can't be told.`, {
    code: 'PLAN_FORMAT',
    fix: `Let the name of the file end in ${planEndings}.`,
  });
}
