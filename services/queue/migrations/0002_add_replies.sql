-- Replies: who sent them under which guidelines, their events, and the queue from which connectors take them.

ALTER TABLE switchboard.message
    ADD COLUMN worker     text,
    ADD COLUMN guidelines text,
    ADD COLUMN rules      text;

-- Four kinds of event more. A partition made from the parent has the constraint as its own, too.
DO $$
DECLARE
    partition regclass;
BEGIN
    ALTER TABLE switchboard.event DROP CONSTRAINT event_is_sane;
    FOR partition IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'switchboard.event'::regclass LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS event_is_sane', partition);
    END LOOP;
    ALTER TABLE switchboard.event
        ADD CONSTRAINT event_is_sane CHECK (shard = (id & 63) AND kind BETWEEN 2 AND 20 AND attempts >= 0);
END $$;

-- What waits for the connector of its channel. The text is in here, so that it can be delivered whatever becomes of the
-- partitions of its conversation.
--   seq   that of the message: time-ordered, so the oldest is at the left edge of its channel
--   gone  delivered or given up: kept as the answer to a connector that repeats itself
CREATE TABLE switchboard.outbound (
    seq         bigint      NOT NULL,
    id          bigint      NOT NULL,
    token       bigint      NOT NULL DEFAULT 0,
    reported    bigint      NOT NULL DEFAULT 0,  -- the token of the last report
    lease_until timestamptz,
    due_at      timestamptz NOT NULL DEFAULT '-infinity',
    tenant      integer     NOT NULL DEFAULT 1,
    shard       smallint    NOT NULL,
    channel     smallint    NOT NULL,
    visibility  smallint    NOT NULL,
    attempts    smallint    NOT NULL DEFAULT 0,
    gone        boolean     NOT NULL DEFAULT false,
    text        text        NOT NULL,
    reason      text,
    PRIMARY KEY (channel, seq, shard),
    CONSTRAINT outbound_is_sane CHECK (shard = (id & 63) AND attempts >= 0),
    CONSTRAINT outbound_lease_is_whole CHECK ((token <> 0) = (lease_until IS NOT NULL))
);
CREATE INDEX outbound_waiting ON switchboard.outbound (channel, seq) WHERE NOT gone;
