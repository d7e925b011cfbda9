/** Files that were not made to be manifests, and are taken as they are: a service's export, and our own report. */
import { normaliseColumnName } from '../manifest/column-names.js';
import { type CatalogueEntry, exportMarks } from '../providers/provider.js';

/** Whether the columns are those of the export of the operation's service. */
export function isServiceExport({ serviceExport }: CatalogueEntry, headers: readonly string[]): boolean {
  if (serviceExport === null) return false;
  const marks = new Set(serviceExport.marks.map(normaliseColumnName));
  return headers.filter((header) => marks.has(normaliseColumnName(header))).length >= exportMarks;
}

/** The columns of the service's export, as normalised names; empty for any other file. */
export function exportColumns(entry: CatalogueEntry, headers: readonly string[]): ReadonlySet<string> {
  const { serviceExport } = entry;
  if (serviceExport === null || !isServiceExport(entry, headers)) return new Set();
  return new Set([...serviceExport.marks, ...serviceExport.others].map(normaliseColumnName));
}

/** Whether the file is a report of ours, where a cell may have an apostrophe that keeps it from being run as a formula. */
export function isReport(headers: readonly string[]): boolean {
  return headers.includes('_row') && headers.includes('_state');
}
