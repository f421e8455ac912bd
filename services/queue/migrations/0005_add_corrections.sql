-- Answers that replies cite, corrections of those that cited a wrong one, private legs, and a way to forget what was
-- delivered.

ALTER TABLE switchboard.message
    ADD COLUMN answers  text,
    ADD COLUMN corrects text;

-- What a reply that waits for authority cites.
ALTER TABLE switchboard.reply_draft ADD COLUMN answers text NOT NULL DEFAULT '';

-- Where the citizen reads in private; empty: as the inquiry's author.
ALTER TABLE switchboard.outbound ADD COLUMN address text NOT NULL DEFAULT '';
CREATE INDEX outbound_gone ON switchboard.outbound (due_at) WHERE gone;

-- More kinds of event. A partition made from the parent has the constraint as its own, too.
DO $$
DECLARE
    partition regclass;
BEGIN
    ALTER TABLE switchboard.event DROP CONSTRAINT event_is_sane;
    FOR partition IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'switchboard.event'::regclass LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS event_is_sane', partition);
    END LOOP;
    ALTER TABLE switchboard.event
        ADD CONSTRAINT event_is_sane CHECK (shard = (id & 63) AND kind BETWEEN 2 AND 63 AND attempts >= 0);
END $$;

-- Every version that a reply ever cited ("pothole-report@2"), or that was recalled before one did. A reply holds the row
-- while it commits, and a recall waits for it: nothing that cites a recalled version commits after the recall.
CREATE TABLE switchboard.cited_answer (
    answer      text PRIMARY KEY,
    recalled_at timestamptz,
    recalled_by text,
    reason      text,
    CONSTRAINT cited_answer_is_sane CHECK ((recalled_at IS NULL) = (reason IS NULL))
);
CREATE INDEX cited_answer_recalled ON switchboard.cited_answer (answer) WHERE recalled_at IS NOT NULL;

-- Which reply (seq: of the message) cites which version, and the message that corrects it.
CREATE TABLE switchboard.answer_use (
    answer     text     NOT NULL,
    seq        bigint   NOT NULL,
    id         bigint   NOT NULL,
    correction bigint,
    tenant     integer  NOT NULL DEFAULT 1,
    shard      smallint NOT NULL,
    visibility smallint NOT NULL,
    PRIMARY KEY (answer, seq, shard),
    CONSTRAINT answer_use_is_sane CHECK (shard = (id & 63))
);
CREATE INDEX answer_use_of ON switchboard.answer_use (id);

-- Where the private leg of a public inquiry leads. One at a time.
CREATE TABLE switchboard.private_leg (
    id      bigint   NOT NULL,
    tenant  integer  NOT NULL DEFAULT 1,
    shard   smallint NOT NULL,
    channel smallint NOT NULL,
    address text     NOT NULL,
    PRIMARY KEY (id, shard),
    CONSTRAINT private_leg_is_sane CHECK (shard = (id & 63))
);
