import type { JsonValue } from '../service.js';
import { formatDate } from './dates.js';
import type { Tag, Thread } from './state.js';

export function presentThread(thread: Thread): { [key: string]: JsonValue } {
  return {
    id: thread.id,
    label: thread.label,
    state: thread.state,
    content: thread.content,
    resolve_id: thread.resolveId,
    user_id: thread.userId,
    created_at: formatDate(thread.createdAtMs),
  };
}

export function presentTag(tag: Tag): { [key: string]: JsonValue } {
  return { id: tag.id, title: tag.title, color: tag.color, created_at: formatDate(tag.createdAtMs) };
}
