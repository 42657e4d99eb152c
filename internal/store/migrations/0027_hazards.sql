-- The ledger of hazards. runs: time runs against whoever holds it, so that it is
-- overdue as soon as due has passed; overdue itself is kept nowhere. due and closed
-- are days, 0 for none.

CREATE TABLE hazards (
    id         TEXT    NOT NULL PRIMARY KEY,
    no         BIGINT  NOT NULL,
    rev        INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    runs       INTEGER NOT NULL,
    school     TEXT    NOT NULL,
    county     TEXT    NOT NULL,
    inspection TEXT    NOT NULL,
    category   TEXT    NOT NULL,
    holder     TEXT    NOT NULL,
    major      INTEGER NOT NULL,
    listed     INTEGER NOT NULL,
    on_time    INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    found      INTEGER NOT NULL,
    closed     INTEGER NOT NULL,
    task       TEXT    NOT NULL,
    body       TEXT    NOT NULL
);

CREATE UNIQUE INDEX hazards_by_no ON hazards (no);
CREATE INDEX hazards_by_county ON hazards (county, state, runs, due);
CREATE INDEX hazards_by_school ON hazards (school, state, due);
CREATE INDEX hazards_by_inspection ON hazards (inspection, no);
CREATE INDEX hazards_by_due ON hazards (runs, due, no);

CREATE TABLE hazard_events (
    hazard  TEXT    NOT NULL,
    rev     INTEGER NOT NULL,
    at_time TEXT    NOT NULL,
    by_whom TEXT    NOT NULL,
    act     TEXT    NOT NULL,
    sent    TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (hazard, rev)
);

CREATE INDEX hazard_events_by_sent ON hazard_events (hazard, sent);
