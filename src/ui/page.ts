/** Puts texts together from labelled lines, tables and paragraphs. */
import { plainText } from './plain-text.js';
import { createPaint, type Paint, type TextStyle, type Tone, textWidthOf } from './text-style.js';
import { padToWidth, wrapText } from './text-width.js';
import { visibleText } from './visible-text.js';

const labelWidth = 11;

export interface Page {
  readonly paint: Paint;
  readonly width: number;
  /** Joins parts of a line: a middle dot, or a hyphen. */
  readonly dot: string;
  /** Lines as they are, already shown for the screen. */
  lines(lines: readonly string[]): void;
  /** A blank line, unless there is one or nothing yet. */
  gap(): void;
  /** A paragraph, wrapped; `indent` is in columns, and `head` stands in its place on the first line. */
  paragraph(text: string, options?: { readonly tone?: Tone; readonly indent?: number; readonly head?: string }): void;
  /** A label and what belongs to it, wrapped beside it. */
  labelled(label: string, text: string): void;
  /** The one command to type next; always the last thing. */
  next(commands: readonly string[]): void;
  /** All of it, with one line end at the end. */
  text(): string;
}

export function createPage(style: TextStyle): Page {
  const paint = createPaint(style.colour);
  const width = textWidthOf(style);
  const all: string[] = [];
  const shown = (text: string): string => visibleText(style.unicode ? text : plainText(text));
  const gap = (): void => {
    if (all.length > 0 && all.at(-1) !== '') all.push('');
  };
  return {
    paint,
    width,
    dot: style.unicode ? ' · ' : ' - ',
    gap,
    lines: (lines) => all.push(...lines),
    paragraph: (text, { tone, indent = 0, head } = {}) => {
      wrapText(shown(text), width - indent).forEach((line, index) => {
        const margin = index === 0 && head !== undefined ? head : ' '.repeat(indent);
        all.push(margin + (tone === undefined ? line : paint(tone, line)));
      });
    },
    labelled: (label, text) => {
      wrapText(shown(text), width - labelWidth).forEach((line, index) => {
        all.push(paint('dim', padToWidth(index === 0 ? label : '', labelWidth)) + line);
      });
    },
    next: (commands) => {
      if (commands.length === 0) return;
      gap();
      for (const [index, command] of commands.entries()) {
        all.push(`${index === 0 ? 'Next: ' : '      '}${paint('bold', shown(command))}`);
      }
    },
    text: () => `${all.map((line) => line.trimEnd()).join('\n')}\n`,
  };
}
