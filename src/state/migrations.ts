/**
 * The shape of `run.db`, as numbered steps. A step that has been released is never edited; a change is a new step.
 * `PRAGMA user_version` holds the number of the last one applied.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE run (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    state TEXT NOT NULL,
    record TEXT NOT NULL
  ) STRICT;

  CREATE TABLE kind (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    operation TEXT NOT NULL,
    UNIQUE (provider, operation)
  ) STRICT;

  -- What the manifest says; never changed after loading.
  CREATE TABLE source (
    number INTEGER PRIMARY KEY,
    line INTEGER NOT NULL,
    kind INTEGER NOT NULL REFERENCES kind (id),
    cells TEXT NOT NULL,
    target TEXT,
    args TEXT
  ) STRICT;

  -- What became of it; kept narrow, because it is rewritten at every change of state.
  CREATE TABLE row (
    number INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL REFERENCES kind (id),
    state TEXT NOT NULL,
    outcome TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Finished steps of a row that takes several writes, with ; between.
    steps TEXT,
    requests INTEGER NOT NULL DEFAULT 0,
    http_status INTEGER,
    error_type TEXT,
    error_code TEXT,
    message TEXT,
    suggested_action TEXT,
    retryable INTEGER,
    started_at INTEGER,
    finished_at INTEGER,
    request_id TEXT,
    url TEXT,
    created_id TEXT
  ) STRICT;

  -- The target as planning read it, and what that foretells.
  CREATE TABLE reading (
    number INTEGER PRIMARY KEY,
    read_at INTEGER NOT NULL,
    view TEXT NOT NULL,
    prepared TEXT NOT NULL,
    changes TEXT NOT NULL
  ) STRICT;

  CREATE TABLE snapshot (
    number INTEGER PRIMARY KEY,
    body BLOB NOT NULL
  ) STRICT;

  -- Attempts that did not succeed at once; a row that did tells it itself.
  CREATE TABLE attempt (
    number INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (number, attempt, at)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- Rows that others may name.
  CREATE TABLE row_key (
    number INTEGER PRIMARY KEY,
    line INTEGER NOT NULL,
    key TEXT NOT NULL,
    -- Whether the row makes a thing whose id others may take; null where it is not known, or the row is not to be done.
    makes INTEGER
  ) STRICT;
  CREATE INDEX row_key_by_key ON row_key (key, number);

  -- Which row waits for which.
  CREATE TABLE dependency (
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    line INTEGER NOT NULL,
    key TEXT NOT NULL,
    -- The manifest's column, and what is written there.
    place TEXT NOT NULL,
    text TEXT NOT NULL,
    takes_id INTEGER NOT NULL,
    -- The row that has the key; null until it is found.
    on_row INTEGER,
    PRIMARY KEY (number, position)
  ) STRICT, WITHOUT ROWID;

  -- Rows of the run that this one retries, which rows of this one wait for, as they ended there.
  CREATE TABLE outside (
    number INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    outcome TEXT,
    message TEXT,
    created_id TEXT
  ) STRICT;

  -- The cells, as they are written, of a row that takes ids of others; its args are null until these are known.
  ALTER TABLE source ADD COLUMN template TEXT;
  `,
  `
  -- Requests of each service by the second in which they left; whoever looks at a run's course reads it here.
  CREATE TABLE course_second (
    second INTEGER NOT NULL,
    provider TEXT NOT NULL,
    requests INTEGER NOT NULL,
    throttled INTEGER NOT NULL,
    lost INTEGER NOT NULL,
    PRIMARY KEY (second, provider)
  ) STRICT, WITHOUT ROWID;

  -- How many answers took so many milliseconds; refusals for the rate and requests without an answer are left out.
  CREATE TABLE answer_time (
    ms INTEGER PRIMARY KEY,
    answers INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- What the plan foretold of each row; the row's own state goes on from there.
  CREATE TABLE prediction (
    number INTEGER PRIMARY KEY,
    outcome TEXT NOT NULL
  ) STRICT;

  -- Why rows are unlike the rest, by the rule that says so.
  CREATE TABLE surprise (
    number INTEGER NOT NULL,
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (number, rule)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What is left to do, so that a run of which nearly all is done goes on at once. A query uses it that names both states.
  CREATE INDEX row_open ON row (state, number, kind) WHERE state IN ('pending', 'sending');
  `,
  `
  -- One for each of the two states: what is found by a single one comes in the order of the manifest, a batch at a time.
  DROP INDEX row_open;
  CREATE INDEX row_pending ON row (number, kind) WHERE state = 'pending';
  CREATE INDEX row_sending ON row (number, kind) WHERE state = 'sending';
  `,
  `
  -- A sum over what was planned for each some hundred rows, for runs that are gone on with.
  CREATE TABLE seal (
    part INTEGER PRIMARY KEY,
    sum TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- What snapshots are compressed with, by the operation of their rows.
  CREATE TABLE snapshot_dictionary (
    id INTEGER PRIMARY KEY,
    body BLOB NOT NULL
  ) STRICT;
  -- Null for those that were compressed by themselves.
  ALTER TABLE snapshot ADD COLUMN dictionary INTEGER;
  `,
  `
  -- How far rows can be taken back that come back differently from what their operation says.
  CREATE TABLE way_back (
    id INTEGER PRIMARY KEY,
    reach TEXT NOT NULL,
    words TEXT NOT NULL,
    UNIQUE (reach, words)
  ) STRICT;
  ALTER TABLE row ADD COLUMN way_back INTEGER;
  `,
  `
  -- After this time (ms) the row's target may not have been changed; null where the manifest does not say.
  ALTER TABLE source ADD COLUMN unchanged_since INTEGER;
  `,
  `
  -- What views of targets have in common: the beginning of a JSON object, the rest of which stands with the reading.
  CREATE TABLE likeness (
    id INTEGER PRIMARY KEY,
    view TEXT NOT NULL UNIQUE
  ) STRICT;
  -- Null where the view is whole.
  ALTER TABLE reading ADD COLUMN likeness INTEGER;
  `,
  `
  -- What goes with another thing when that is deleted, by the ids of both, as far as planning was told.
  CREATE TABLE part (
    provider TEXT NOT NULL,
    whole TEXT NOT NULL,
    id TEXT NOT NULL,
    -- When it was changed last, as the service told; null where it did not.
    updated TEXT,
    PRIMARY KEY (provider, whole, id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The row that acts on the same target before this one: how the target is then is not known from this reading.
  ALTER TABLE reading ADD COLUMN after_row INTEGER;
  CREATE INDEX reading_after_row ON reading (after_row) WHERE after_row IS NOT NULL;
  -- A sum over what became of the same rows; null while they may still change.
  ALTER TABLE seal ADD COLUMN outcomes TEXT;
  `,
  `
  -- Targets that were otherwise than planned just before their rows' writes: what the writes changed.
  CREATE TABLE reread (
    number INTEGER PRIMARY KEY,
    read_at INTEGER NOT NULL,
    view TEXT NOT NULL,
    prepared TEXT NOT NULL,
    changes TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- Rows that make a thing a part of another one, by the id of that.
  CREATE TABLE joining (
    number INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    whole TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- JSON texts that many rows have in common but for a few values of their own, which have control characters for places.
  CREATE TABLE pattern (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
  ) STRICT;
  -- Null where the view is whole, or was split by an earlier version; else the view begins as it says.
  ALTER TABLE reading ADD COLUMN pattern INTEGER;
  -- The values. The id is null where the row's key has it, the title where a cell has it: the one of that place, from 0.
  ALTER TABLE reading ADD COLUMN id TEXT;
  ALTER TABLE reading ADD COLUMN title TEXT;
  ALTER TABLE reading ADD COLUMN title_cell INTEGER;
  ALTER TABLE reading ADD COLUMN created INTEGER;
  ALTER TABLE reading ADD COLUMN updated INTEGER;
  ALTER TABLE reading ADD COLUMN due INTEGER;
  -- Null where the changes are whole.
  ALTER TABLE reading ADD COLUMN changes_pattern INTEGER;
  -- Null where the args are whole, or not known.
  ALTER TABLE source ADD COLUMN args_pattern INTEGER;
  -- What the plan foretold, as a number; in runs of earlier versions the table of that name has it.
  ALTER TABLE row ADD COLUMN prediction INTEGER;
  `,
  `
  -- The target as the service sent it; in runs of earlier versions the table of that name has it. Its dictionary may have
  -- control characters for places.
  ALTER TABLE reading ADD COLUMN dictionary INTEGER;
  ALTER TABLE reading ADD COLUMN snapshot BLOB;
  `,
  `
  -- 1 for a row that takes ids of others, but names its target; null for others, and in runs of earlier versions.
  ALTER TABLE source ADD COLUMN names_target INTEGER;
  `,
  `
  -- When the row completed its target, by the service's clock, in ms; null where the service's answer did not tell.
  ALTER TABLE row ADD COLUMN completed_at INTEGER;
  `,
  `
  -- Rows that give a value to their targets and to all that is below those; above: the id of what the target is right below.
  CREATE TABLE below (
    number INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    above TEXT,
    -- 1 where the target did not have the value.
    moves INTEGER NOT NULL
  ) STRICT;
  -- Rows that are done after others, which change their targets along.
  CREATE TABLE turn (
    number INTEGER NOT NULL,
    behind INTEGER NOT NULL,
    PRIMARY KEY (number, behind)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The id of the place that the part was in, empty for none; null in runs of earlier versions.
  ALTER TABLE part ADD COLUMN place TEXT;
  `,
];
