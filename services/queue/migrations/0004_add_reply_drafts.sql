-- Replies that wait for somebody with the authority to send them.

-- Kinds of event more. A partition made from the parent has the constraint as its own, too.
DO $$
DECLARE
    partition regclass;
BEGIN
    ALTER TABLE switchboard.event DROP CONSTRAINT event_is_sane;
    FOR partition IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'switchboard.event'::regclass LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS event_is_sane', partition);
    END LOOP;
    ALTER TABLE switchboard.event
        ADD CONSTRAINT event_is_sane CHECK (shard = (id & 63) AND kind BETWEEN 2 AND 40 AND attempts >= 0);
END $$;

-- A draft holds the lease of its inquiry while it waits; its row in dispatch has the token from here.
--   id                            a position: time-ordered, so the oldest is at the left edge
--   queue, lane, position, token  of the lease: the draft's while it waits, its author's after it was returned
--   state                         1 waiting, 2 sent, 3 returned, 4 holding reply sent, 5 reassigned, 6 withdrawn
--   at_deadline                   1 release to the author, 2 holding reply, 3 reassign
CREATE TABLE switchboard.reply_draft (
    id              bigint      NOT NULL,
    inquiry         bigint      NOT NULL,
    position        bigint      NOT NULL,
    token           bigint      NOT NULL,
    create_time     timestamptz NOT NULL,
    deadline        timestamptz NOT NULL,
    decide_time     timestamptz,
    lease_until     timestamptz,
    request_id      uuid        NOT NULL,
    tenant          integer     NOT NULL DEFAULT 1,
    queue           integer     NOT NULL,
    lane            integer     NOT NULL,
    reassign_to     integer     NOT NULL,
    shard           smallint    NOT NULL,
    channel         smallint    NOT NULL,
    visibility      smallint    NOT NULL,
    disposition     smallint    NOT NULL,
    authority_level smallint    NOT NULL,
    attempts        smallint    NOT NULL,
    state           smallint    NOT NULL DEFAULT 1,
    at_deadline     smallint    NOT NULL,
    worker          text        NOT NULL,
    text            text        NOT NULL,
    refusal         text        NOT NULL,
    holding_reply   text        NOT NULL,
    decided_by      text        NOT NULL DEFAULT '',
    advice          text        NOT NULL DEFAULT '',
    PRIMARY KEY (id, inquiry, shard),
    UNIQUE (inquiry, request_id, shard),
    CONSTRAINT reply_draft_is_sane CHECK (shard = (inquiry & 63) AND state BETWEEN 1 AND 6 AND at_deadline BETWEEN 1 AND 3),
    CONSTRAINT reply_draft_is_decided_once CHECK ((state = 1) = (decide_time IS NULL))
);
CREATE INDEX reply_draft_due ON switchboard.reply_draft (deadline) WHERE state = 1;
