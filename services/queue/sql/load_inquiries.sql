COPY switchboard.inquiry (id, position, create_time, first_response_due, tenant, queue, lane, confidence,
    runner_up_confidence, shard, channel, visibility, topic_method, unsure, topic, runner_up, language, area, route,
    external_id, author, urgency_signals, text) FROM STDIN (FORMAT binary)
