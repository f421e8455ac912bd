SELECT c.version, c.yaml, c.file_name, c.sha256, c.applied_at, c.applied_by, m.model, c.model, c.guidelines,
       c.guidelines_file_name, c.answers, c.answers_file_name
FROM switchboard.configuration c
LEFT JOIN switchboard.model m ON m.version = c.model
ORDER BY c.version DESC
LIMIT 1
