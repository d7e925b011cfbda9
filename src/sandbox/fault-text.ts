import type { Fault, FaultMatch, FaultRule, FaultStage, GarbageForm } from './faults.js';
import type { RetryHint } from './service.js';

const serviceNames = ['tallyfy', 'clickup', 'bitrix24'];
const methods = ['get', 'post', 'put', 'patch', 'delete', 'head'];
const hints: readonly RetryHint[] = ['service', 'seconds', 'date', 'none', 'html'];
const garbageForms: readonly GarbageForm[] = ['truncated', 'html', 'huge', 'endless', 'not-utf8', 'echo-token'];
const defaultThrottleSeconds = 5;

/**
 * Reads fault rules from one line, as given to a flag.
 *
 * ```
 * faults   = rule { "," rule }
 * rule     = { filter ":" } fault { modifier }
 * filter   = "any" | "tallyfy" | "clickup" | "bitrix24" | "get" | "post" | "put" | "patch" | "delete" | "head"
 *          | "read" | "write"
 *          | "/" text              part of the path, the slash included
 *          | "=" id                a path segment, query value or value of the body
 * fault    = "throttle" [ "-" hint ] [ "=" seconds ]       hint: service (default), seconds, date, none, html; 5 s
 *          | status [ "-" body ] [ stage ]                 status: 400 to 599; body: service (default), html, empty
 *          | "reset" [ stage ] | "hang" [ stage ]
 *          | "slow=" ms | "late=" ms                       late: reset at once, done that much later
 *          | "redirect=" location
 *          | "garbage-" form [ stage ]                     form: truncated, html, huge, endless, not-utf8, echo-token
 * stage    = "-before" (default; no effect) | "-after" (effect took place, answer lost or changed)
 * modifier = "*" times             how often; default once, *0 without end
 *          | "+" skip              matching requests that pass first
 *          | "@" probability       above 0, at most 1; without "*" then without end
 * ```
 *
 * `clickup:delete:500-after*3` answers 500 to three deletes that took place; `any:reset-before@0.1` resets one
 * connection in ten; `write:=9hx:hang-after+1` never answers the second write on task 9hx.
 *
 * @throws RangeError that names the rule and what would be valid.
 */
export function parseFaults(text: string): FaultRule[] {
  return text
    .split(',')
    .map((rule) => rule.trim())
    .filter((rule, index, all) => rule !== '' || all.length > index + 1)
    .map(parseRule);
}

