-- Cases of dropout prevention: one child each, by its id in the register. A row
-- has what lists choose and sort by; the case itself is JSON of internal/retention
-- beside it. No name and no number of a person is in any of these tables. watch_on,
-- amber_on and red_on are the days on which the colour turns if nothing is done.

CREATE TABLE retention_cases (
    id         TEXT    NOT NULL PRIMARY KEY,
    shard      TEXT    NOT NULL,
    rev        INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    live       INTEGER NOT NULL,
    person     TEXT    NOT NULL,
    platform   TEXT    NOT NULL,
    county     TEXT    NOT NULL,
    town       TEXT    NOT NULL,
    school     TEXT    NOT NULL,
    receiver   TEXT    NOT NULL,
    opened     INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    watch_on   INTEGER NOT NULL,
    amber_on   INTEGER NOT NULL,
    red_on     INTEGER NOT NULL,
    changed_at TEXT    NOT NULL
);

-- A child has one case that is not at its end, and a case of the national platform
-- is here once.
CREATE UNIQUE INDEX retention_cases_by_person ON retention_cases (person) WHERE live = 1;
CREATE UNIQUE INDEX retention_cases_by_platform ON retention_cases (platform) WHERE platform <> '';
CREATE INDEX retention_cases_of_person ON retention_cases (person, opened);
CREATE INDEX retention_cases_by_due ON retention_cases (live, due, id);
CREATE INDEX retention_cases_by_county ON retention_cases (county, live, state, due);
CREATE INDEX retention_cases_by_town ON retention_cases (town, live, due);
CREATE INDEX retention_cases_by_school ON retention_cases (school, live, due);
CREATE INDEX retention_cases_by_receiver ON retention_cases (receiver, live, due);

CREATE TABLE retention_bodies (
    case_id TEXT NOT NULL PRIMARY KEY,
    body    TEXT NOT NULL
);

-- The history of a case: a line for each revision, never changed. What reports count
-- is read from here: day is the day on which it was entered, so that the report of a
-- month that is over stays as it was.
CREATE TABLE retention_events (
    case_id    TEXT    NOT NULL,
    rev        INTEGER NOT NULL,
    day        INTEGER NOT NULL,
    at_time    TEXT    NOT NULL,
    by_whom    TEXT    NOT NULL,
    act        TEXT    NOT NULL,
    from_state TEXT    NOT NULL,
    to_state   TEXT    NOT NULL,
    county     TEXT    NOT NULL,
    school     TEXT    NOT NULL,
    sent       TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    PRIMARY KEY (case_id, rev)
);

CREATE INDEX retention_events_by_day ON retention_events (day, case_id, rev);
CREATE INDEX retention_events_by_sent ON retention_events (sent, case_id);
