#include "services/wire/answer_to_proto.h"

#include "common/ids/resource_name.h"
#include "services/wire/times.h"

namespace switchboard::wire {

void FillAnswer(const guidance::Answer& answer, v1::Answer& out) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  out.set_name(AnswerName(answer.id));
  out.set_version(answer.version);
  for (const std::string& topic : answer.topics) out.add_topics(TopicName(topic));
  for (const auto& [language, title] : answer.title) (*out.mutable_titles())[language] = title;
  for (const auto& [language, text] : answer.text) (*out.mutable_texts())[language] = text;
  if (answer.first_day) SetTime(absl::FromCivil(*answer.first_day, utc), out.mutable_valid_from_time());
  if (answer.last_day) SetTime(absl::FromCivil(*answer.last_day + 1, utc), out.mutable_valid_until_time());
}

}  // namespace switchboard::wire
