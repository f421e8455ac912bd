-- Which of the given versions are kept with another content: their places, from 1.
SELECT given.place
FROM unnest($1::text[], $2::integer[], $3::text[]) WITH ORDINALITY AS given (id, version, content, place)
JOIN switchboard.answer_version USING (id, version)
WHERE answer_version.content <> given.content
ORDER BY given.place
