-- What was written in a document of the gallery at each revision.

CREATE TABLE report_edits (
    report  TEXT    NOT NULL,
    rev     INTEGER NOT NULL,
    state   TEXT    NOT NULL,
    edits   TEXT    NOT NULL,
    by_whom TEXT    NOT NULL,
    by_name TEXT    NOT NULL,
    at_time TEXT    NOT NULL,
    PRIMARY KEY (report, rev)
);
