-- Incidents: a narrow row by which lists choose, and beside it the entries, which
-- are only added to. What is known of an incident, and whether it was reported in
-- time, follows from the entries.

CREATE TABLE incidents (
    shard    TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    unit     TEXT    NOT NULL,
    year     INTEGER NOT NULL,
    no       INTEGER NOT NULL,
    rev      INTEGER NOT NULL,
    state    TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    level    TEXT    NOT NULL,
    happened TEXT    NOT NULL,
    PRIMARY KEY (shard, id)
);

CREATE UNIQUE INDEX incidents_numbered ON incidents (shard, unit, year, no);
CREATE INDEX incidents_by_time ON incidents (happened, id);
CREATE INDEX incidents_by_state ON incidents (state, happened);

CREATE TABLE incident_entries (
    shard    TEXT    NOT NULL,
    incident TEXT    NOT NULL,
    rev      INTEGER NOT NULL,
    at_time  TEXT    NOT NULL,
    by_whom  TEXT    NOT NULL,
    act      TEXT    NOT NULL,
    sent     TEXT    NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (shard, incident, rev)
);
