-- Accounts, what they may do, how they sign in, and the audit log. Secrets are
-- kept as hashes. A time that has not come is the empty text. Accounts are few,
-- some thousands: these are reference tables; the audit log is not.

CREATE TABLE accounts (
    id          TEXT    NOT NULL PRIMARY KEY,
    login       TEXT    NOT NULL,
    login_key   TEXT    NOT NULL UNIQUE,
    name        TEXT    NOT NULL,
    unit        TEXT    NOT NULL,
    phone       TEXT    NOT NULL,
    mail        TEXT    NOT NULL,
    made        TEXT    NOT NULL,
    rev         BIGINT  NOT NULL,
    closed      INTEGER NOT NULL,
    must_change INTEGER NOT NULL,
    password    TEXT    NOT NULL,
    last_in     TEXT    NOT NULL,
    code        TEXT    NOT NULL,
    code_until  TEXT    NOT NULL,
    totp        INTEGER NOT NULL,
    totp_secret TEXT    NOT NULL,
    totp_step   BIGINT  NOT NULL,
    issuer      TEXT    NOT NULL,
    subject     TEXT    NOT NULL
);

CREATE UNIQUE INDEX accounts_subject ON accounts (issuer, subject) WHERE issuer <> '';

CREATE TABLE grants (
    account TEXT NOT NULL,
    role    TEXT NOT NULL,
    unit    TEXT NOT NULL,
    PRIMARY KEY (account, role, unit)
);

CREATE TABLE former_passwords (
    account TEXT    NOT NULL,
    no      INTEGER NOT NULL,
    hash    TEXT    NOT NULL,
    PRIMARY KEY (account, no)
);

-- Failures in a row, by what was typed: of names that do not exist too, so that
-- nobody learns from the answer which do.
CREATE TABLE failures (
    login_key    TEXT    NOT NULL PRIMARY KEY,
    failed       INTEGER NOT NULL,
    last_at      TEXT    NOT NULL,
    locked_until TEXT    NOT NULL
);

CREATE TABLE sessions (
    hash    TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    began   TEXT NOT NULL,
    seen    TEXT NOT NULL
);

CREATE INDEX sessions_account ON sessions (account);

CREATE TABLE tokens (
    id      TEXT NOT NULL PRIMARY KEY,
    hash    TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    label   TEXT NOT NULL,
    made    TEXT NOT NULL,
    until   TEXT NOT NULL,
    used    TEXT NOT NULL
);

CREATE INDEX tokens_account ON tokens (account);

-- Rows are only added. The head of each chain stands beside it and moves in the
-- same transaction.
CREATE TABLE audit (
    shard   TEXT   NOT NULL,
    no      BIGINT NOT NULL,
    at_time TEXT   NOT NULL,
    account TEXT   NOT NULL,
    role    TEXT   NOT NULL,
    action  TEXT   NOT NULL,
    object  TEXT   NOT NULL,
    unit    TEXT   NOT NULL,
    detail  TEXT   NOT NULL,
    remote  TEXT   NOT NULL,
    prev    TEXT   NOT NULL,
    hash    TEXT   NOT NULL,
    PRIMARY KEY (shard, no)
);

CREATE INDEX audit_at ON audit (at_time);

CREATE TABLE audit_heads (
    shard TEXT   NOT NULL PRIMARY KEY,
    no    BIGINT NOT NULL,
    hash  TEXT   NOT NULL
);
