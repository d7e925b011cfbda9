/** The services of one round, in the time of the bin, and what really happened there. */
import { field, isJsonObject, textField } from '../../src/json.js';
import { parseFaults } from '../../src/sandbox/fault-text.js';
import type { LedgerEffect } from '../../src/sandbox/ledger.js';
import { startSandbox } from '../../src/sandbox/server.js';
import type { RoundPlan } from './round-plan.js';
import { effectKey, madeName, sceneryOf } from './rows.js';

/** The minute over which services count. */
const windowMs = 60_000;

export interface Seen {
  readonly requests: number;
  readonly writes: number;
}

export interface OtherSide {
  readonly environment: Readonly<Record<string, string>>;
  /** How much has arrived so far. */
  seen(): Seen;
  setFaults(text: string): void;
  /** Keys of all effects, in order. */
  effects(): Promise<string[]>;
  /** How many requests met a fault. */
  faults(): number;
  /** The most requests in any rolling window, by service. */
  highest(): Readonly<Record<string, number>>;
  /** All that is known, for a person. */
  ledger(): unknown;
  close(): Promise<void>;
}

export async function startOtherSide(plan: RoundPlan, now: () => number): Promise<OtherSide> {
  const sandbox = await startSandbox({
    limit: plan.enforced ? plan.rate : null,
    windowMs,
    latencyMs: plan.latencyMs,
    seed: plan.seed * 1_000 + plan.round,
    faults: plan.faults === '' ? [] : parseFaults(plan.faults),
    now,
  });
  sandbox.fill(sceneryOf(plan.rows));
  const { ledger, origin } = sandbox;
  const services = ['tallyfy', 'clickup', 'bitrix24'];
  return {
    environment: plan.classic ? withWebhook(sandbox.environment, origin) : sandbox.environment,
    seen: () => {
      const requests = ledger.requests();
      return { requests: requests.length, writes: requests.filter(({ write }) => write).length };
    },
    setFaults: (text) => sandbox.setFaults(text === '' ? [] : parseFaults(text)),
    effects: () => effectKeys(ledger.effects(), origin),
    faults: () => ledger.requests().filter(({ fault }) => fault !== null).length,
    highest: () => Object.fromEntries(services.map((name) => [name, ledger.highestWindow(name, windowMs)])),
    ledger: () => ({ requests: ledger.requests(), effects: ledger.effects() }),
    close: () => sandbox.close(),
  };
}

/** Any code will do: the sandbox's classic REST takes them all. */
function withWebhook(environment: Readonly<Record<string, string>>, origin: string): Record<string, string> {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith('BITRIX24_'));
  return { ...Object.fromEntries(others), BITRIX24_WEBHOOK_URL: `${origin}/bitrix24/rest/1/qx7wy1yx4ddvvbyu/` };
}

async function effectKeys(effects: readonly LedgerEffect[], origin: string): Promise<string[]> {
  const things = new Map<string, unknown>();
  const made = new Map<string, string>();
  for (const { service, kind, target } of effects) {
    const name = `${service} ${target}`;
    if (!things.has(name) && textKinds.has(kind)) {
      things.set(name, await (await fetch(`${origin}/_sandbox/inspect/${service}/${target}`)).json());
    }
    if (kind === 'create') made.set(name, titleOf(things.get(name)));
  }
  return effects.map(({ service, kind, target, detail }) => {
    const name = `${service} ${target}`;
    const title = made.get(name);
    if (kind === 'create') return effectKey(service, kind, null, title ?? null);
    const thing = title === undefined ? target : madeName(title);
    if (!textKinds.has(kind)) return effectKey(service, kind, thing, null);
    const id = String(field(detail, 'thread_id') ?? field(detail, 'comment_id') ?? field(detail, 'commentId'));
    return effectKey(service, kind, thing, findText(things.get(name), id) ?? `(comment ${id})`);
  });
}

/** Effects that are known by what was written. */
const textKinds = new Set(['create', 'comment', 'report-problem']);

function titleOf(thing: unknown): string {
  return textField(thing, 'title') ?? textField(thing, 'name') ?? '(no title)';
}

/** The text of the comment with that id, wherever the service keeps it. */
function findText(value: unknown, id: string): string | null {
  if (Array.isArray(value)) return firstText(value, id);
  if (!isJsonObject(value)) return null;
  if (String(value.id) === id) {
    const text = ['content', 'comment_text', 'message']
      .map((name) => textField(value, name))
      .find((one) => one !== null);
    if (text !== undefined) return text;
  }
  return firstText(Object.values(value), id);
}

function firstText(values: readonly unknown[], id: string): string | null {
  for (const value of values) {
    const text = findText(value, id);
    if (text !== null) return text;
  }
  return null;
}
