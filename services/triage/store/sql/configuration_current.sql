SELECT c.version, c.yaml, c.file_name, c.sha256, c.applied_at, c.applied_by, m.model
FROM switchboard.configuration c
LEFT JOIN switchboard.configuration_model m USING (version)
ORDER BY c.version DESC
LIMIT 1
