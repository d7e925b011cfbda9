/** The small parts of a workbook (ECMA-376, SpreadsheetML): what it holds, and what its cells look like. */
import { columnLetters } from './cells.js';

export interface SheetEntry {
  readonly name: string;
  readonly path: string;
  /** Lines with a filter, header included, and columns; null without one. */
  readonly filter: { readonly lines: number; readonly columns: number } | null;
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** By their paths. @param sheets in the order of their tabs; their names are fit for XML. */
export function workbookParts(sheets: readonly SheetEntry[]): ReadonlyMap<string, string> {
  return new Map([
    ['[Content_Types].xml', contentTypes(sheets)],
    [
      '_rels/.rels',
      `${declaration}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    ['xl/workbook.xml', workbook(sheets)],
    ['xl/_rels/workbook.xml.rels', workbookRelationships(sheets)],
    ['xl/styles.xml', styles],
  ]);
}

function contentTypes(sheets: readonly SheetEntry[]): string {
  const parts = sheets.map(({ path }) => `<Override PartName="/${path}" ContentType="${types}.worksheet+xml"/>`);
  return `${declaration}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/>${parts.join('')}</Types>`;
}

function workbook(sheets: readonly SheetEntry[]): string {
  const entries = sheets.map(
    ({ name }, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  );
  const filters = sheets.map(({ name, filter }, index) =>
    filter === null
      ? ''
      : `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">'${name}'!$A$1:$${columnLetters(filter.columns - 1)}$${filter.lines}</definedName>`,
  );
  return `${declaration}<workbook xmlns="${main}" xmlns:r="${relationships}"><bookViews><workbookView activeTab="0"/></bookViews><sheets>${entries.join('')}</sheets><definedNames>${filters.join('')}</definedNames></workbook>`;
}

function workbookRelationships(sheets: readonly SheetEntry[]): string {
  const targets = sheets.map(
    ({ path }, index) =>
      `<Relationship Id="rId${index + 1}" Type="${relationships}/worksheet" Target="${path.slice('xl/'.length)}"/>`,
  );
  return `${declaration}<Relationships xmlns="${packages}/relationships">${targets.join('')}<Relationship Id="rId${sheets.length + 1}" Type="${relationships}/styles" Target="styles.xml"/></Relationships>`;
}

const face = '<name val="Calibri"/><family val="2"/>';

/** In the order of `cellStyles`. */
const styles = `${declaration}<styleSheet xmlns="${main}">
<fonts count="6"><font><sz val="11"/>${face}</font><font><b/><sz val="11"/>${face}</font><font><b/><sz val="14"/>${face}</font><font><sz val="11"/><color rgb="FF196A3B"/>${face}</font><font><sz val="11"/><color rgb="FFB0241C"/>${face}</font><font><sz val="11"/><color rgb="FF875000"/>${face}</font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFF0EFEB"/></patternFill></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>${[
  { font: 0, fill: 0 },
  { font: 1, fill: 2 },
  { font: 2, fill: 0 },
  { font: 3, fill: 0 },
  { font: 4, fill: 0 },
  { font: 5, fill: 0 },
]
  .map(
    ({ font, fill }) =>
      `<xf numFmtId="49" fontId="${font}" fillId="${fill}" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/>`,
  )
  .join('')}</cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>`;
