CREATE SCHEMA IF NOT EXISTS switchboard;

-- Every change takes the next number here first, and so waits for the change before it to commit: whoever has read up to
-- a number misses nothing below it.
CREATE TABLE switchboard.worker_revision (
  one_row  boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  revision bigint  NOT NULL
);
INSERT INTO switchboard.worker_revision (revision) VALUES (0);

-- The registered members of staff. Those who were removed stay, so that every process hears of it. Small: no shard.
--   trained_until   microseconds since 1970; the largest number: without end
CREATE TABLE switchboard.worker (
  id              text        PRIMARY KEY CHECK (id <> ''),
  revision        bigint      NOT NULL UNIQUE,
  removed         boolean     NOT NULL DEFAULT false,
  languages       text[]      NOT NULL,
  activity        smallint    NOT NULL CHECK (activity BETWEEN 1 AND 3),  -- 1 available, 2 busy, 3 away
  capacity        integer     NOT NULL CHECK (capacity >= 0),
  authority_level smallint    NOT NULL CHECK (authority_level BETWEEN 0 AND 9),
  trained_for     text[]      NOT NULL,
  trained_version bigint[]    NOT NULL,
  trained_until   bigint[]    NOT NULL,
  update_time     timestamptz NOT NULL,
  CONSTRAINT worker_trainings_are_whole CHECK (cardinality(trained_for) = cardinality(trained_version)
                                               AND cardinality(trained_for) = cardinality(trained_until))
);
