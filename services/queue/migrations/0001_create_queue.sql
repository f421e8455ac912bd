-- The tables of the queue engine. What all of them have in common:
--   shard   is in every key, so that the tables can be distributed by it without a rewrite (it is the low six bits of
--           the inquiry's id); time-ordered columns come first in the indexes of hot tables, so that what is inserted
--           goes to their right edge.
--   tenant  is there so that isolation can be switched on later; 1 is the one there is now.
-- No sequences, no foreign keys and no triggers: ids, positions and tokens are made by the processes.
-- No statement's plan hangs on statistics, so the large tables are not analyzed by themselves: it would cost more than
-- what is done with their rows.

CREATE SCHEMA IF NOT EXISTS switchboard;

-- What was taken in. Insert-only; partitioned by id, that is by time, with `event` and `message` in step.
CREATE TABLE switchboard.inquiry (
    id                   bigint      NOT NULL,
    position             bigint      NOT NULL,  -- where it was put at intake, with queue and lane
    create_time          timestamptz NOT NULL,
    first_response_due   timestamptz NOT NULL,
    tenant               integer     NOT NULL DEFAULT 1,
    queue                integer     NOT NULL,
    lane                 integer     NOT NULL,
    confidence           real        NOT NULL,
    runner_up_confidence real        NOT NULL,
    shard                smallint    NOT NULL,
    channel              smallint    NOT NULL,
    visibility           smallint    NOT NULL,
    topic_method         smallint    NOT NULL,
    unsure               boolean     NOT NULL,
    topic                text        NOT NULL,
    runner_up            text        NOT NULL,
    language             text        NOT NULL,
    area                 text        NOT NULL,
    route                text        NOT NULL,
    external_id          text        NOT NULL,
    author               text        NOT NULL,
    urgency_signals      text        NOT NULL,
    text                 text        NOT NULL,
    PRIMARY KEY (id, shard),
    CONSTRAINT inquiry_is_sane CHECK (id > 0 AND position > 0 AND shard = (id & 63) AND queue > 0 AND lane > 0)
) PARTITION BY RANGE (id);

-- Every transition but the first, which the inquiry itself is. Append-only.
--   seq      a position-like number: its time is the event's, and it orders the events of an inquiry
--   queue, lane, position, ready_at   where the inquiry stands afterwards; position: in dispatch, ready_at: in delayed
CREATE TABLE switchboard.event (
    id          bigint   NOT NULL,
    seq         bigint   NOT NULL,
    token       bigint,
    position    bigint,
    ready_at    timestamptz,
    tenant      integer  NOT NULL DEFAULT 1,
    queue       integer  NOT NULL,
    lane        integer  NOT NULL,
    shard       smallint NOT NULL,
    kind        smallint NOT NULL,
    attempts    smallint NOT NULL,
    disposition smallint,
    worker      text,
    topic       text,
    reason      text,
    PRIMARY KEY (id, seq, shard),
    CONSTRAINT event_is_sane CHECK (shard = (id & 63) AND kind BETWEEN 2 AND 16 AND attempts >= 0)
) PARTITION BY RANGE (id);

-- What was written after the inquiry itself.
CREATE TABLE switchboard.message (
    id           bigint      NOT NULL,
    seq          bigint      NOT NULL,
    content_hash bigint      NOT NULL,
    create_time  timestamptz NOT NULL,
    request_id   uuid,
    tenant       integer     NOT NULL DEFAULT 1,
    shard        smallint    NOT NULL,
    author       smallint    NOT NULL,
    visibility   smallint    NOT NULL,
    text         text        NOT NULL,
    PRIMARY KEY (id, seq, shard),
    UNIQUE (id, request_id, shard),
    CONSTRAINT message_is_sane CHECK (shard = (id & 63))
) PARTITION BY RANGE (id);

-- A safety net: rows wait here when nobody made their partition in time, and move when somebody does.
CREATE TABLE switchboard.inquiry_default PARTITION OF switchboard.inquiry DEFAULT;
CREATE TABLE switchboard.event_default PARTITION OF switchboard.event DEFAULT;
CREATE TABLE switchboard.message_default PARTITION OF switchboard.message DEFAULT;

-- Request ids that were used, so that a repeated submission is the same inquiry.
CREATE TABLE switchboard.request (
    request_id   uuid        NOT NULL,
    id           bigint      NOT NULL,
    content_hash bigint      NOT NULL,
    expires      timestamptz NOT NULL,
    tenant       integer     NOT NULL DEFAULT 1,
    shard        smallint    NOT NULL,
    PRIMARY KEY (shard, tenant, request_id)
) WITH (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 2000000000);
CREATE INDEX request_expires ON switchboard.request USING brin (expires)
    WITH (pages_per_range = 32, autosummarize = on);

-- What waits (token 0) and what is leased. One narrow row per open inquiry. No column that a claim changes is in the
-- only index, and enough of each page is free for the leased version of every row in it, which is the wider one: so a
-- claim writes one new version beside the old one and no index entry.
CREATE TABLE switchboard.dispatch (
    position     bigint   NOT NULL,
    id           bigint   NOT NULL,
    token        bigint   NOT NULL DEFAULT 0,
    claim_time   timestamptz,
    lease_until  timestamptz,
    tenant       integer  NOT NULL DEFAULT 1,
    queue        integer  NOT NULL,
    lane         integer  NOT NULL,
    shard        smallint NOT NULL,
    attempts     smallint NOT NULL DEFAULT 0,
    unread       boolean  NOT NULL DEFAULT false,  -- a message came that no lease has brought to a worker yet
    has_messages boolean  NOT NULL DEFAULT false,
    worker       text,
    topic        text,                             -- where it was corrected
    PRIMARY KEY (queue, lane, position, shard),
    CONSTRAINT dispatch_is_sane CHECK (position > 0 AND shard = (id & 63) AND queue > 0 AND lane > 0 AND attempts >= 0),
    CONSTRAINT dispatch_lease_is_whole CHECK ((token <> 0) = (lease_until IS NOT NULL AND claim_time IS NOT NULL
                                                              AND worker IS NOT NULL))
) WITH (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 2000000000,
        autovacuum_vacuum_cost_delay = 0);

-- What is put off or backs off.
CREATE TABLE switchboard.delayed (
    ready_at     timestamptz NOT NULL,
    id           bigint      NOT NULL,
    tenant       integer     NOT NULL DEFAULT 1,
    queue        integer     NOT NULL,
    lane         integer     NOT NULL,
    shard        smallint    NOT NULL,
    attempts     smallint    NOT NULL,
    unread       boolean     NOT NULL,
    has_messages boolean     NOT NULL,
    topic        text,
    PRIMARY KEY (ready_at, id, shard),
    CONSTRAINT delayed_is_sane CHECK (shard = (id & 63) AND queue > 0 AND lane > 0 AND attempts >= 0)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- Which inquiries go to another queue when they were not claimed by a certain time.
CREATE TABLE switchboard.overflow (
    due_at       timestamptz NOT NULL,
    id           bigint      NOT NULL,
    position     bigint      NOT NULL,
    queue        integer     NOT NULL,
    lane         integer     NOT NULL,
    target_queue integer     NOT NULL,
    shard        smallint    NOT NULL,
    PRIMARY KEY (due_at, id, shard),
    CONSTRAINT overflow_is_sane CHECK (shard = (id & 63) AND queue > 0 AND lane > 0 AND target_queue > 0)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- What was given up, until somebody redrives it.
CREATE TABLE switchboard.dead_letter (
    id           bigint      NOT NULL,
    died_at      timestamptz NOT NULL,
    tenant       integer     NOT NULL DEFAULT 1,
    queue        integer     NOT NULL,
    lane         integer     NOT NULL,
    shard        smallint    NOT NULL,
    attempts     smallint    NOT NULL,
    unread       boolean     NOT NULL,
    has_messages boolean     NOT NULL,
    topic        text,
    reason       text        NOT NULL,
    PRIMARY KEY (id, shard),
    CONSTRAINT dead_letter_is_sane CHECK (shard = (id & 63) AND queue > 0 AND lane > 0 AND attempts >= 0)
);

CREATE TABLE switchboard.queue (
    number       integer PRIMARY KEY CHECK (number > 0),
    name         text    NOT NULL UNIQUE CHECK (name ~ '^[a-z][a-z0-9-]{0,62}$'),
    paused       boolean NOT NULL DEFAULT false,
    pause_reason text    NOT NULL DEFAULT ''
);

-- Every lane that was ever used.
CREATE TABLE switchboard.lane (
    queue integer NOT NULL,
    lane  integer NOT NULL,
    PRIMARY KEY (queue, lane)
);

-- What each commit took in and completed, one row per commit and queue; folded into queue_tally after a minute.
-- No index: it is short, and read as a whole.
CREATE TABLE switchboard.tally (
    seq       bigint   NOT NULL,
    queue     integer  NOT NULL,
    received  integer  NOT NULL DEFAULT 0,
    unsure    integer  NOT NULL DEFAULT 0,
    completed integer  NOT NULL DEFAULT 0
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 2000000000);

CREATE TABLE switchboard.queue_tally (
    queue     integer PRIMARY KEY,
    received  bigint  NOT NULL,
    unsure    bigint  NOT NULL,
    completed bigint  NOT NULL
);

-- Which process uses which node number (common/ids). Free when it has expired.
CREATE TABLE switchboard.node (
    node    smallint PRIMARY KEY CHECK (node BETWEEN 0 AND 255),
    holder  uuid,
    expires timestamptz NOT NULL
);
INSERT INTO switchboard.node (node, expires) SELECT number, '-infinity' FROM generate_series(0, 255) AS number;

-- An inquiry as it is now. Where it stands is looked up among the places that its history names: the dispatch, delayed
-- and dead_letter rows are the truth, and in one snapshot it is in at most one of them; in none: closed.
CREATE VIEW switchboard.inquiry_now AS
SELECT inquiry.*,
       coalesce(standing.state, CASE closing.kind WHEN 3 THEN 5 WHEN 12 THEN 6 END) AS state,
       coalesce(standing.queue, closing.queue) AS queue_now,
       coalesce(standing.lane, closing.lane) AS lane_now,
       standing.position AS position_now,
       standing.ready_at,
       coalesce(standing.attempts, closing.attempts) AS attempts,
       correction.topic AS corrected_topic,
       CASE WHEN standing.state IS NULL THEN coalesce(closing.disposition, 0) ELSE 0 END AS disposition
FROM switchboard.inquiry
LEFT JOIN LATERAL (
    SELECT waiting.*
    FROM (SELECT inquiry.queue, inquiry.lane, inquiry.position
          UNION ALL
          SELECT event.queue, event.lane, event.position FROM switchboard.event
          WHERE event.id = inquiry.id AND event.shard = inquiry.shard AND event.position IS NOT NULL) AS place
    CROSS JOIN LATERAL (
        SELECT CASE WHEN dispatch.token = 0 THEN 1 ELSE 2 END AS state, dispatch.queue, dispatch.lane,
               dispatch.position, NULL::timestamptz AS ready_at, dispatch.attempts
        FROM switchboard.dispatch
        WHERE dispatch.queue = place.queue AND dispatch.lane = place.lane AND dispatch.position = place.position
          AND dispatch.shard = inquiry.shard AND dispatch.id = inquiry.id
        OFFSET 0
    ) AS waiting
    UNION ALL
    SELECT put_off.*
    FROM (SELECT DISTINCT event.ready_at FROM switchboard.event
          WHERE event.id = inquiry.id AND event.shard = inquiry.shard AND event.ready_at IS NOT NULL) AS place
    CROSS JOIN LATERAL (
        SELECT 3, delayed.queue, delayed.lane, NULL::bigint, delayed.ready_at, delayed.attempts
        FROM switchboard.delayed
        WHERE delayed.ready_at = place.ready_at AND delayed.shard = inquiry.shard AND delayed.id = inquiry.id
        OFFSET 0
    ) AS put_off
    UNION ALL
    SELECT 4, dead_letter.queue, dead_letter.lane, NULL, NULL, dead_letter.attempts
    FROM switchboard.dead_letter
    WHERE dead_letter.shard = inquiry.shard AND dead_letter.id = inquiry.id
    LIMIT 1
) AS standing ON true
LEFT JOIN LATERAL (
    SELECT event.kind, event.queue, event.lane, event.attempts, event.disposition FROM switchboard.event
    WHERE event.id = inquiry.id AND event.shard = inquiry.shard AND event.kind IN (3, 12)
    ORDER BY event.seq DESC LIMIT 1
) AS closing ON standing.state IS NULL
LEFT JOIN LATERAL (
    SELECT event.topic FROM switchboard.event
    WHERE event.id = inquiry.id AND event.shard = inquiry.shard AND event.topic IS NOT NULL
    ORDER BY event.seq DESC LIMIT 1
) AS correction ON true;

-- Makes one partition of each partitioned table for ids from first_id up to, not including, end_id, and moves there
-- what waits in the default partitions. True where it was missing.
CREATE FUNCTION switchboard.create_partition(suffix text, first_id bigint, end_id bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    child text;
    made boolean := false;
BEGIN
    FOREACH parent IN ARRAY ARRAY['inquiry', 'event', 'message'] LOOP
        child := parent || '_' || suffix;
        CONTINUE WHEN to_regclass('switchboard.' || child) IS NOT NULL;
        EXECUTE format('LOCK TABLE switchboard.%I IN ACCESS EXCLUSIVE MODE', parent || '_default');
        CONTINUE WHEN to_regclass('switchboard.' || child) IS NOT NULL;
        EXECUTE format('CREATE TABLE switchboard.%I (LIKE switchboard.%I INCLUDING ALL) WITH ('
                       'autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0, '
                       'autovacuum_analyze_threshold = 2000000000, autovacuum_vacuum_cost_delay = 0)', child, parent);
        EXECUTE format('WITH moved AS (DELETE FROM switchboard.%I WHERE id >= $1 AND id < $2 RETURNING *) '
                       'INSERT INTO switchboard.%I SELECT * FROM moved', parent || '_default', child)
            USING first_id, end_id;
        EXECUTE format('ALTER TABLE switchboard.%I ATTACH PARTITION switchboard.%I FOR VALUES FROM (%s) TO (%s)',
                       parent, child, first_id, end_id);
        made := true;
    END LOOP;
    RETURN made;
END $$;

-- A text of several kilobytes is packed faster by lz4, where the server has it.
DO $$
BEGIN
    ALTER TABLE switchboard.inquiry ALTER COLUMN text SET COMPRESSION lz4;
    ALTER TABLE switchboard.inquiry_default ALTER COLUMN text SET COMPRESSION lz4;
    ALTER TABLE switchboard.message ALTER COLUMN text SET COMPRESSION lz4;
    ALTER TABLE switchboard.message_default ALTER COLUMN text SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN
    NULL;
END $$;
