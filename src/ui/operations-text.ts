/** The catalogue as people read it: all operations in a list, or one in full. */
import { referenceMark } from '../manifest/reference-text.js';
import type { CatalogueEntry, Provider } from '../providers/provider.js';
import { createPage, type Page } from './page.js';
import type { TextStyle } from './text-style.js';
import { padToWidth } from './text-width.js';

/** A column as it is told. */
export interface ColumnText {
  readonly name: string;
  readonly kind: string;
  readonly required: boolean;
  readonly about: string;
  /** How long or how large a value may be: `at most 250 characters`; null where nothing bounds it. */
  readonly bounds: string | null;
  readonly aliases: readonly string[];
  readonly example: string;
}

const riskWidth = 14;
const labelWidth = 14;

/** @param providers those whose limits are told below, where they have an operation in the list. */
export function renderCatalogue(
  entries: readonly CatalogueEntry[],
  providers: readonly Provider[],
  style: TextStyle,
): string {
  const page = createPage(style);
  const width = Math.max(...entries.map((entry) => nameOf(entry).length)) + 2;
  for (const entry of entries) {
    const risk = padToWidth(entry.risk, riskWidth);
    const shown = entry.risk === 'irreversible' ? page.paint('bad', risk) : risk;
    page.paragraph(entry.summary, { indent: width + riskWidth, head: `${padToWidth(nameOf(entry), width)}${shown}` });
  }
  for (const provider of providers.filter(({ name }) => entries.some((entry) => entry.provider === name))) {
    addLimits(page, provider);
  }
  const [first] = entries;
  page.gap();
  if (first !== undefined) page.lines([`One of them in full: taskbatch operations ${nameOf(first)}`]);
  return page.text();
}

/** What bounds the pace of a service, and where that is known from. */
function addLimits(page: Page, { title, profile }: Provider): void {
  const { requestsPerMinute, mostPerMinute, concurrency, source, notes } = profile;
  page.gap();
  page.paragraph(
    `${title}: ${requestsPerMinute} requests a minute unless a job or --rate says otherwise, at most ${mostPerMinute}; ${concurrency} at once.`,
  );
  for (const note of [`${source}.`, ...notes]) page.paragraph(note, { indent: 4, head: '  - ' });
}

export function renderOperation(entry: CatalogueEntry, columns: readonly ColumnText[], style: TextStyle): string {
  const page = createPage(style);
  const labelled = (label: string, text: string) =>
    page.paragraph(text, { indent: labelWidth, head: padToWidth(label, labelWidth) });
  page.paragraph(`${nameOf(entry)}: ${entry.summary}`, { tone: 'bold' });
  page.gap();
  labelled('Risk', entry.risk);
  if (entry.makes !== null) {
    labelled('Makes', `${entry.makes}; a row below takes its id with ${referenceMark}KEY.id}, KEY being the row's key`);
  }
  labelled('Taken back by', takenBackBy(entry));
  labelled('Requests', costOf(entry));
  labelled(
    'Repeatable',
    entry.repeat === 'safe'
      ? 'yes: sending it twice changes nothing more'
      : 'only after a look shows that it did not happen',
  );
  labelled('After doubt', entry.settledBy);
  if (entry.sideEffects.length > 0) page.lines(['Beside it']);
  for (const effect of entry.sideEffects) page.paragraph(effect, { indent: 4, head: '  - ' });
  page.gap();
  page.paragraph('Columns', { tone: 'bold' });
  for (const column of columns) addColumn(page, column);
  page.gap();
  page.lines([`Begin a manifest: taskbatch operations ${nameOf(entry)} --template`]);
  return page.text();
}

function addColumn(page: Page, { name, kind, required, about, bounds, aliases, example }: ColumnText): void {
  const facts = [kind, required ? 'required' : 'optional', ...(bounds === null ? [] : [bounds])].join(', ');
  page.paragraph(`${name} (${facts})`, { indent: 2 });
  page.paragraph(`${about} Example: ${example}`, { indent: 6 });
  if (aliases.length > 0) page.paragraph(`Also taken: ${aliases.join(', ')}`, { indent: 6 });
}

function nameOf({ provider, name }: CatalogueEntry): string {
  return `${provider}.${name}`;
}

function takenBackBy({ undo, risk }: CatalogueEntry): string {
  // What rests on how the task was may fall short for some tasks.
  const restsOnTask = undo.needs !== 'nothing';
  if (undo.reach === 'whole') {
    return `taskbatch undo, whole${restsOnTask ? ', as a rule; the plan tells what each row would lose' : ''}`;
  }
  if (undo.reach === 'part') {
    const rule = restsOnTask ? '; the plan tells it of each row' : '';
    return `taskbatch undo, in part; lost: ${undo.lost.join(', ')}${rule}`;
  }
  return `${risk === 'reversible' ? 'hand, in the service' : 'nothing'}. ${undo.lost.join(' ')}`;
}

function costOf({ requestsPerRow, requestsVary, rowsPerRequest, costlyColumns }: CatalogueEntry): string {
  const more = requestsVary ? ' or more' : '';
  const writes = rowsPerRequest === 1 ? `${requestsPerRow} a row${more}` : `1 for up to ${rowsPerRequest} rows`;
  const own = costlyColumns.map((column) => `, 1 more for each row with ${column}`).join('');
  return `${writes}${own}, beside what planning takes to read targets`;
}
