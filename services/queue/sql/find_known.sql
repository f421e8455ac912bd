-- Which of these request ids were used before, and which of these inquiries are stored already.
-- kind 1: request `ordinal` belongs to inquiry id, sent with content_hash. kind 2: inquiry `ordinal` is stored.
SELECT 1 AS kind, asked.ordinal, request.id, request.content_hash, NULL::bigint AS position, NULL::text AS text
FROM unnest($1::smallint[], $2::integer[], $3::uuid[])
     WITH ORDINALITY AS asked (shard, tenant, request_id, ordinal)
JOIN switchboard.request ON request.shard = ANY (ARRAY[asked.shard]) AND request.tenant = asked.tenant
                        AND request.request_id = asked.request_id
UNION ALL
SELECT 2, asked.ordinal, inquiry.id, NULL, inquiry.position, inquiry.text
FROM unnest($4::bigint[]) WITH ORDINALITY AS asked (id, ordinal)
JOIN switchboard.inquiry ON inquiry.id = ANY (ARRAY[asked.id]) AND inquiry.shard = (asked.id & 63)
