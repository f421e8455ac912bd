-- What staff corrected, as examples to learn from: the text as the sorter reads it, with mentions, links, addresses and
-- long numbers masked.
--   seq        of the event by which it was corrected; a later one replaces it
--   sorted_as  the topic it had before; empty: unsure
--   state      1 waits, 2 accepted, 3 rejected
CREATE TABLE switchboard.correction (
  inquiry     bigint   PRIMARY KEY CHECK (inquiry > 0),
  seq         bigint   NOT NULL,
  sorted_as   text     NOT NULL,
  topic       text     NOT NULL CHECK (topic <> ''),
  text        text     NOT NULL,
  state       smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3),
  reviewed_by text     NOT NULL DEFAULT ''
);
CREATE INDEX correction_by_state ON switchboard.correction (state, inquiry);
