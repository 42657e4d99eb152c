-- How often a register was changed, and when last: whoever holds something that
-- follows from a register looks whether it has moved.

ALTER TABLE register_state ADD COLUMN pupils_moved BIGINT NOT NULL DEFAULT 0;

ALTER TABLE register_state ADD COLUMN pupils_at TEXT NOT NULL DEFAULT '';

ALTER TABLE register_state ADD COLUMN staff_moved BIGINT NOT NULL DEFAULT 0;

ALTER TABLE register_state ADD COLUMN staff_at TEXT NOT NULL DEFAULT '';
