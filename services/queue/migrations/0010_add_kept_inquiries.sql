-- Reopened inquiries that wait for the worker who answered them last. Each is in `delayed` with the same ready_at: at that
-- time it becomes ready for everybody, whatever is here. Short: it is read as a whole every second.
--   queue, lane, position, token  of the lease, once the worker has claimed it
CREATE TABLE switchboard.kept_inquiry (
    worker   text        NOT NULL,
    ready_at timestamptz NOT NULL,
    id       bigint      NOT NULL,
    token    bigint      NOT NULL DEFAULT 0,
    position bigint,
    tenant   integer     NOT NULL DEFAULT 1,
    queue    integer     NOT NULL,
    lane     integer     NOT NULL,
    shard    smallint    NOT NULL,
    PRIMARY KEY (worker, ready_at, id, shard),
    CONSTRAINT kept_inquiry_is_sane CHECK (shard = (id & 63) AND (token <> 0) = (position IS NOT NULL))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
