/** Markdown that can't be broken by what it is made of. */
import { visibleText } from '../ui/visible-text.js';

/**
 * A text from a manifest or a service within a code span, also in a cell of a table: nothing in it is markup, a link, or
 * a mention that would call somebody. Cut behind `mostCharacters`. Nothing for an empty text.
 */
export function codeSpan(text: string, mostCharacters = Number.POSITIVE_INFINITY): string {
  const visible = visibleText(text).trim();
  if (visible === '') return '';
  const shown =
    visible.length > mostCharacters ? `${visible.slice(0, mostCharacters).replace(/[\uD800-\uDBFF]$/, '')}…` : visible;
  // A backslash in front of a bar would take the bar's own away.
  if (shown.includes('\\|'))
    return `<code>${shown.replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</code>`;
  const runs = [...shown.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(Math.max(0, ...runs) + 1);
  // A backtick at the edge needs a blank between it and the fence, which readers take away again.
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  // A bar ends a cell even within code, unless it is escaped.
  return `${fence}${pad}${shown.replaceAll('|', '\\|')}${pad}${fence}`;
}

/** Texts of our own need no escapes, but a table's cell is one line and ends at a bar. */
export function tableText(header: readonly string[], rows: Iterable<readonly string[]>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return `${line(header)}${line(header.map(() => '---'))}${[...rows].map(line).join('')}`;
}
