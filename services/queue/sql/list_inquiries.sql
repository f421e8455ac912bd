SELECT id, tenant, channel, visibility, topic_method, unsure, confidence, runner_up_confidence, topic, runner_up,
       language, area, route, external_id, author, urgency_signals, create_time, first_response_due, text,
       state, queue_now, lane_now, attempts, corrected_topic, disposition
FROM switchboard.inquiry_now
WHERE id < $1::bigint AND id >= $2::bigint
  AND ($3::timestamptz IS NULL OR create_time >= $3::timestamptz)
  AND ($4::timestamptz IS NULL OR create_time < $4::timestamptz)
  AND ($5::smallint = 0 OR channel = $5::smallint)
  AND ($6::integer IS NULL OR state = $6::integer)
  AND ($7::integer IS NULL OR queue_now = $7::integer)
  AND ($8::text = '' OR coalesce(corrected_topic, topic) = $8::text)
ORDER BY id DESC
LIMIT $9::integer
