/** Finding a task that a lost answer may have left behind. */
import { type Result, succeed } from '../../failure.js';
import { field, textField } from '../../json.js';
import type { Reader } from '../http.js';
import type { TargetView } from '../target.js';
import { readTaskPages, wholeList } from './task-pages.js';
import { normaliseTitle } from './task-ref.js';

/** How far the clocks here and there may differ. */
export const skewMs = 5 * 60_000;

/** The line by which a task is known to be a row's. */
export function markLine(mark: string): string {
  return `[${mark}]`;
}

export function withMark(text: string | undefined, mark: string): string {
  return text === undefined ? markLine(mark) : `${text}\n\n${markLine(mark)}`;
}

export interface Search {
  readonly listId: string;
  readonly title: string;
  /** Null for a task without one. */
  readonly mark: string | null;
  /** Who made a task without a mark; null = anybody. */
  readonly creatorId?: string | null;
  readonly sinceMs: number;
}

/**
 * Tasks of the list that were made since the attempt, the difference of the clocks allowed for: those with the mark, or
 * without one those of the same name and creator.
 */
export async function findMade(
  reader: Reader,
  { listId, title, mark, creatorId = null, sinceMs }: Search,
): Promise<Result<TargetView[]>> {
  const found: TargetView[] = [];
  for (const archived of [false, true]) {
    const { path, query } = wholeList(listId, archived);
    const bound = String(Math.max(0, Math.floor(sinceMs - skewMs)));
    for await (const page of readTaskPages(reader, { path, query: [...query, ['date_created_gt', bound]] })) {
      if (!page.ok) return page;
      for (const { view, raw } of page.value) {
        const text = textField(raw, 'description') ?? textField(raw, 'text_content') ?? '';
        const isOurs = mark === null ? isSame(view, raw, { title, creatorId }) : text.includes(markLine(mark));
        if (isOurs) found.push(view);
      }
    }
    if (found.length > 0) break;
  }
  return succeed(found);
}

function isSame(view: TargetView, raw: unknown, { title, creatorId }: { title: string; creatorId: string | null }) {
  const creator = textField(field(raw, 'creator'), 'id');
  const isTheirs = creatorId !== null && creator !== null && creator !== creatorId;
  return normaliseTitle(view.title) === normaliseTitle(title) && !isTheirs;
}
