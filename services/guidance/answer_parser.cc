#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "common/yaml/yaml_reader.h"
#include "services/guidance/answer_library.h"
#include "services/guidance/yaml_fields.h"

namespace switchboard::guidance {
namespace {

constexpr size_t kMostAnswerFileBytes = 8 << 20;
constexpr size_t kMostAnswers = 10000;
constexpr int kHighestAnswerVersion = 1000000;

class AnswerParser {
 public:
  explicit AnswerParser(std::string_view file_name) : in_(file_name) {}

  absl::Status ReadFile(std::string_view yaml, std::vector<YamlError>* errors) {
    return in_.ReadFile(
        yaml, kMostAnswerFileBytes, [this](const YAML::Node& root) { Read(root); }, errors);
  }
  void Read(const YAML::Node& root);
  std::shared_ptr<const AnswerLibrary> Take() { return std::make_shared<const AnswerLibrary>(std::move(out_)); }

 private:
  using Node = YAML::Node;
  using Path = std::string;

  void ReadAnswer(const Node& node, const Path& field);
  void ReadVersion(const Node& node, const Path& field, Answer* answer);
  void ReadDay(const Node& node, const Path& field, std::optional<absl::CivilDay>* to);
  void CheckAnswer(const Node& node, const Path& field, const Answer& answer);

  YamlReader in_;
  AnswerLibrary out_;
  std::set<std::string> ids_;
};

void AnswerParser::Read(const Node& root) {
  const auto read_answer = [this](const Node& node, const Path& field) { ReadAnswer(node, field); };
  in_.ReadMap(root, "",
              {{"version", true, [this](const Node& node, const Path& field) { in_.ReadInteger(node, field, 1, 1); }},
               {"answers", true, ReadEach(in_, kMostAnswers, read_answer)}});
}

void AnswerParser::ReadAnswer(const Node& node, const Path& field) {
  Answer answer;
  in_.ReadMap(
      node, field,
      {{"id", true, ReadUniqueId(in_, &answer.id, &ids_, "answer")},
       {"version", true, [&](const Node& each, const Path& path) { ReadVersion(each, path, &answer); }},
       {"topics", true, ReadIds(in_, &answer.topics)},
       {"valid_from", false, [&](const Node& each, const Path& path) { ReadDay(each, path, &answer.first_day); }},
       {"valid_until", false, [&](const Node& each, const Path& path) { ReadDay(each, path, &answer.last_day); }},
       {"title", true, ReadLocalized(in_, &answer.title, kMostAnswerTitleBytes)},
       {"text", true, ReadLocalized(in_, &answer.text, kMostAnswerTextBytes)}});
  if (node.IsMap()) CheckAnswer(node, field, answer);
  out_.answers.push_back(std::move(answer));
}

void AnswerParser::ReadVersion(const Node& node, const Path& field, Answer* answer) {
  answer->version = in_.ReadInteger(node, field, 1, kHighestAnswerVersion).value_or(answer->version);
  answer->line = node.Mark().line + 1;
  answer->column = node.Mark().column + 1;
}

void AnswerParser::ReadDay(const Node& node, const Path& field, std::optional<absl::CivilDay>* to) {
  absl::CivilDay day;
  if (!node.IsScalar() || !absl::ParseCivilTime(node.Scalar(), &day)) {
    return in_.Fail(node, field, "must be a day such as 2026-12-31");
  }
  *to = day;
}

void AnswerParser::CheckAnswer(const Node& node, const Path& field, const Answer& answer) {
  if (node["topics"] && answer.topics.empty()) in_.Fail(node["topics"], field + ".topics", "must name a topic");
  if (node["text"] && answer.text.empty()) in_.Fail(node["text"], field + ".text", "must have a language");
  if (answer.first_day && answer.last_day && *answer.last_day < *answer.first_day) {
    in_.Fail(node["valid_until"], field + ".valid_until", "is before valid_from");
  }
  for (const auto& [language, text] : answer.text) {
    if (!answer.title.contains(language)) in_.Fail(node, field + ".title", StrCat("is missing in ", language));
  }
  for (const auto& [language, title] : answer.title) {
    if (!answer.text.contains(language)) in_.Fail(node, field + ".text", StrCat("is missing in ", language));
  }
}

}  // namespace

absl::StatusOr<std::shared_ptr<const AnswerLibrary>> ParseAnswers(std::string_view yaml, std::string_view file_name,
                                                                  std::vector<YamlError>* errors) {
  AnswerParser parser(file_name);
  SWITCHBOARD_RETURN_IF_ERROR(parser.ReadFile(yaml, errors));
  return parser.Take();
}

}  // namespace switchboard::guidance
