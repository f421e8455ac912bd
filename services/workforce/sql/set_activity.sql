WITH next AS (
    UPDATE switchboard.worker_revision SET revision = revision + 1 RETURNING revision
), changed AS (
    UPDATE switchboard.worker SET revision = next.revision, activity = $2::smallint, update_time = clock_timestamp()
    FROM next
    WHERE worker.id = $1::text AND NOT worker.removed
    RETURNING worker.revision
)
SELECT pg_notify('switchboard_worker', revision::text) FROM changed
