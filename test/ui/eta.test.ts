import { expect, test } from 'vitest';
import { createEta, type EtaOptions } from '../../src/ui/eta.js';

/** A phase as it happens: when each row ends, and when pauses begin and end. */
type Story = ReadonlyArray<
  { readonly atMs: number } & (
    | { readonly kind: 'row'; readonly requests: number }
    | { readonly kind: 'pause'; readonly untilMs: number }
  )
>;

/**
 * Plays a story; how far off the estimate is at each row, as a share of what was really left. Work that comes in
 * bursts can't be told finer than to a burst: a tenth of `coarseMs` is allowed, however little is left.
 */
function errorsOf(story: Story, options: Partial<EtaOptions> = {}, coarseMs = 0): { share: number; error: number }[] {
  const total = story.filter(({ kind }) => kind === 'row').length;
  const endMs = Math.max(...story.map(({ atMs }) => atMs));
  const eta = createEta({ total, startedAtMs: 0, requestsPerMinute: 0, ...options });
  const errors: { share: number; error: number }[] = [];
  let done = 0;
  let requests = 0;
  for (const event of story) {
    if (event.kind === 'pause') eta.pause(event.atMs, event.untilMs);
    else {
      done += 1;
      requests += event.requests;
      eta.record(event.atMs, done, requests);
    }
    const left = endMs - event.atMs;
    const told = eta.remainingMs(event.atMs);
    if (done > 0 && done < total)
      errors.push({ share: done / total, error: told === null ? 1 : Math.abs(told - left) / Math.max(left, coarseMs) });
  }
  return errors;
}

/** The worst error from `share` of the work on. Near the end a single row is much of what is left: it is not judged. */
function worst(errors: readonly { share: number; error: number }[], share = 0.05): number {
  return Math.max(...errors.filter((entry) => entry.share > share && entry.share <= 0.95).map(({ error }) => error));
}

/** The same numbers at each run of the tests. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const row = (atMs: number, requests = 1) => ({ kind: 'row' as const, atMs, requests });
const rows = (count: number, atMs: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => row(atMs(index)));

test('an even pace with uneven answers is told within 10 % after 5 % of the work', () => {
  const random = createRandom(7);
  const story = rows(2_000, (index) => index * 600 + 200 + random() * 900).sort((a, b) => a.atMs - b.atMs);
  expect(worst(errorsOf(story, { requestsPerMinute: 100 }))).toBeLessThan(0.1);
});

test('without a limit, rows of very different length are told within 10 % after 5 % of the work', () => {
  const random = createRandom(3);
  let atMs = 0;
  const story = rows(20_000, () => (atMs += -Math.log(1 - random()) * 300));
  expect(worst(errorsOf(story))).toBeLessThan(0.1);
});

test('two requests a row need twice the time at the limit', () => {
  const story = Array.from({ length: 500 }, (_, index) => row(index * 1_200, 2));
  expect(worst(errorsOf(story, { requestsPerMinute: 100 }))).toBeLessThan(0.1);
});

test('a pace in bursts, as fast as the window allows, is told within 10 % after 5 % of the work', () => {
  // 100 rows within 5 s, then nothing until the minute is over; no pause is told, because nobody asked for one.
  const story = rows(2_000, (index) => Math.floor(index / 100) * 60_000 + (index % 100) * 50);
  expect(worst(errorsOf(story, { requestsPerMinute: 100 }, 600_000))).toBeLessThan(0.1);
});

test('pauses that the service asks for again and again are part of it, within 10 % after 5 % of the work', () => {
  // The service's limit of 100 a minute is not known here: 10 s of work, then it asks for a pause of 50 s.
  const story: Story = Array.from({ length: 20 }, (_, minute) => [
    ...rows(100, (index) => minute * 60_000 + (index + 1) * 100),
    ...(minute === 19
      ? []
      : [{ kind: 'pause' as const, atMs: minute * 60_000 + 10_000, untilMs: (minute + 1) * 60_000 }]),
  ]).flat();
  expect(worst(errorsOf(story, {}, 600_000))).toBeLessThan(0.1);
});

test('one outage at the beginning is not taken to come back for ever', () => {
  const story: Story = [
    ...rows(10, (index) => (index + 1) * 600),
    { kind: 'pause', atMs: 6_000, untilMs: 66_000 },
    ...rows(1_990, (index) => 66_000 + (index + 1) * 600),
  ];
  expect(worst(errorsOf(story, { requestsPerMinute: 100 }))).toBeLessThan(0.1);
});

test('a pause is in the estimate while it lasts, and its end may be moved', () => {
  const eta = createEta({ total: 1_000, startedAtMs: 0, requestsPerMinute: 60 });
  for (let done = 1; done <= 100; done++) eta.record(done * 1_000, done, done);
  expect(eta.remainingMs(100_000)).toBeCloseTo(900_000, -3);
  eta.pause(100_000, 130_000);
  const paused = eta.remainingMs(100_000) ?? 0;
  // 30 s of this pause, 900 s of work, and eight more pauses like it, one each hundred rows.
  expect(paused).toBeCloseTo(1_170_000, -3);
  eta.pause(110_000, 160_000);
  expect((eta.remainingMs(110_000) ?? 0) - paused).toBeGreaterThan(15_000);
  eta.resume(111_000);
  expect(eta.remainingMs(111_000) ?? 0).toBeLessThan(paused);
});

test('a service that becomes three times slower is believed', () => {
  const story = [...rows(1_000, (index) => index * 100), ...rows(1_000, (index) => 100_000 + index * 300)];
  expect(worst(errorsOf(story), 0.85)).toBeLessThan(0.1);
});

test('it says nothing before there is something to say, and nothing is left at the end', () => {
  const eta = createEta({ total: 2, startedAtMs: 0, requestsPerMinute: 0 });
  expect(eta.remainingMs(1_000)).toBeNull();
  eta.record(1_000, 1, 1);
  expect(eta.remainingMs(1_000)).toBeNull();
  eta.record(2_000, 2, 2);
  expect(eta.remainingMs(2_000)).toBe(0);
});

test('a million rows need no more memory than a few', () => {
  const eta = createEta({ total: 1_000_000, startedAtMs: 0, requestsPerMinute: 0 });
  for (let done = 1; done <= 500_000; done++) eta.record(done, done, done);
  expect(eta.remainingMs(500_000)).toBeCloseTo(500_000, -3);
});

test('a limit that becomes lower on the way is believed at once', () => {
  const eta = createEta({ total: 300, startedAtMs: 0, requestsPerMinute: 100 });
  for (let done = 1; done <= 100; done++) eta.record(done * 600, done, done);
  expect(eta.remainingMs(60_000)).toBeCloseTo(120_000, -3);
  eta.limit(50);
  expect(eta.remainingMs(60_000)).toBeCloseTo(240_000, -3);
});
