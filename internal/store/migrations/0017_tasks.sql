-- Tasks: what somebody owes until a day. A row has what lists choose and sort by,
-- and stays narrow; the task itself is JSON of internal/task beside it. rest is the lamp while
-- nothing has turned it, amber_at and red_at are when it turns if nothing is done,
-- in seconds since 1970. open_due sorts what has no limit last.

CREATE TABLE tasks (
    id         TEXT    NOT NULL PRIMARY KEY,
    no         BIGINT  NOT NULL,
    rev        INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    live       INTEGER NOT NULL,
    given      INTEGER NOT NULL,
    issuer     TEXT    NOT NULL,
    lead       TEXT    NOT NULL,
    due        INTEGER NOT NULL,
    open_due   INTEGER NOT NULL,
    source     TEXT    NOT NULL,
    meeting    TEXT    NOT NULL,
    merged     TEXT    NOT NULL,
    sheet      INTEGER NOT NULL,
    sheet_year INTEGER NOT NULL,
    sheet_no   INTEGER NOT NULL,
    is_key     INTEGER NOT NULL,
    rest       TEXT    NOT NULL,
    amber_at   BIGINT  NOT NULL,
    red_at     BIGINT  NOT NULL,
    changed_at TEXT    NOT NULL,
    search     TEXT    NOT NULL
);

CREATE UNIQUE INDEX tasks_by_no ON tasks (no);
CREATE INDEX tasks_by_due ON tasks (open_due, no);
CREATE INDEX tasks_by_live ON tasks (live, open_due, no);
-- Lists are counted by lamp and state from these two alone: of the whole city, and
-- of the tasks that a county, a body or a measure has.
CREATE INDEX tasks_counted ON tasks (live, state, sheet, is_key, rest, amber_at, red_at);
CREATE INDEX tasks_counted_by_id ON tasks (id, live, sheet, is_key, state, rest, amber_at, red_at, open_due, no);
CREATE INDEX tasks_by_changed ON tasks (changed_at, no);
CREATE INDEX tasks_by_meeting ON tasks (meeting, no);
CREATE INDEX tasks_by_merged ON tasks (merged, no);

CREATE TABLE task_bodies (
    task TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
);

-- Who is in a task: its issuer, lead and helpers, with the unit and the county in
-- which the body sits ('' for the city's own). A draft is seen by its issuer alone.
CREATE TABLE task_parties (
    task   TEXT    NOT NULL,
    body   TEXT    NOT NULL,
    role   TEXT    NOT NULL,
    county TEXT    NOT NULL,
    unit   TEXT    NOT NULL,
    seen   INTEGER NOT NULL,
    PRIMARY KEY (task, body, role)
);

CREATE INDEX task_parties_by_body ON task_parties (body, role, task, seen);
CREATE INDEX task_parties_by_county ON task_parties (county, seen, task);
CREATE INDEX task_parties_by_unit ON task_parties (unit, seen, task);

CREATE TABLE task_serves (
    task    TEXT NOT NULL,
    plan    TEXT NOT NULL,
    measure TEXT NOT NULL,
    PRIMARY KEY (task, plan, measure)
);

CREATE INDEX task_serves_by_measure ON task_serves (plan, measure, task);

-- The one progress entry that every report reads.
CREATE TABLE task_entries (
    task TEXT    NOT NULL,
    no   INTEGER NOT NULL,
    day  INTEGER NOT NULL,
    body TEXT    NOT NULL,
    PRIMARY KEY (task, no)
);

CREATE INDEX task_entries_by_day ON task_entries (day, task);

-- The history of a task: a line for each revision, never changed.
CREATE TABLE task_events (
    task    TEXT    NOT NULL,
    rev     INTEGER NOT NULL,
    at_time TEXT    NOT NULL,
    by_whom TEXT    NOT NULL,
    act     TEXT    NOT NULL,
    sent    TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (task, rev)
);

CREATE INDEX task_events_by_time ON task_events (at_time, task);
CREATE INDEX task_events_by_sent ON task_events (sent, task);

-- The last number given: of all tasks ('', 0), and of an issuer's sheets of a year.
CREATE TABLE task_numbers (
    issuer TEXT    NOT NULL,
    year   INTEGER NOT NULL,
    last   BIGINT  NOT NULL,
    PRIMARY KEY (issuer, year)
);
