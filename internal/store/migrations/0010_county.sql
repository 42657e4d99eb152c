-- What counties keep of themselves beside their figures, and changes of the
-- city's own pack that wait for a second person. All of it is small.

-- Each change of a county's recognition is a new row: the history is the list.
CREATE TABLE county_progress (
    county     TEXT    NOT NULL,
    scheme     TEXT    NOT NULL,
    no         BIGINT  NOT NULL,
    plan_year  INTEGER NOT NULL,
    step       TEXT    NOT NULL,
    days_json  TEXT    NOT NULL,
    conclusion TEXT    NOT NULL,
    issues     INTEGER NOT NULL,
    closed     INTEGER NOT NULL,
    note       TEXT    NOT NULL,
    by_whom    TEXT    NOT NULL,
    by_name    TEXT    NOT NULL,
    at_time    TEXT    NOT NULL,
    PRIMARY KEY (county, scheme, no)
);

-- A document is kept once for a county and period, and cited by its items.
CREATE TABLE evidence_documents (
    county  TEXT    NOT NULL,
    period  TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    number  TEXT    NOT NULL,
    title   TEXT    NOT NULL,
    issuer  TEXT    NOT NULL,
    day     INTEGER NOT NULL,
    by_whom TEXT    NOT NULL,
    at_time TEXT    NOT NULL,
    PRIMARY KEY (county, period, id),
    UNIQUE (county, period, number)
);

CREATE TABLE evidence_cites (
    county   TEXT NOT NULL,
    period   TEXT NOT NULL,
    item     TEXT NOT NULL,
    document TEXT NOT NULL,
    page     TEXT NOT NULL,
    by_whom  TEXT NOT NULL,
    at_time  TEXT NOT NULL,
    PRIMARY KEY (county, period, item, document)
);

-- Which department of a county answers for an item, whatever the year.
CREATE TABLE answering (
    county     TEXT NOT NULL,
    item       TEXT NOT NULL,
    department TEXT NOT NULL,
    by_whom    TEXT NOT NULL,
    at_time    TEXT NOT NULL,
    PRIMARY KEY (county, item)
);

-- A change of one file of the city's own pack. base is the hash of the file that
-- the proposer saw, '' for a new one; state is proposed, approved, rejected or
-- written.
CREATE TABLE pack_proposals (
    id           TEXT   NOT NULL PRIMARY KEY,
    no           BIGINT NOT NULL,
    file         TEXT   NOT NULL,
    base         TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    title        TEXT   NOT NULL,
    why          TEXT   NOT NULL,
    by_whom      TEXT   NOT NULL,
    by_name      TEXT   NOT NULL,
    at_time      TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    decided_by   TEXT   NOT NULL,
    decided_name TEXT   NOT NULL,
    decided_at   TEXT   NOT NULL,
    reason       TEXT   NOT NULL,
    written      TEXT   NOT NULL
);
