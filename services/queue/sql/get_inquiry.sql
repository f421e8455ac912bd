SELECT id, tenant, channel, visibility, topic_method, unsure, confidence, runner_up_confidence, topic, runner_up,
       language, area, route, external_id, author, urgency_signals, create_time, first_response_due, text,
       state, queue_now, lane_now, attempts, corrected_topic, disposition
FROM switchboard.inquiry_now
WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint
