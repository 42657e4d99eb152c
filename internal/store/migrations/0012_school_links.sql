-- Links between schools: education groups, custody help, partner schools. One
-- that was entered by mistake is undone, never deleted. to_day is 0 while it
-- lasts. They concern schools of several counties, so they are a small table of
-- the whole city.

CREATE TABLE school_links (
    id        TEXT    NOT NULL PRIMARY KEY,
    kind      TEXT    NOT NULL,
    lead_unit TEXT    NOT NULL,
    member    TEXT    NOT NULL,
    from_day  INTEGER NOT NULL,
    to_day    INTEGER NOT NULL,
    document  TEXT    NOT NULL,
    closing   TEXT    NOT NULL,
    by_whom   TEXT    NOT NULL,
    by_name   TEXT    NOT NULL,
    at_time   TEXT    NOT NULL,
    undone_at TEXT    NOT NULL,
    undone_by TEXT    NOT NULL
);
