// Example replies with the decisions that their author expects: how those who write guidelines try them.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_EXAMPLE_REPLIES_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_EXAMPLE_REPLIES_H_

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/yaml/yaml_error.h"
#include "services/guidance/reply_evaluator.h"

namespace switchboard::guidance {

struct ExampleReply {
  int line = 0;  // where it stands in its file, from 1
  std::string text = {};
  std::string topic = {};
  std::string channel = {};
  bool is_public = false;
  std::string inquiry_language = {};
  std::string disposition = {};
  int authority_level = 0;
  bool is_broadcast = false;
  ReplyVerdict expected = ReplyVerdict::kSent;
  std::vector<std::string> expected_rules = {};  // ids that must be among the broken ones
};

// What examples may name.
struct ExampleNames {
  std::set<std::string> topics = {};  // empty: any
  std::set<std::string> rules = {};
};

// The topics that guidelines name, and the rules that a reply can break.
ExampleNames NamesOf(const GuidelineBook& book);

// Parses strictly: an unknown key, channel, disposition or decision is refused with its place; see ParseGuidelines.
// Where `known` is given, so is a rule that is not there, and a topic unless the example expects `no-guideline`.
absl::StatusOr<std::vector<ExampleReply>> ParseExampleReplies(std::string_view yaml, std::string_view file_name,
                                                              const ExampleNames* known = nullptr,
                                                              std::vector<YamlError>* errors = nullptr);

struct ExampleResult {
  ReplyDecision decision;
  bool as_expected = false;  // the verdict, and every expected rule among the broken ones
};

// Tells what a text's paragraphs are clearly written in, see ReplyFacts::languages.
using TellLanguages = std::function<std::vector<std::string>(std::string_view text)>;

ExampleResult TryExample(const GuidelineBook& book, const ExampleReply& example, const TellLanguages& tell_languages);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_EXAMPLE_REPLIES_H_
