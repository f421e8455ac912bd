#include "services/guidance/answer_library.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace switchboard::guidance {
namespace {

void WriteTexts(YAML::Emitter& out, const char* key, const LocalizedText& texts) {
  out << YAML::Key << key << YAML::Value << YAML::BeginMap;
  for (const auto& [language, text] : texts) {
    out << YAML::Key << language << YAML::Value << YAML::DoubleQuoted << text;
  }
  out << YAML::EndMap;
}

void WriteDay(YAML::Emitter& out, const char* key, const std::optional<absl::CivilDay>& day) {
  if (day) out << YAML::Key << key << YAML::Value << std::string(absl::FormatCivilTime(*day));
}

}  // namespace

std::string Answer::NameWithVersion() const { return absl::StrCat(id, "@", version); }

bool Answer::IsValidAt(absl::Time now) const {
  const absl::CivilDay today = absl::ToCivilDay(now, absl::UTCTimeZone());
  return today >= first_day.value_or(today) && today <= last_day.value_or(today);
}

const Answer* AnswerLibrary::Find(std::string_view id) const {
  const auto found = std::find_if(answers.begin(), answers.end(), [&](const Answer& each) { return each.id == id; });
  return found == answers.end() ? nullptr : &*found;
}

std::string WriteAnswer(const Answer& answer) {
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << "version" << YAML::Value << 1;
  out << YAML::Key << "answers" << YAML::Value << YAML::BeginSeq << YAML::BeginMap;
  out << YAML::Key << "id" << YAML::Value << answer.id;
  out << YAML::Key << "version" << YAML::Value << answer.version;
  out << YAML::Key << "topics" << YAML::Value << YAML::Flow << answer.topics;
  WriteDay(out, "valid_from", answer.first_day);
  WriteDay(out, "valid_until", answer.last_day);
  WriteTexts(out, "title", answer.title);
  WriteTexts(out, "text", answer.text);
  out << YAML::EndMap << YAML::EndSeq << YAML::EndMap;
  return absl::StrCat(out.c_str(), "\n");
}

}  // namespace switchboard::guidance
