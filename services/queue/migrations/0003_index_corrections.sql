-- The triage room looks for what staff corrected. Few events are: only those are in the index.
CREATE INDEX event_reclassified ON switchboard.event (seq) WHERE kind = 8;
