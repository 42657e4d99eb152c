-- What comparing lists of children came to, line by line: the body is the caller's. A
-- run is what one comparison wrote; the one that stands is named by its document.

CREATE TABLE compared (
    comparison TEXT    NOT NULL,
    run        TEXT    NOT NULL,
    part       TEXT    NOT NULL,
    no         INTEGER NOT NULL,
    person     TEXT    NOT NULL, -- the child of the line; empty where it is of none
    body       TEXT    NOT NULL,
    PRIMARY KEY (comparison, run, part, no)
);

CREATE INDEX compared_of_person ON compared (comparison, run, person);
