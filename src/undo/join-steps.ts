/** Lines that planning can foretell behind each other: one plan is enough for them, whatever the service says now. */
import type { Clock } from '../clock.js';
import type { Reader } from '../providers/http.js';
import type { Connection } from '../providers/provider.js';
import type { TargetView } from '../providers/target.js';
import { newMeter, type Session } from '../run/lane.js';
import { retryReads } from '../run/retry-reads.js';
import { createMindfulReader, createTroubleWait } from '../verify/trouble-wait.js';
import { type Arranged, clashOf, type Draft } from './arrange-drafts.js';
import { createReferrer, type Referrer } from './made-again.js';

export interface JoinMeans {
  readonly sessions: readonly Session[];
  readonly clock: Clock;
  readonly random: () => number;
  /** Longest single pause for a service in trouble. */
  readonly giveUpAfterMs: number;
}

/**
 * Makes one step of the lines on a thing where planning foretells each from what those before it leave. What the service
 * would refuse now waits for those before it that it would not.
 * @throws {StoppedError} when a service is in trouble. @throws {HeldError} when no request may leave any more.
 */
export async function joinSteps(arranged: Arranged, means: JoinMeans): Promise<Arranged> {
  const { sessions, clock, random } = means;
  const { drafts, fates } = arranged;
  const referrer = createReferrer(fates);
  const joined = new Map<Draft, Draft>();
  for (const session of sessions) {
    const { connection } = session;
    const retrying = retryReads(session.reader(newMeter()), { clock, random, signal: session.stop.signal });
    const { reader, take } = createMindfulReader(retrying);
    const wait = createTroubleWait(session, means);
    const own = drafts.filter(({ fate }) => fate.provider === connection.provider);
    for (const group of inSteps(own)) {
      const isForetold = await wait.through(async () => {
        const value = await areForetold(group, { connection, reader, referrer });
        const outage = wait.outageIn(take());
        return outage === null ? { value } : { outage };
      });
      if (!isForetold) continue;
      const whole: Draft[] = [];
      for (const draft of group) {
        const possible = draft.row.refusal === null ? [] : whole.filter(({ row }) => row.refusal === null);
        const one = { ...draft, step: 1, needs: [...draft.needs, ...possible] };
        whole.push(one);
        joined.set(draft, one);
      }
    }
  }
  return { fates, drafts: drafts.map((draft) => joined.get(draft) ?? draft) };
}

/** The drafts on each thing of which some are of a later step, in their order. */
function inSteps(drafts: readonly Draft[]): readonly (readonly Draft[])[] {
  const later = new Set(drafts.flatMap(({ row, step }) => (step > 1 && row.target !== null ? [row.target] : [])));
  const groups = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const { target } = draft.row;
    if (target === null || !later.has(target)) continue;
    const group = groups.get(target) ?? [];
    group.push(draft);
    groups.set(target, group);
  }
  return [...groups.values()];
}

interface ForetellMeans {
  readonly connection: Connection;
  readonly reader: Reader;
  readonly referrer: Referrer;
}

/** As planning goes about it. What takes ids that are not known yet is foretold by nobody. */
async function areForetold(group: readonly Draft[], { connection, reader, referrer }: ForetellMeans): Promise<boolean> {
  if (group.some(({ fate, row }) => referrer.refers(fate, row))) return false;
  // Unless each step is planned by itself.
  if (group.some((draft, at) => clashOf(draft, group.slice(0, at)) !== undefined)) return false;
  let view: TargetView | null = group[0]?.row.now ?? null;
  for (const { row } of group) {
    if (view === null) return false;
    const bound = connection.bind(row.operation, row.args);
    const prepared = await bound.prepare(reader, view);
    if (!prepared.ok || bound.predict(view, prepared.value).kind === 'will-fail') return false;
    view = bound.leaves(view, prepared.value);
  }
  return true;
}
