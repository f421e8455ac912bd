WITH next AS (
    UPDATE switchboard.worker_revision SET revision = revision + 1 RETURNING revision
), put AS (
    INSERT INTO switchboard.worker (id, revision, languages, activity, capacity, authority_level, trained_for,
                                    trained_version, trained_until, update_time)
    SELECT $1::text, next.revision, $2::text[], $3::smallint, $4::integer, $5::smallint, $6::text[], $7::bigint[],
           $8::bigint[], clock_timestamp()
    FROM next
    ON CONFLICT (id) DO UPDATE
    SET revision = excluded.revision, removed = false, languages = excluded.languages, activity = excluded.activity,
        capacity = excluded.capacity, authority_level = excluded.authority_level, trained_for = excluded.trained_for,
        trained_version = excluded.trained_version, trained_until = excluded.trained_until,
        update_time = excluded.update_time
    RETURNING revision
)
SELECT pg_notify('switchboard_worker', revision::text) FROM put
