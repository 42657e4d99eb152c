-- Documents of the gallery: what each was composed of and by which data. content
-- and version are JSON and never change; what a person wrote is in edits, of which
-- every revision is kept. unit is '' where it is about the whole tree.

CREATE TABLE reports (
    id           TEXT    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL,
    unit         TEXT    NOT NULL,
    period       TEXT    NOT NULL,
    day          INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    rev          INTEGER NOT NULL,
    title        TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    content      TEXT    NOT NULL,
    version      TEXT    NOT NULL,
    edits        TEXT    NOT NULL,
    by_whom      TEXT    NOT NULL,
    by_name      TEXT    NOT NULL,
    at_time      TEXT    NOT NULL,
    changed_by   TEXT    NOT NULL,
    changed_name TEXT    NOT NULL,
    changed_at   TEXT    NOT NULL
);

CREATE INDEX reports_by_day ON reports (day, id);
