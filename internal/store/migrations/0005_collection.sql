-- Issued forms, filings, drafts and their log. A filing has a row once anything
-- has happened to it; a unit without one has not started.

CREATE TABLE issues (
    id      TEXT    NOT NULL PRIMARY KEY,
    form    TEXT    NOT NULL,
    pack    TEXT    NOT NULL,
    hash    TEXT    NOT NULL,
    period  TEXT    NOT NULL,
    opens   INTEGER NOT NULL,
    due     INTEGER NOT NULL,
    by_whom TEXT    NOT NULL,
    at_time TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    closed  INTEGER NOT NULL
);

-- due is 0 where it is the issue's.
CREATE TABLE filings (
    shard      TEXT    NOT NULL,
    issue      TEXT    NOT NULL,
    unit       TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    rev        INTEGER NOT NULL,
    handed     INTEGER NOT NULL,
    check_code TEXT    NOT NULL,
    due        INTEGER NOT NULL,
    asked      INTEGER NOT NULL,
    returned   INTEGER NOT NULL,
    required   INTEGER NOT NULL,
    blocking   INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    by_whom    TEXT    NOT NULL,
    at_time    TEXT    NOT NULL,
    since      TEXT    NOT NULL,
    PRIMARY KEY (shard, issue, unit)
);

-- no is the filing's rev after the step; sent is the id that the client made.
CREATE TABLE filing_events (
    shard      TEXT    NOT NULL,
    issue      TEXT    NOT NULL,
    unit       TEXT    NOT NULL,
    no         INTEGER NOT NULL,
    at_time    TEXT    NOT NULL,
    by_whom    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    from_state TEXT    NOT NULL,
    to_state   TEXT    NOT NULL,
    handed     INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    due        INTEGER NOT NULL,
    sent       TEXT    NOT NULL,
    PRIMARY KEY (shard, issue, unit, no)
);

CREATE TABLE drafts (
    shard   TEXT    NOT NULL,
    issue   TEXT    NOT NULL,
    unit    TEXT    NOT NULL,
    rev     INTEGER NOT NULL,
    content BYTEA   NOT NULL,
    PRIMARY KEY (shard, issue, unit)
);

-- Every content that was handed in, as it was.
CREATE TABLE handed (
    shard      TEXT    NOT NULL,
    issue      TEXT    NOT NULL,
    unit       TEXT    NOT NULL,
    no         INTEGER NOT NULL,
    content    BYTEA   NOT NULL,
    check_code TEXT    NOT NULL,
    by_whom    TEXT    NOT NULL,
    at_time    TEXT    NOT NULL,
    submission TEXT    NOT NULL,
    PRIMARY KEY (shard, issue, unit, no)
);

-- What the bureau changed of the list of forms that its packs bring.
CREATE TABLE form_list (
    form      TEXT    NOT NULL PRIMARY KEY,
    pack      TEXT    NOT NULL,
    basis     TEXT    NOT NULL,
    frequency TEXT    NOT NULL,
    minutes   INTEGER NOT NULL,
    approver  TEXT    NOT NULL,
    valid     INTEGER NOT NULL,
    struck    INTEGER NOT NULL,
    by_whom   TEXT    NOT NULL,
    at_time   TEXT    NOT NULL
);

-- The switches of a county: whether the central school reviews a form, and what
-- it changes of an issue for its own units (JSON).
CREATE TABLE routes (
    shard    TEXT    NOT NULL,
    form     TEXT    NOT NULL,
    township INTEGER NOT NULL,
    by_whom  TEXT    NOT NULL,
    at_time  TEXT    NOT NULL,
    PRIMARY KEY (shard, form)
);

CREATE TABLE inner_issues (
    shard   TEXT NOT NULL,
    issue   TEXT NOT NULL,
    body    TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at_time TEXT NOT NULL,
    PRIMARY KEY (shard, issue)
);

-- What became of a file that was read before, by the hash of its content.
CREATE TABLE uploads (
    hash    TEXT  NOT NULL PRIMARY KEY,
    result  BYTEA NOT NULL,
    by_whom TEXT  NOT NULL,
    at_time TEXT  NOT NULL
);

-- Column maps that somebody made once for files that are not our template.
CREATE TABLE mappings (
    owner     TEXT  NOT NULL,
    signature TEXT  NOT NULL,
    title     TEXT  NOT NULL,
    body      BYTEA NOT NULL,
    by_whom   TEXT  NOT NULL,
    at_time   TEXT  NOT NULL,
    PRIMARY KEY (owner, signature)
);
