/** The formats of a saved plan, found by how a file's name ends. A new one is a file beside this and a line here. */
import { UsageError } from '../../errors.js';
import type { PlanFormat } from './plan-format.js';

/** A format as it is known before it is used: the help names it, and few commands need more. */
export interface PlanFormatEntry extends Pick<PlanFormat, 'extension'> {
  load(): Promise<PlanFormat>;
}

export const planFormats: readonly PlanFormatEntry[] = [
  { extension: 'csv', load: async () => (await import('./plan-csv.js')).planCsv },
  { extension: 'jsonl', load: async () => (await import('./plan-jsonl.js')).planJsonl },
  { extension: 'html', load: async () => (await import('../html/plan/plan-html.js')).planHtml },
];

/** `.csv, .jsonl or .html` */
export const planEndings = planFormats
  .map(({ extension }) => `.${extension}`)
  .join(', ')
  .replace(/, ([^,]*)$/, ' or $1');

/** @throws {UsageError} when the name ends like no format; to be called before any work is done. */
export function planFormatOf(file: string): PlanFormatEntry {
  const found = planFormats.find(({ extension }) => file.toLowerCase().endsWith(`.${extension}`));
  if (found !== undefined) return found;
  throw new UsageError(`--output ${JSON.stringify(file)}: in which form the plan is to be written can't be told.`, {
    code: 'PLAN_FORMAT',
    fix: `Let the name of the file end in ${planEndings}.`,
  });
}
