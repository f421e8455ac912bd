SELECT inquiry_now.id, inquiry_now.tenant, inquiry_now.channel, inquiry_now.visibility, inquiry_now.topic_method,
       inquiry_now.unsure, inquiry_now.confidence, inquiry_now.runner_up_confidence, inquiry_now.topic,
       inquiry_now.runner_up, inquiry_now.language, inquiry_now.area, inquiry_now.route, inquiry_now.external_id,
       inquiry_now.author, inquiry_now.urgency_signals, inquiry_now.create_time, inquiry_now.first_response_due,
       inquiry_now.text, state, queue_now, lane_now, inquiry_now.attempts, corrected_topic, disposition,
       dead_letter.reason, dead_letter.died_at
FROM switchboard.dead_letter
JOIN switchboard.inquiry_now ON inquiry_now.id = ANY (ARRAY[dead_letter.id]) AND inquiry_now.shard = dead_letter.shard
WHERE ($1::integer IS NULL OR dead_letter.queue = $1::integer) AND dead_letter.id < $2::bigint
ORDER BY dead_letter.id DESC
LIMIT $3::integer
