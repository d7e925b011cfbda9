/** Keeps spreadsheets from running cells: https://owasp.org/www-community/attacks/CSV_Injection (OWASP, CSV Injection). */

/** Blanks, invisible characters and controls, which spreadsheets drop before they look at a cell, then what starts a formula. */
const startsFormula = /^(?:[\t\r]|[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/u;

/** A sign, digits with at most one decimal point or comma, and an exponent: nothing that could be run. */
const plainNumber = /^[+-](?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?$/;

/** First characters of ordinary cells, which need no closer look: most of a report. */
const harmlessStart = /^[A-Za-z0-9_"'(/[{#]/;

/** The text with a leading apostrophe if a spreadsheet would take it for a formula; plain numbers such as -5 stay. */
export function disarmFormula(text: string): string {
  if (text === '' || harmlessStart.test(text) || !startsFormula.test(text) || plainNumber.test(text)) return text;
  return `'${text}`;
}

/** Takes the apostrophe of {@link disarmFormula} off again. One that the text had of its own in such a place goes too. */
export function restoreFormula(text: string): string {
  return text.startsWith("'") && disarmFormula(text.slice(1)) === text ? text.slice(1) : text;
}