/** The fault in the words of the text form, e.g. `throttle-date`, `500-html-after`. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'throttle':
      return `throttle-${fault.hint}`;
    case 'status':
      return `${fault.status}${fault.body === undefined || fault.body === 'service' ? '' : `-${fault.body}`}-${fault.when}`;
    case 'reset':
    case 'hang':
      return `${fault.kind}-${fault.when}`;
    case 'garbage':
      return `garbage-${fault.form}-${fault.when}`;
    default:
      return fault.kind;
  }
}

function parseRule(text: string): FaultRule {
  let rest = text;
  let match: FaultMatch = {};
  let filter = /^([^:,]*):/.exec(rest);
  // A location holds colons of its own.
  while (filter?.[1] !== undefined && !rest.startsWith('redirect=')) {
    match = addFilter(match, filter[1], text);
    rest = rest.slice(filter[0].length);
    filter = /^([^:,]*):/.exec(rest);
  }
  const parts = /^(.*?)((?:[*+@]\d[\d.]*)*)$/.exec(rest);
  const modifiers = readModifiers(parts?.[2] ?? '', text);
  return { ...(Object.keys(match).length > 0 && { match }), ...modifiers, fault: parseFault(parts?.[1] ?? '', text) };
}

function addFilter(match: FaultMatch, filter: string, rule: string): FaultMatch {
  if (filter === 'any') return match;
  if (serviceNames.includes(filter)) return { ...match, service: filter };
  if (methods.includes(filter)) return { ...match, method: filter.toUpperCase() };
  if (filter === 'read' || filter === 'write') return { ...match, write: filter === 'write' };
  if (filter.startsWith('/')) return { ...match, pathIncludes: filter };
  if (filter.startsWith('=') && filter.length > 1) return { ...match, target: filter.slice(1) };
  return refuse(
    rule,
    `"${filter}" is no filter`,
    `any, ${serviceNames.join(', ')}, ${methods.join(', ')}, read, write, /part-of-path or =id`,
  );
}

function readModifiers(text: string, rule: string): Pick<FaultRule, 'times' | 'skip' | 'probability'> {
  let modifiers: Pick<FaultRule, 'times' | 'skip' | 'probability'> = {};
  for (const [, sign, digits] of text.matchAll(/([*+@])([\d.]+)/g)) {
    const value = Number(digits);
    if (sign === '@') {
      if (!(value > 0 && value <= 1))
        return refuse(rule, `"@${digits}" is no probability`, '@0.1, above 0 and at most 1');
      modifiers = { ...modifiers, probability: value };
    } else {
      if (!Number.isInteger(value)) return refuse(rule, `"${sign}${digits}" is no whole number`, '*3 or +2');
      modifiers = { ...modifiers, ...(sign === '*' ? { times: value } : { skip: value }) };
    }
  }
  return modifiers;
}

function parseFault(text: string, rule: string): Fault {
  const [, head = '', value] = /^([^=]*)(?:=(.*))?$/.exec(text) ?? [];
  if (head === 'slow' || head === 'late') {
    return { kind: head, ms: readAmount(value, rule, `${head}=2000, in ms`) };
  }
  if (head === 'redirect') {
    return value
      ? { kind: 'redirect', location: value }
      : refuse(rule, 'the location is missing', 'redirect=https://…');
  }
  const throttle = /^throttle(?:-(.+))?$/.exec(head);
  if (throttle !== null) {
    const hint = hints.find((known) => known === (throttle[1] ?? 'service'));
    if (hint === undefined) return refuse(rule, `"${throttle[1]}" is no hint`, hints.join(', '));
    const seconds = value === undefined ? defaultThrottleSeconds : readAmount(value, rule, 'throttle=30, in seconds');
    return { kind: 'throttle', hint, seconds };
  }
  const fault = value === undefined ? parseStagedFault(head, rule) : null;
  return (
    fault ??
    refuse(
      rule,
      `"${text}" is no fault`,
      '500, throttle, reset, hang, slow=ms, late=ms, redirect=location or garbage-form',
    )
  );
}

function parseStagedFault(head: string, rule: string): Fault | null {
  const [, name = '', stage] = /^(.*?)(?:-(before|after))?$/.exec(head) ?? [];
  const when: FaultStage = stage === 'after' ? 'after' : 'before';
  if (name === 'reset' || name === 'hang') return { kind: name, when };
  const garbage = /^garbage-(.+)$/.exec(name);
  if (garbage !== null) {
    const form = garbageForms.find((known) => known === garbage[1]);
    return form === undefined
      ? refuse(rule, `"${garbage[1]}" is no form of garbage`, garbageForms.join(', '))
      : { kind: 'garbage', form, when };
  }
  const status = /^([45]\d\d)(?:-(service|html|empty))?$/.exec(name);
  if (status === null) return null;
  const body = (['html', 'empty'] as const).find((known) => known === status[2]);
  return { kind: 'status', status: Number(status[1]), when, ...(body !== undefined && { body }) };
}

function readAmount(text: string | undefined, rule: string, example: string): number {
  const amount = Number(text);
  if (text === undefined || text === '' || !Number.isFinite(amount) || amount < 0) {
    return refuse(rule, text === undefined ? 'the amount is missing' : `"${text}" is no amount`, example);
  }
  return amount;
}

function refuse(rule: string, what: string, valid: string): never {
  throw new RangeError(`Fault rule "${rule}": ${what}. Valid: ${valid}.`);
}
