-- What an account wants to hear of its to-dos outside the system: the daily
-- digest by mail, and a calendar under a secret address, of which the hash is
-- kept. feed_hash is '' where there is none.

CREATE TABLE todo_feeds (
    account   TEXT    NOT NULL PRIMARY KEY,
    digest    INTEGER NOT NULL,
    feed_hash TEXT    NOT NULL,
    feed_made TEXT    NOT NULL
);

CREATE UNIQUE INDEX todo_feeds_hash ON todo_feeds (feed_hash) WHERE feed_hash <> '';
