SELECT asked.ordinal, message.author, message.visibility, message.text, message.create_time,
       coalesce(message.worker, ''), coalesce(message.guidelines, ''), coalesce(message.rules, ''),
       coalesce(message.answers, ''), coalesce(message.corrects, '')
FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, ordinal)
JOIN switchboard.message ON message.id = ANY (ARRAY[asked.id]) AND message.shard = (asked.id & 63)::smallint
ORDER BY asked.ordinal, message.seq
