import type { RetryHint, SandboxRequest } from './service.js';

/** Before = the service never sees the request; after = the effect took place and the answer is lost or changed. */
export type FaultStage = 'before' | 'after';

export type GarbageForm = 'truncated' | 'html' | 'huge' | 'endless' | 'not-utf8' | 'echo-token';

/**
 * What goes wrong.
 * - `throttle`: the service's 429, telling a wait of `seconds` in the form of `hint`.
 * - `status`: an error answer; `body` is the service's own shape (default), an HTML page or nothing.
 * - `reset`: the connection is reset without an answer.
 * - `slow`: the answer is `ms` late. `hang`: it never comes, and the connection stays open.
 * - `late`: the connection is reset at once, and the service does what was asked `ms` later.
 * - `redirect`: 307 to `location`; the service never sees the request.
 * - `garbage`: an answer that lies. `truncated` breaks off in the middle of its announced length; `html` is a web page
 *   with status 200; `huge` is 64 MiB of valid JSON; `endless` trickles and never ends; `not-utf8` is JSON with bytes
 *   that are no UTF-8; `echo-token` is a 400 whose text and headers repeat the caller's credential.
 */
export type Fault =
  | { readonly kind: 'throttle'; readonly hint: RetryHint; readonly seconds: number }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly when: FaultStage;
      readonly body?: 'service' | 'html' | 'empty' | undefined;
    }
  | { readonly kind: 'reset'; readonly when: FaultStage }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'hang'; readonly when: FaultStage }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'garbage'; readonly form: GarbageForm; readonly when: FaultStage };

/** All given parts must match. */
export interface FaultMatch {
  readonly service?: string | undefined;
  /** In any case. */
  readonly method?: string | undefined;
  /** Part of the path with query, as received. */
  readonly pathIncludes?: string | undefined;
  readonly write?: boolean | undefined;
  /** An id: a whole path segment, query value or top-level value of the body. */
  readonly target?: string | undefined;
}

export interface FaultRule {
  /** Absent = every request to a service. */
  readonly match?: FaultMatch | undefined;
  /** Matching requests that pass before the rule begins; default 0. */
  readonly skip?: number | undefined;
  /** How often it strikes; 0 = without end. Default 1, with `probability` 0. */
  readonly times?: number | undefined;
  /** Chance of each strike, above 0 and at most 1; default 1. */
  readonly probability?: number | undefined;
  readonly fault: Fault;
}

export function stageOf(fault: Fault): FaultStage {
  switch (fault.kind) {
    case 'throttle':
    case 'redirect':
    case 'late':
      return 'before';
    case 'slow':
      return 'after';
    default:
      return fault.when;
  }
}

interface ArmedRule {
  readonly rule: FaultRule;
  toSkip: number;
  /** Strikes left. */
  left: number;
}

/** The rules in force and how far each has got. */
export class FaultBook {
  readonly #random: () => number;
  #before: ArmedRule[] = [];
  #after: ArmedRule[] = [];

  /** @param random uniform in [0, 1), asked only by rules with a probability below 1. */
  constructor(rules: readonly FaultRule[], random: () => number) {
    this.#random = random;
    this.replace(rules);
  }

  /** Drops the rules in force; the new ones start from zero. */
  replace(rules: readonly FaultRule[]): void {
    const armed = rules.map((rule) => ({ rule, toSkip: rule.skip ?? 0, left: strikesOf(rule) }));
    this.#before = armed.filter(({ rule }) => stageOf(rule.fault) === 'before');
    this.#after = armed.filter(({ rule }) => stageOf(rule.fault) === 'after');
  }

  /** The fault for a request at this stage: that of the first rule that strikes. One request meets at most one a stage. */
  strike(stage: FaultStage, service: string, write: boolean, url: string, request: SandboxRequest): Fault | null {
    for (const armed of stage === 'before' ? this.#before : this.#after) {
      if (armed.left === 0 || !matches(armed.rule.match, service, write, url, request)) continue;
      if (armed.toSkip > 0) {
        armed.toSkip -= 1;
        continue;
      }
      const { probability = 1 } = armed.rule;
      if (probability < 1 && this.#random() >= probability) continue;
      armed.left -= 1;
      return armed.rule.fault;
    }
    return null;
  }
}

function strikesOf(rule: FaultRule): number {
  const times = rule.times ?? (rule.probability === undefined ? 1 : 0);
  return times === 0 ? Number.POSITIVE_INFINITY : times;
}

function matches(
  match: FaultMatch | undefined,
  service: string,
  write: boolean,
  url: string,
  request: SandboxRequest,
): boolean {
  if (match === undefined) return true;
  if (match.service !== undefined && match.service !== service) return false;
  if (match.method !== undefined && match.method.toUpperCase() !== request.method) return false;
  if (match.write !== undefined && match.write !== write) return false;
  if (match.pathIncludes !== undefined && !url.includes(match.pathIncludes)) return false;
  return match.target === undefined || namesTarget(request, match.target);
}

function namesTarget(request: SandboxRequest, target: string): boolean {
  if (request.path.includes(target)) return true;
  for (const value of request.query.values()) if (value === target) return true;
  const { body } = request;
  if (typeof body !== 'object' || body === null) return false;
  return Object.values(body).some((value) => (typeof value === 'number' ? String(value) : value) === target);
}
