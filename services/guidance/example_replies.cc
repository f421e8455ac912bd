#include "services/guidance/example_replies.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "common/yaml/yaml_reader.h"
#include "services/guidance/channel_profile.h"
#include "services/guidance/yaml_fields.h"

namespace switchboard::guidance {
namespace {

constexpr size_t kMostExampleFileBytes = 8 << 20;
constexpr size_t kMostExamples = 100000;
constexpr size_t kMostExampleTextBytes = 1 << 20;
constexpr size_t kMostExpectedRules = 100;

class ExampleParser {
 public:
  ExampleParser(std::string_view file_name, const ExampleNames* known) : in_(file_name), known_(known) {}

  absl::Status ReadFile(std::string_view yaml, std::vector<YamlError>* errors) {
    return in_.ReadFile(
        yaml, kMostExampleFileBytes, [this](const YAML::Node& root) { Read(root); }, errors);
  }
  void Read(const YAML::Node& root) {
    in_.ReadMap(root, "",
                {{"version", true, [this](const Node& node, const Path& field) { in_.ReadInteger(node, field, 1, 1); }},
                 {"examples", true, [this](const Node& node, const Path& field) {
                    in_.ReadList(node, field, kMostExamples,
                                 [this](const Node& item, const Path& path) { ReadExample(item, path); });
                  }}});
  }

  std::vector<ExampleReply> Take() { return std::move(out_); }

 private:
  using Node = YAML::Node;
  using Path = std::string;

  YamlReader::Read Id(std::string* to) {
    return [=, this](const Node& node, const Path& field) { *to = in_.ReadId(node, field).value_or(""); };
  }

  void ReadExample(const Node& node, const Path& field);
  void ReadRule(const Node& node, const Path& field, ExampleReply* example);
  void CheckTopic(const Node& node, const Path& field, const ExampleReply& example);

  YamlReader in_;
  const ExampleNames* const known_;  // null: not checked
  std::vector<ExampleReply> out_;
};

void ExampleParser::ReadRule(const Node& node, const Path& field, ExampleReply* example) {
  const auto id = in_.ReadId(node, field);
  if (!id) return;
  if (known_ != nullptr && !known_->rules.contains(*id))
    in_.Fail(node, field, absl::StrCat("no rule has the id ", *id));
  example->expected_rules.push_back(*id);
}

void ExampleParser::CheckTopic(const Node& node, const Path& field, const ExampleReply& example) {
  if (known_ == nullptr || known_->topics.empty() || known_->topics.contains(example.topic)) return;
  const auto& rules = example.expected_rules;
  if (example.topic.empty() || std::find(rules.begin(), rules.end(), "no-guideline") != rules.end()) return;
  in_.Fail(node["topic"], field + ".topic", absl::StrCat("there is no topic ", example.topic));
}

void ExampleParser::ReadExample(const Node& node, const Path& field) {
  ExampleReply example;
  example.line = node.Mark().line + 1;
  const auto read_text = [&](const Node& each, const Path& path) {
    example.text = in_.ReadText(each, path, kMostExampleTextBytes).value_or("");
  };
  const auto read_channel = [&](const Node& each, const Path& path) {
    example.channel = each.IsScalar() ? each.Scalar() : "";
    if (FindChannel(example.channel) == nullptr) in_.Fail(each, path, absl::StrCat("must be one of ", ChannelNames()));
  };
  const auto read_visibility = [&](const Node& each, const Path& path) {
    const std::string name = each.IsScalar() ? each.Scalar() : "";
    example.is_public = name == "PUBLIC";
    if (!example.is_public && name != "PRIVATE") in_.Fail(each, path, "must be PUBLIC or PRIVATE");
  };
  const auto read_language = [&](const Node& each, const Path& path) {
    example.inquiry_language = in_.ReadLanguage(each, path).value_or("");
  };
  const auto read_disposition = [&](const Node& each, const Path& path) {
    example.disposition = ReadReplyDisposition(in_, each, path).value_or("");
  };
  const auto read_authority = [&](const Node& each, const Path& path) {
    example.authority_level = in_.ReadInteger(each, path, 0, 9).value_or(0);
  };
  const auto read_broadcast = [&](const Node& each, const Path& path) {
    const std::string name = each.IsScalar() ? each.Scalar() : "";
    example.is_broadcast = name == "true";
    if (!example.is_broadcast && name != "false") in_.Fail(each, path, "must be true or false");
  };
  const auto read_expected = [&](const Node& each, const Path& path) {
    const auto verdict = each.IsScalar() ? ParseReplyVerdict(each.Scalar()) : std::nullopt;
    if (!verdict) in_.Fail(each, path, "must be one of SENT, NEEDS_CHANGE, NEEDS_AUTHORITY, MOVE_TO_PRIVATE");
    example.expected = verdict.value_or(ReplyVerdict::kSent);
  };
  const auto read_rules = [&](const Node& each, const Path& path) {
    in_.ReadList(each, path, kMostExpectedRules,
                 [&](const Node& item, const Path& item_path) { ReadRule(item, item_path, &example); });
  };
  in_.ReadMap(node, field,
              {{"topic", true, Id(&example.topic)},
               {"channel", true, read_channel},
               {"visibility", true, read_visibility},
               {"language", true, read_language},
               {"disposition", false, read_disposition},
               {"authority_level", false, read_authority},
               {"broadcast", false, read_broadcast},
               {"text", true, read_text},
               {"expect", true, read_expected},
               {"rules", false, read_rules}});
  CheckTopic(node, field, example);
  out_.push_back(std::move(example));
}

}  // namespace

ExampleNames NamesOf(const GuidelineBook& book) {
  ExampleNames names{.rules = RuleIds(book)};
  for (const Guideline& guideline : book.guidelines) {
    names.topics.insert(guideline.scope.topics.begin(), guideline.scope.topics.end());
  }
  return names;
}

absl::StatusOr<std::vector<ExampleReply>> ParseExampleReplies(std::string_view yaml, std::string_view file_name,
                                                              const ExampleNames* known,
                                                              std::vector<YamlError>* errors) {
  ExampleParser parser(file_name, known);
  SWITCHBOARD_RETURN_IF_ERROR(parser.ReadFile(yaml, errors));
  return parser.Take();
}

ExampleResult TryExample(const GuidelineBook& book, const ExampleReply& example, const TellLanguages& tell_languages) {
  ExampleResult result;
  result.decision = EvaluateReply(book, {.text = example.text,
                                         .topic = example.topic,
                                         .channel = example.channel,
                                         .is_public = example.is_public,
                                         .inquiry_language = example.inquiry_language,
                                         .languages = tell_languages(example.text),
                                         .disposition = example.disposition,
                                         .authority_level = example.authority_level,
                                         .is_broadcast = example.is_broadcast});
  const auto& broken = result.decision.broken;
  const bool rules_broken =
      std::all_of(example.expected_rules.begin(), example.expected_rules.end(), [&](const std::string& id) {
        return std::any_of(broken.begin(), broken.end(), [&](const BrokenRule& each) { return each.rule == id; });
      });
  result.as_expected = result.decision.verdict == example.expected && rules_broken;
  return result;
}

}  // namespace switchboard::guidance
