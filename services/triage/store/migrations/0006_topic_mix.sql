-- How many inquiries were sorted to each topic on a day, for whoever wants to know whether that changes. The topic is
-- empty where the sorter was unsure.
CREATE TABLE switchboard.topic_mix (
  day       date   NOT NULL,
  topic     text   NOT NULL,
  inquiries bigint NOT NULL CHECK (inquiries > 0),
  PRIMARY KEY (day, topic)
);
