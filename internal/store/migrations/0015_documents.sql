-- Small documents that are edited as a whole: plans, meetings, duties, honours,
-- bodies. unit is '' where it belongs to the whole tree; body is JSON of the
-- package that has the kind. Every revision is kept.

CREATE TABLE documents (
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    unit    TEXT    NOT NULL,
    rev     INTEGER NOT NULL,
    state   TEXT    NOT NULL,
    title   TEXT    NOT NULL,
    day     INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    by_whom TEXT    NOT NULL,
    by_name TEXT    NOT NULL,
    at_time TEXT    NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE INDEX documents_by_day ON documents (kind, day, id);

CREATE TABLE document_history (
    kind    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    rev     INTEGER NOT NULL,
    state   TEXT    NOT NULL,
    title   TEXT    NOT NULL,
    day     INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    by_whom TEXT    NOT NULL,
    by_name TEXT    NOT NULL,
    at_time TEXT    NOT NULL,
    PRIMARY KEY (kind, id, rev)
);
