/** HTML that can't be broken by what it is made of: every value is escaped unless it is markup itself. */

import { deflateRawSync } from 'node:zlib';
import { terminalSafeJson } from '../../json.js';

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | null | readonly Part[];

/** A template of markup; texts and numbers in it are escaped, null is nothing, lists are put one behind the other. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((string, index) => string + partText(parts[index] ?? null)).join(''));
}

function partText(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return part.map(partText).join('');
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What HTML has no characters for, and would drive a terminal that shows the file. */
const controls = /(?![\t\n\r])\p{Cc}/gu;

/** Carriage returns would not come back from HTML as they went in. */
function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => escapes[character] ?? character)
    .replace(controls, (control) => `⟨U+${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`)
    .replaceAll('\r', '&#13;');
}

/** A block of data, which no content of it can end: `<` does not occur within. */
export function jsonBlock(id: string, json: string): Markup {
  return markup`<script type="application/json" id="${id}">${new Markup(terminalSafeJson(json).replaceAll('<', '\\u003c'))}</script>\n`;
}

/** One for much data: deflated JSON, in base64. What rows have in common makes it a fifth as long. */
export function packedBlock(json: string): Markup {
  return markup`<script type="text/plain">${deflateRawSync(json).toString('base64')}</script>\n`;
}
