/** What a condition compares the live task's times with. Services' times are texts, and texts sort as times only in one form. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { fieldOf, partsOf } from './asked-fields.js';

/** A text in a condition, and where it stands there. */
interface Text {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface TimeMistake {
  /** Offset in the expression. */
  readonly at: number;
  readonly message: string;
  readonly fix: string;
}

export type TimeTexts =
  | { readonly ok: true; readonly expression: string }
  | { readonly ok: false; readonly mistake: TimeMistake };

const orders: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);
const writeTimes = 'Write times as in "2026-09-01", or "2026-09-01T08:00:00Z".';

/**
 * The same condition with each text that a time is compared with in the form in which services' times come here, as in
 * `2026-09-01T00:00:00.000Z`; what has no offset is UTC.
 * @param times names of the task's fields that are times.
 */
export function wholeTimes(expression: string, condition: ASTNode, times: ReadonlySet<string>): TimeTexts {
  const found: { readonly text: Text; readonly whole: string }[] = [];
  let mistake: TimeMistake | null = null;
  const refuse = (text: Text, message: string, fix: string): void => {
    mistake ??= { at: text.start, message, fix };
  };
  const isTime = (node: ASTNode): boolean => times.has(fieldOf(node) ?? '');
  const compare = (field: string, node: ASTNode, isOrder: boolean): void => {
    for (const text of textsOf(node)) {
      // Whether there is a time at all.
      if (text.text === '') continue;
      const whole = wholeTime(text.text);
      if (whole === null) {
        refuse(text, `${field} is compared with ${JSON.stringify(text.text)}, which is no time.`, writeTimes);
      } else if (!isOrder && !text.text.includes('T')) {
        const day = whole.slice(0, 10);
        const fix = `For all of a day: ${field} >= ${JSON.stringify(day)} && ${field} < ${JSON.stringify(nextDay(day))}`;
        refuse(text, `${field} is a time of the day, which never equals ${JSON.stringify(text.text)}.`, fix);
      } else {
        found.push({ text, whole });
      }
    }
  };
  const visit = (node: ASTNode): void => {
    if (orders.has(node.op) || node.op === '==' || node.op === '!=') {
      const [one, other] = partsOf(node.args);
      if (one !== undefined && other !== undefined) {
        if (isTime(one)) compare(`task.${fieldOf(one)}`, other, orders.has(node.op));
        if (isTime(other)) compare(`task.${fieldOf(other)}`, one, orders.has(node.op));
      }
    }
    if (node.op === 'rcall' && node.args[0] === 'startsWith' && isTime(node.args[1])) {
      for (const text of node.args[2].flatMap(textsOf)) {
        if (beginsTime.test(text.text)) continue;
        const field = `task.${fieldOf(node.args[1])}`;
        refuse(text, `${field} never begins with ${JSON.stringify(text.text)}.`, writeTimes);
      }
    }
    for (const part of partsOf(node.args)) visit(part);
  };
  visit(condition);
  if (mistake !== null) return { ok: false, mistake };
  let whole = expression;
  for (const { text, whole: time } of found.toSorted((one, other) => other.text.start - one.text.start)) {
    whole = `${whole.slice(0, text.start)}"${time}"${whole.slice(text.end)}`;
  }
  return { ok: true, expression: whole };
}

/** The texts that an operand may come to. */
function textsOf(node: ASTNode): Text[] {
  if (node.op === 'value') {
    const { start, end } = node.range;
    return typeof node.args === 'string' ? [{ text: node.args, start, end }] : [];
  }
  if (node.op === '?:') return [node.args[1], node.args[2]].flatMap(textsOf);
  return node.op === '+' ? node.args.flatMap(textsOf) : [];
}

const timeText =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Null for what is no time. */
function wholeTime(text: string): string | null {
  const [match, year = '', month = '01', day = '01', minute = '00:00', second = '00', ms = '0', offset = 'Z'] =
    timeText.exec(text) ?? [];
  if (match === undefined) return null;
  const date = `${year}-${month}-${day}`;
  // A 31st that the month does not have would be the 1st of the next.
  const midnight = new Date(`${date}T00:00:00.000Z`);
  const time = new Date(`${date}T${minute}:${second}.${ms.padEnd(3, '0')}${offset}`);
  if (Number.isNaN(midnight.getTime()) || Number.isNaN(time.getTime())) return null;
  return midnight.toISOString().startsWith(date) ? time.toISOString() : null;
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

const beginsTime =
  /^(?:\d{0,4}|\d{4}-(?:0?|1|0[1-9]|1[0-2])|\d{4}-(?:0[1-9]|1[0-2])-(?:[0-3]?|0[1-9]|[12]\d|3[01])|\d{4}-\d{2}-\d{2}T[\d:.]*Z?)$/;
