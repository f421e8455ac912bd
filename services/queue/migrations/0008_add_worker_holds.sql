-- Workers who may hold so many inquiries and no more. Only what is claimed for them touches these tables: a settlement
-- does not.

-- Whoever claims for a worker holds its row until the claim commits: claims for one worker are made one after the other,
-- whatever process they come by. Small, as the table of registered workers: no shard.
CREATE TABLE switchboard.limited_worker (
    worker text PRIMARY KEY
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- Where each of their leases stands. What has been settled is seen by its row in dispatch, which is gone: positions are
-- never used twice. It is forgotten by the worker's next claim.
CREATE TABLE switchboard.worker_hold (
    worker   text     NOT NULL,
    position bigint   NOT NULL,
    queue    integer  NOT NULL,
    lane     integer  NOT NULL,
    shard    smallint NOT NULL,
    PRIMARY KEY (worker, queue, lane, position, shard)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
