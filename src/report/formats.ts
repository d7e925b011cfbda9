/** The formats of a report. A new one is a file beside this and a line here. */
import { csv } from './csv.js';
import { html } from './html/html.js';
import { jsonl } from './jsonl.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import type { ReportFormat } from './report-format.js';
import { xlsx } from './xlsx/xlsx.js';

export const reportFormats: readonly ReportFormat[] = [csv, jsonl, html, junit, markdown, xlsx];

/** The format called `name`, or null. */
export function findReportFormat(name: string): ReportFormat | null {
  return reportFormats.find((format) => format.name === name) ?? null;
}
