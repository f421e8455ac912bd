-- Retention asks which inquiries of a week have a statutory clock that runs, while nobody can use what it is about to drop.
-- Few have one at all: only their events are in the index.
CREATE INDEX event_statute ON switchboard.event (id, shard) WHERE kind IN (28, 29);
