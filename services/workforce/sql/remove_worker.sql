WITH next AS (
    UPDATE switchboard.worker_revision SET revision = revision + 1 RETURNING revision
), removed AS (
    UPDATE switchboard.worker SET revision = next.revision, removed = true, update_time = clock_timestamp()
    FROM next
    WHERE worker.id = $1::text AND NOT worker.removed
    RETURNING worker.revision
)
SELECT pg_notify('switchboard_worker', revision::text) FROM removed
