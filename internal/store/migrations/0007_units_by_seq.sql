-- A program that has the tree in memory reads only what came since. Without
-- these it would look through a county's units after every submission.

CREATE INDEX units_by_seq ON units (shard, seq);

CREATE INDEX unit_attrs_by_seq ON unit_attrs (shard, seq);
