import { formatCount } from '../format-numbers.js';

/** The beginning of a text that is too long, never half a character, with a notice of how long the whole is. */
export function cutText(text: string, limit: number): string {
  const end = (text.charCodeAt(limit - 1) & 0xfc00) === 0xd800 ? limit - 1 : limit;
  return `${text.slice(0, end)}… [cut here: ${formatCount(text.length)} characters in all]`;
}
