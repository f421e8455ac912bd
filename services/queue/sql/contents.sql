-- What was taken in, of these inquiries. `= ANY (ARRAY[…])`: see claim.sql.
SELECT inquiry.id, tenant, channel, visibility, topic_method, unsure, confidence, runner_up_confidence, topic, runner_up,
       language, area, route, external_id, author, urgency_signals, create_time, first_response_due, text
FROM unnest($1::bigint[]) AS wanted (id)
JOIN switchboard.inquiry ON inquiry.id = ANY (ARRAY[wanted.id]) AND inquiry.shard = (wanted.id & 63)::smallint
