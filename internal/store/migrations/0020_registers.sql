-- Registers: who somebody is (persons, sealed by keys that are not here) apart from
-- what is counted of them (children, staff). The shard is that of the unit which has
-- the row; a row names its person's own shard beside, since children move.
--
-- An import writes its rows under a run of its own and they count once that run is
-- visible: a row is there from from_run up to before until_run. One import writes at
-- a time, so one number is the horizon of all.

CREATE TABLE register_state (
    id      INTEGER NOT NULL PRIMARY KEY,
    visible INTEGER NOT NULL,
    last    INTEGER NOT NULL
);

INSERT INTO register_state (id, visible, last) VALUES (1, 0, 0);

CREATE TABLE register_runs (
    run     INTEGER NOT NULL PRIMARY KEY,
    state   TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    list    TEXT    NOT NULL,
    year    INTEGER NOT NULL,
    hash    TEXT    NOT NULL,
    unit    TEXT    NOT NULL,
    by_whom TEXT    NOT NULL,
    began   TEXT    NOT NULL,
    touched TEXT    NOT NULL,
    chunks  INTEGER NOT NULL,
    body    TEXT    NOT NULL
);

CREATE TABLE persons (
    shard     TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    from_run  INTEGER NOT NULL,
    until_run INTEGER NOT NULL,
    kind      INTEGER NOT NULL,
    key_id    BIGINT  NOT NULL,
    sealed    BYTEA   NOT NULL,
    citizen   BYTEA   NOT NULL,
    student   BYTEA   NOT NULL,
    coarse    BYTEA   NOT NULL,
    digest    BYTEA   NOT NULL,
    PRIMARY KEY (shard, id, from_run)
);

-- Keyed hashes of numbers, by which the same person is found again. They are written
-- in order, shard by shard and key by key, so that a million of them cost as much
-- each as a thousand.
CREATE TABLE person_matches (
    shard  TEXT   NOT NULL,
    key_id BIGINT NOT NULL,
    value  BYTEA  NOT NULL,
    person TEXT   NOT NULL,
    PRIMARY KEY (shard, key_id, value, person)
);

-- One child in one school year on one list: '' is the schools' register, others are
-- lists to compare it with. unit is the school, or the home of a child without one.
CREATE TABLE children (
    shard        TEXT    NOT NULL,
    year         INTEGER NOT NULL,
    list         TEXT    NOT NULL,
    person       TEXT    NOT NULL,
    from_run     INTEGER NOT NULL,
    until_run    INTEGER NOT NULL,
    person_shard TEXT    NOT NULL,
    unit         TEXT    NOT NULL,
    school       TEXT    NOT NULL,
    home         TEXT    NOT NULL,
    stage        TEXT    NOT NULL,
    grade        INTEGER NOT NULL,
    class        TEXT    NOT NULL,
    born         INTEGER NOT NULL,
    sex          INTEGER NOT NULL,
    marks        INTEGER NOT NULL,
    boards       INTEGER NOT NULL,
    schooling    TEXT    NOT NULL,
    proof        TEXT    NOT NULL,
    approved     TEXT    NOT NULL,
    from_day     INTEGER NOT NULL,
    until_day    INTEGER NOT NULL,
    case_no      TEXT    NOT NULL,
    digest       BIGINT  NOT NULL,
    PRIMARY KEY (shard, year, list, person, from_run)
);

CREATE INDEX children_by_unit ON children (shard, year, list, unit, grade, class, person, from_run, until_run);
CREATE INDEX children_by_person ON children (shard, person, year);

-- One member of staff in one school year; what lists do not choose by is JSON beside.
CREATE TABLE staff (
    shard        TEXT    NOT NULL,
    year         INTEGER NOT NULL,
    person       TEXT    NOT NULL,
    from_run     INTEGER NOT NULL,
    until_run    INTEGER NOT NULL,
    person_shard TEXT    NOT NULL,
    unit         TEXT    NOT NULL,
    category     TEXT    NOT NULL,
    duty         TEXT    NOT NULL,
    post         TEXT    NOT NULL,
    stage        TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    backbone     TEXT    NOT NULL,
    class_head   INTEGER NOT NULL,
    head_since   INTEGER NOT NULL,
    body         TEXT    NOT NULL,
    digest       BIGINT  NOT NULL,
    PRIMARY KEY (shard, year, person, from_run)
);

CREATE INDEX staff_by_unit ON staff (shard, year, unit, person, from_run, until_run);
CREATE INDEX staff_by_person ON staff (shard, person, year);
