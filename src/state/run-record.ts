/** What is known of a run as a whole; kept as one JSON document in `run.db` and checked whenever it is read. */
import * as z from 'zod/mini';

const count = z.int().check(z.minimum(0));
const percent = z.number().check(z.minimum(0), z.maximum(100));
// What is asked of many members is made once: every command that looks at a run makes all of it.
const text = z.string();
const nullableText = z.nullable(text);
const textOrNone = z._default(nullableText, null);
const textsOrNone = z._default(z.array(text), []);
const flag = z.boolean();
const nullableCount = z.nullable(count);

/**
 * How a run was asked for: the job file with the flags laid over it. All that resuming or retrying needs. Sums are taken
 * over it (`plan-digest.ts`): a new member must be optional, for one with a default would make all runs look edited.
 */
export const runSettingsSchema = z.object({
  /** The job's name or path as given; null without a job file. */
  job: nullableText,
  provider: nullableText,
  operation: nullableText,
  /** Operation column (as the schema names it) to the manifest's header. */
  columns: z.record(text, text),
  /** CEL over the row: rows for which it is false are skipped. */
  when: nullableText,
  /** `--where`: a second condition of the same kind. */
  where: nullableText,
  /** CEL over the live task: rows for which it is false are blocked. */
  only: nullableText,
  /** CEL over the live task: one row for which it is true stops the run before anything is sent. */
  never: textOrNone,
  /** `--rows`: chosen row numbers as inclusive ranges; null for all. */
  rows: z.nullable(z.array(z.tuple([count, count]))),
  /** Whom every credential must act for; null = anybody. */
  tenant: textOrNone,
  user: textOrNone,
  /** What executing takes beside a plan: an answer, an expected number of rows, or a plan reviewed beforehand. */
  confirm: z._default(z.enum(['ask', 'expect', 'plan']), 'ask'),
  /** How long the plan may be applied after it was made. */
  planExpiresAfterMs: z._default(count, 24 * 60 * 60_000),
  duplicates: z.enum(['error', 'skip']),
  missing: z.enum(['fail', 'skip']),
  skipInvalid: flag,
  /** Which targets planning reads, and whether each by itself: see `Provider.pagesLack`. */
  look: z.enum(['all', 'each', 'none']),
  snapshot: z.nullable(flag),
  /** Whether a task may be named by its title alone, without its list. */
  allowNameSearch: flag,
  /** Requests a minute; 0 = no limit; null = the provider's own figure. */
  requestsPerMinute: z.nullable(z.number().check(z.minimum(0))),
  concurrency: nullableCount,
  pace: z.enum(['even', 'window']),
  maxRows: nullableCount,
  /** Percent of a list, run or project that the rows to do may touch; null = no bound. */
  maxShare: z._default(z.nullable(percent), null),
  /** Rows expected to be done: in all, or by operation. */
  expect: z.nullable(z.union([count, z.record(text, count)])),
  /** Rows that are done and read back before the others are sent; 0 = none. */
  canary: z._default(count, 0),
  stopAfterFailed: nullableCount,
  stopAfterPercent: z.nullable(percent),
  timeoutMs: count,
  giveUpAfterMs: count,
  /** The flags as they were typed when the run was planned, by name; an empty text for one without a value. */
  typed: z.optional(z.record(text, text)),
});
export type RunSettings = z.output<typeof runSettingsSchema>;

const asksOfParts = ['only', 'never', 'maxRows', 'maxShare', 'when', 'where'] as const;

/**
 * Whether guards ask of what goes with a target, so that planning reads all of it: so does a condition, for what it leaves
 * out is not to go along.
 */
export function judgesParts(settings: Pick<RunSettings, (typeof asksOfParts)[number]>): boolean {
  return asksOfParts.some((name) => settings[name] !== null);
}

