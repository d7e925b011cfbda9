/** `${row:KEY.id}` in a cell: the id of the thing that another row makes. `$${row:` is the text `${row:` itself. Pure. */

/** What a cell with a reference holds; a cell without it needs no second look. */
export const referenceMark = '${row:';

/** A key as manifests may write it. */
export const keyPattern = /^[A-Za-z0-9._-]+$/;
export const longestKey = 100;

export interface Reference {
  readonly key: string;
  /** As it is written. */
  readonly text: string;
}

export type TextPart = string | Reference;

export type SplitText =
  | { readonly ok: true; readonly parts: readonly TextPart[] }
  | { readonly ok: false; readonly value: string; readonly reason: string };

const pattern = /\$?\$\{row:([^{}]*)(\}?)/g;

/** Takes a cell's text apart. The first reference that can't be read is told. */
export function splitReferences(text: string): SplitText {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    const [written, content = '', close] = match;
    parts.push(text.slice(at, match.index));
    at = match.index + written.length;
    if (written.startsWith('$$')) {
      parts.push(written.slice(1));
      continue;
    }
    if (close === '')
      return { ok: false, value: written, reason: `begins with ${referenceMark} and has no } behind it` };
    const dot = content.lastIndexOf('.');
    const key = content.slice(0, dot === -1 ? undefined : dot);
    const field = dot === -1 ? null : content.slice(dot + 1);
    if (field !== 'id') return { ok: false, value: written, reason: unknownField(key, field) };
    if (!isKey(key))
      return { ok: false, value: written, reason: `names the row ${JSON.stringify(key)}, which is no key` };
    parts.push({ key, text: written });
  }
  parts.push(text.slice(at));
  return { ok: true, parts: parts.filter((part) => part !== '') };
}

export function isKey(text: string): boolean {
  return text.length <= longestKey && keyPattern.test(text);
}

function unknownField(key: string, field: string | null): string {
  const asked = field === null ? 'says nothing of' : `asks for ${JSON.stringify(field)} of`;
  return `${asked} the row ${JSON.stringify(key)}; only id is known`;
}

/** The references among the parts, in order. */
export function referencesIn(parts: readonly TextPart[]): Reference[] {
  return parts.filter((part) => typeof part !== 'string');
}

/** Whether the text is one reference and nothing else. */
export function isWholeReference(parts: readonly TextPart[]): boolean {
  return referencesIn(parts).length === 1 && parts.every((part) => typeof part !== 'string' || part.trim() === '');
}

/** The text with each reference replaced. */
export function joinParts(parts: readonly TextPart[], replace: (reference: Reference) => string): string {
  return parts.map((part) => (typeof part === 'string' ? part : replace(part))).join('');
}
