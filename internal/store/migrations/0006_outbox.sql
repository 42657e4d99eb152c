-- Messages, the outbox, the calendar, leases, and the register of changes of
-- units. All of them are small.

-- One row for each account that is told something; read_at is '' until then.
CREATE TABLE messages (
    account  TEXT NOT NULL,
    id       TEXT NOT NULL,
    at_time  TEXT NOT NULL,
    kind     TEXT NOT NULL,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    body_zh  TEXT NOT NULL,
    body_en  TEXT NOT NULL,
    link     TEXT NOT NULL,
    read_at  TEXT NOT NULL,
    PRIMARY KEY (account, id)
);

-- What is to be delivered outside: the id is what makes sending it again
-- harmless.
CREATE TABLE outbox (
    id        TEXT    NOT NULL PRIMARY KEY,
    channel   TEXT    NOT NULL,
    recipient TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    body      TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    attempts  INTEGER NOT NULL,
    made_at   TEXT    NOT NULL,
    next_at   TEXT    NOT NULL,
    done_at   TEXT    NOT NULL,
    error     TEXT    NOT NULL
);

CREATE INDEX outbox_due ON outbox (state, next_at);

-- What a city entered stands over the shipped calendar.
CREATE TABLE calendar_days (
    day     INTEGER NOT NULL PRIMARY KEY,
    is_off  INTEGER NOT NULL,
    name_zh TEXT    NOT NULL,
    name_en TEXT    NOT NULL,
    source  TEXT    NOT NULL,
    tag     TEXT    NOT NULL,
    by_whom TEXT    NOT NULL,
    at_time TEXT    NOT NULL
);

CREATE TABLE calendar_terms (
    period    TEXT    NOT NULL PRIMARY KEY,
    first_day INTEGER NOT NULL,
    last_day  INTEGER NOT NULL,
    source    TEXT    NOT NULL,
    tag       TEXT    NOT NULL,
    by_whom   TEXT    NOT NULL,
    at_time   TEXT    NOT NULL
);

-- Who does the recurring work, until when.
CREATE TABLE leases (
    name   TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until  TEXT NOT NULL
);

-- Changes of schools, with the units as they were before and are after.
CREATE TABLE unit_changes (
    id          TEXT    NOT NULL PRIMARY KEY,
    no          BIGINT  NOT NULL,
    kind        TEXT    NOT NULL,
    day         INTEGER NOT NULL,
    document    TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    by_whom     TEXT    NOT NULL,
    by_name     TEXT    NOT NULL,
    at_time     TEXT    NOT NULL,
    before_json TEXT    NOT NULL,
    after_json  TEXT    NOT NULL,
    undone_at   TEXT    NOT NULL,
    undone_by   TEXT    NOT NULL
);
