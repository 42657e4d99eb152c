-- Views of lists that people keep, and which of them a list opens with. shared is
-- '' for nobody, '*' for everybody, otherwise the unit with whose people. Small.

CREATE TABLE saved_views (
    id      TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    page    TEXT NOT NULL,
    name    TEXT NOT NULL,
    query   TEXT NOT NULL,
    shared  TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at_time TEXT NOT NULL,
    UNIQUE (account, page, name)
);

CREATE INDEX saved_views_shared ON saved_views (page, shared);

CREATE TABLE saved_defaults (
    account TEXT NOT NULL,
    page    TEXT NOT NULL,
    view_id TEXT NOT NULL,
    PRIMARY KEY (account, page)
);
