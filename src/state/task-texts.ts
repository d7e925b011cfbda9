import type { RunDatabase } from './run-database.js';
import { wholeView } from './stored-views.js';
import { textColumn } from './values.js';

/** Different texts that the targets which planning read have in a field of the view, as conditions name it. */
export function textsOfTasks(database: RunDatabase, field: string): string[] {
  const views = `SELECT ${wholeView} AS view FROM reading`;
  const own = (name: string) => `SELECT view ->> '$.${name}' AS text FROM (${views})`;
  const each = (name: string) => `SELECT value AS text FROM (${views}), json_each(view, '$.${name}')`;
  const lists = `${own('list')} UNION ${each('otherLists')}`;
  const query = field === 'list' || field === 'lists' ? lists : field === 'tags' ? each('tags') : own(field);
  return database
    .prepare(`SELECT DISTINCT text FROM (${query}) WHERE text IS NOT NULL ORDER BY text`)
    .all()
    .flatMap((row) => textColumn(row, 'text') ?? []);
}
