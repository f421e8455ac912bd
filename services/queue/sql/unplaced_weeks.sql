-- The weeks (since 2020-01-01) of which something is in the default partition.
SELECT DISTINCT (id >> 22) / 604800000 FROM switchboard.inquiry_default
