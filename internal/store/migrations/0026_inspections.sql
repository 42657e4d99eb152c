-- Visits to schools. A row has what lists choose and count by; the inspection itself
-- is JSON of internal/inspection beside it. The history has a line for each revision:
-- what was filled in or done, never the whole again.

CREATE TABLE inspections (
    id      TEXT    NOT NULL PRIMARY KEY,
    no      BIGINT  NOT NULL,
    rev     INTEGER NOT NULL,
    state   TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    plan    TEXT    NOT NULL,
    school  TEXT    NOT NULL,
    county  TEXT    NOT NULL,
    day     INTEGER NOT NULL,
    items   INTEGER NOT NULL,
    open    INTEGER NOT NULL,
    unfit   INTEGER NOT NULL,
    fixed   INTEGER NOT NULL,
    by_whom TEXT    NOT NULL,
    body    TEXT    NOT NULL
);

CREATE UNIQUE INDEX inspections_by_no ON inspections (no);
CREATE INDEX inspections_by_day ON inspections (day, no);
CREATE INDEX inspections_by_school ON inspections (school, state, day);
CREATE INDEX inspections_by_county ON inspections (county, day, no);
CREATE INDEX inspections_by_plan ON inspections (plan, school);

CREATE TABLE inspection_events (
    inspection TEXT    NOT NULL,
    rev        INTEGER NOT NULL,
    at_time    TEXT    NOT NULL,
    by_whom    TEXT    NOT NULL,
    by_name    TEXT    NOT NULL,
    act        TEXT    NOT NULL,
    sent       TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    PRIMARY KEY (inspection, rev)
);

CREATE INDEX inspection_events_by_sent ON inspection_events (inspection, sent);

-- The last number given, of inspections and of hazards.
CREATE TABLE safety_numbers (
    kind TEXT   NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);
