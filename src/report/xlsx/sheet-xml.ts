/** The frame of a worksheet's XML. */
import { columnLetters } from './cells.js';

const namespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

export interface SheetColumn {
  /** In characters. */
  readonly width: number;
  /** Place in the list of cell formats, for cells that have nothing yet. */
  readonly style: number;
}

/** @param frozen whether the first row stays in view. */
export function sheetStart(columns: readonly SheetColumn[], frozen: boolean): string {
  const pane = frozen
    ? '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
    : '<sheetView tabSelected="1" workbookViewId="0" showGridLines="0"/>';
  const cols = columns.map(
    ({ width, style }, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${width.toFixed(1)}" style="${style}" customWidth="1"/>`,
  );
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="${namespace}"><sheetViews>${pane}</sheetViews><sheetFormatPr defaultRowHeight="15"/>${cols.length === 0 ? '' : `<cols>${cols.join('')}</cols>`}<sheetData>`;
}

/** @param filtered whether the header offers filters. */
export function sheetEnd(columns: number, rows: number, filtered: boolean): string {
  const range = `A1:${columnLetters(columns - 1)}${Math.max(1, rows)}`;
  const filter = filtered ? `<autoFilter ref="${range}"/>` : '';
  // Ids of digits are texts on purpose: no warning in each cell.
  return `</sheetData>${filter}<ignoredErrors><ignoredError sqref="${range}" numberStoredAsText="1"/></ignoredErrors></worksheet>`;
}
