-- Submissions and the records they brought. A write is one submission in one
-- shard; its rows count from the sequence number "visible" on, 0 is not yet.

CREATE TABLE submissions (
    id        TEXT    NOT NULL PRIMARY KEY,
    form      TEXT    NOT NULL,
    period    TEXT    NOT NULL,
    title     TEXT    NOT NULL,
    file      TEXT    NOT NULL,
    hash      TEXT    NOT NULL,
    by_whom   TEXT    NOT NULL,
    at_time   TEXT    NOT NULL,
    fictional INTEGER NOT NULL,
    batch     TEXT    NOT NULL,
    digest    TEXT    NOT NULL
);

CREATE TABLE submission_tables (
    submission TEXT    NOT NULL,
    no         INTEGER NOT NULL,
    level      INTEGER NOT NULL,
    list       TEXT    NOT NULL,
    file       TEXT    NOT NULL,
    sheet      TEXT    NOT NULL,
    staged     INTEGER NOT NULL,
    heads_json TEXT    NOT NULL,
    PRIMARY KEY (submission, no)
);

CREATE TABLE writes (
    shard      TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    submission TEXT   NOT NULL,
    visible    BIGINT NOT NULL,
    PRIMARY KEY (shard, seq)
);

CREATE TABLE records (
    shard  TEXT   NOT NULL,
    period TEXT   NOT NULL,
    form   TEXT   NOT NULL,
    unit   TEXT   NOT NULL,
    seq    BIGINT NOT NULL,
    digest BYTEA  NOT NULL,
    body   BYTEA  NOT NULL,
    PRIMARY KEY (shard, period, form, unit, seq)
);