export const runRecordSchema = z.object({
  id: text,
  parent: nullableText,
  createdAtMs: count,
  /** Absolute path of the run's folder when a process last took it in hand; a copy tells by it that it is one. */
  folder: textOrNone,
  /** The version of taskbatch that made the run. */
  version: text,
  sandbox: flag,
  /** Whether the run is to be executed once its plan stands, or is a dry run. */
  goal: z.enum(['plan', 'execute']),
  /** Absolute path of the file that the plan is to be written to once it stands; left out where none was named. */
  planFile: z.optional(text),
  settings: runSettingsSchema,
  manifest: z.object({
    name: text,
    format: z.enum(['csv', 'jsonl']),
    sha256: text,
    bytes: count,
    rows: count,
  }),
  /** The manifest's own column names, in order, as written. */
  columns: z.array(text),
  /** Those of them that none of the rows' operations reads. */
  unreadColumns: textsOrNone,
  /** Whose credentials the plan was made with. */
  services: z.array(
    z.object({
      provider: text,
      title: text,
      tenant: text,
      /** Left out in runs of older versions, whose sums are over the record as it was. */
      tenantId: z.optional(text),
      user: text,
      userId: z.optional(text),
    }),
  ),
  /**
   * As whom the run was executed, by service, in order: whoever applies a plan or goes on with a run may be another one
   * than who planned it.
   */
  actors: z._default(z.record(text, z.array(z.object({ user: text, userId: z.optional(text) }))), {}),
  /** Whether all rows are in; false only while the manifest is being read. */
  loaded: flag,
  /** Requests a minute of each service as they held when the plan was finished; 0 = no limit. */
  rates: z._default(z.record(text, z.number()), {}),
  /** What comparing the rows with each other rests on; null where it was not done. */
  surprises: z._default(
    z.nullable(z.object({ compared: count, untold: z.array(z.object({ provider: text, rule: text })) })),
    null,
  ),
  /**
   * Texts of the rules that no task which planning read has, but for capitals, and what there is in place of each. Left
   * out where nothing was read, and in runs of older versions.
   */
  otherLetters: z.optional(
    z.array(z.object({ rule: z.enum(['only', 'never']), field: text, text, found: z.array(text) })),
  ),
  plannedAtMs: nullableCount,
  /** Digest of the plan as it was when it was finished; null before that, and in runs of older versions. */
  planDigest: textOrNone,
  /** The rows that go first, chosen when the run was first executed; null before that, and where none do. */
  canary: z._default(
    z.nullable(
      z.object({
        rows: z.array(count),
        passed: flag,
        /** How many of them were read back and are as the plan said. */
        confirmed: count,
        /** Those of which reading does not tell whether they are. */
        untold: z.array(count),
      }),
    ),
    null,
  ),
  startedAtMs: nullableCount,
  finishedAtMs: nullableCount,
  /** Milliseconds spent executing so far, over all sittings; without those in which a person had it paused. */
  activeMs: count,
  /** Requests sent while planning, and in all. */
  planRequests: count,
  requests: count,
  /**
   * Of those for planning, by service: requests that asked for whom the credential acts (when planning was last begun),
   * requests that read targets, and how many targets they read.
   */
  planning: z._default(z.record(text, z.object({ checks: count, reads: count, targets: count })), {}),
  /** Why the run is not going on; null while it is, and once finished. */
  stop: z.nullable(
    z.object({
      reason: text,
      message: text,
      exitCode: z.int(),
      /** The row that shows why; left out where none does. */
      row: z.optional(count),
    }),
  ),
});
export type RunRecord = z.output<typeof runRecordSchema>;

type User = RunRecord['actors'][string][number];

/** By their ids, where both are known: names are not unique. */
export function isSameUser(one: User, other: User): boolean {
  return one.userId === undefined || other.userId === undefined ? one.user === other.user : one.userId === other.userId;
}

/** The services of a run as it is told of them: executed by somebody else than who planned it, it names both. */
export function actingServices({ services, actors }: Pick<RunRecord, 'services' | 'actors'>): RunRecord['services'] {
  return services.map((service) => {
    const acted = actors[service.provider] ?? [];
    if (acted.every((one) => isSameUser(one, service))) return service;
    const { userId: _userId, ...rest } = service;
    const byOthers = acted.every((one) => !isSameUser(one, service));
    return {
      ...rest,
      user: `${acted.map(({ user }) => user).join(', then ')}${byOthers ? ` (planned as ${service.user})` : ''}`,
    };
  });
}
