#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "common/yaml/yaml_reader.h"
#include "services/guidance/authority_policy_parser.h"
#include "services/guidance/channel_profile.h"
#include "services/guidance/guideline.h"
#include "services/guidance/plain_text.h"
#include "services/guidance/yaml_fields.h"

namespace switchboard::guidance {
namespace {

constexpr size_t kMostFileBytes = 8 << 20;
constexpr size_t kMostGuidelines = 1000;
constexpr size_t kMostRules = 200;
constexpr size_t kMostPatterns = 200;
constexpr size_t kMostNameBytes = 200;
constexpr size_t kMostTextBytes = 64 << 10;
constexpr size_t kMostSentenceBytes = 1000;
constexpr size_t kMostPatternBytes = 2000;
constexpr int64_t kMostPatternMemory = 1 << 20;
constexpr int kHighestAuthority = 9;
constexpr int kHighestVersion = 9999;

template <typename Value>
struct Named {
  std::string_view name;
  Value value;
};

constexpr std::array<Named<RuleCheck>, 5> kChecks = {{
    {"FORBID_PERSONAL_DATA", RuleCheck::kForbidPersonalData},
    {"FORBID_PATTERN", RuleCheck::kForbidPattern},
    {"REQUIRE_PATTERN", RuleCheck::kRequirePattern},
    {"REQUIRE_LINK", RuleCheck::kRequireLink},
    {"FORBID_OTHER_LINKS", RuleCheck::kForbidOtherLinks},
}};

constexpr std::array<Named<RuleEffect>, 3> kEffects = {{
    {"CHANGE", RuleEffect::kChange},
    {"MOVE_TO_PRIVATE", RuleEffect::kMoveToPrivate},
    {"AUTHORITY", RuleEffect::kAuthority},
}};

constexpr std::array<Named<LanguageRule>, 3> kLanguageRules = {{
    {"OF_INQUIRY", LanguageRule::kOfInquiry},
    {"ALL_OFFICIAL", LanguageRule::kAllOfficial},
    {"ANY", LanguageRule::kAny},
}};

constexpr std::array<Named<bool>, 2> kLegs = {{{"PUBLIC", true}, {"PRIVATE", false}}};

class GuidelineParser {
 public:
  explicit GuidelineParser(std::string_view file_name) : in_(file_name) {}

  absl::Status ReadFile(std::string_view yaml, std::vector<YamlError>* errors) {
    return in_.ReadFile(
        yaml, kMostFileBytes, [this](const YAML::Node& root) { Read(root); }, errors);
  }
  void Read(const YAML::Node& root);
  std::shared_ptr<const GuidelineBook> Take() { return std::make_shared<const GuidelineBook>(std::move(out_)); }

 private:
  using Node = YAML::Node;
  using Path = std::string;
  using Read_ = YamlReader::Read;

  template <typename Value, size_t N>
  Read_ OneOf(const std::array<Named<Value>, N>& names, Value* to);
  Read_ Texts(std::vector<std::string>* to, size_t most_bytes);
  Read_ Languages(std::vector<std::string>* to);
  Read_ Channels(std::vector<std::string>* to);
  Read_ Leg(std::optional<bool>* to);
  Read_ Spoken(LocalizedText* to, size_t most_bytes);
  Read_ Authority(int* to);

  void ReadVersion(const Node& node, const Path& field, Guideline* guideline);
  void ReadDispositions(const Node& node, const Path& field, Guideline* guideline);
  void ReadNonReplies(const Node& node, const Path& field, Guideline* guideline);
  void ReadGuideline(const Node& node, const Path& field);
  void ReadRule(const Node& node, const Path& field, std::set<std::string>* ids, Guideline* guideline);
  void ReadPattern(const Node& node, const Path& field, Rule* rule);
  void CheckRule(const Node& node, const Path& field, const Rule& rule, bool with_authority);

  YamlReader in_;
  GuidelineBook out_;
  std::set<std::string> guideline_ids_;
};

template <typename Value, size_t N>
YamlReader::Read GuidelineParser::OneOf(const std::array<Named<Value>, N>& names, Value* to) {
  return [this, &names, to](const Node& node, const Path& field) {
    std::string all;
    for (const Named<Value>& each : names) {
      if (node.IsScalar() && node.Scalar() == each.name) {
        *to = each.value;
        return;
      }
      StrAppend(&all, all.empty() ? "" : ", ", each.name);
    }
    in_.Fail(node, field, absl::StrCat("must be one of ", all));
  };
}

YamlReader::Read GuidelineParser::Texts(std::vector<std::string>* to, size_t most_bytes) {
  return ReadEach(in_, kMostNames, [=, this](const Node& node, const Path& field) {
    if (auto text = in_.ReadText(node, field, most_bytes)) to->push_back(*std::move(text));
  });
}

YamlReader::Read GuidelineParser::Languages(std::vector<std::string>* to) {
  return ReadEach(in_, kMostNames, [=, this](const Node& node, const Path& field) {
    if (auto language = in_.ReadLanguage(node, field)) to->push_back(*std::move(language));
  });
}

YamlReader::Read GuidelineParser::Channels(std::vector<std::string>* to) {
  return ReadEach(in_, kMostNames, [=, this](const Node& node, const Path& field) {
    if (node.IsScalar() && FindChannel(node.Scalar()) != nullptr) return to->push_back(node.Scalar());
    in_.Fail(node, field, absl::StrCat("must be one of ", ChannelNames()));
  });
}

YamlReader::Read GuidelineParser::Leg(std::optional<bool>* to) {
  return [=, this](const Node& node, const Path& field) { OneOf(kLegs, &to->emplace(false))(node, field); };
}

// Text for people, in every official language.
YamlReader::Read GuidelineParser::Spoken(LocalizedText* to, size_t most_bytes) {
  return [=, this](const Node& node, const Path& field) {
    ReadLocalized(in_, to, most_bytes)(node, field);
    for (const std::string& language : out_.official_languages) {
      if (node.IsMap() && !node[language]) in_.Fail(node, field, absl::StrCat("is missing in ", language));
    }
  };
}

YamlReader::Read GuidelineParser::Authority(int* to) {
  return [=, this](const Node& node, const Path& field) {
    *to = in_.ReadInteger(node, field, 1, kHighestAuthority).value_or(*to);
  };
}

void GuidelineParser::Read(const Node& root) {
  int version = 1;
  std::vector<std::string> contacts;
  // Read first: what follows is checked against it, wherever it stands in the file.
  if (root.IsMap() && root["official_languages"]) {
    Languages (&out_.official_languages)(root["official_languages"], "official_languages");
  }
  if (root.IsMap() && root["domains"]) Texts(&out_.domains, kMostNameBytes)(root["domains"], "domains");
  in_.ReadMap(
      root, "",
      {{"version", true, [&](const Node& node, const Path& field) { in_.ReadInteger(node, field, version, 1); }},
       {"official_languages", true, [](const Node&, const Path&) {}},
       {"domains", false, [](const Node&, const Path&) {}},
       {"public_contacts", false, Texts(&contacts, kMostNameBytes)},
       {"authority_without_guideline", false, Authority(&out_.authority_without_guideline)},
       {"authority", false,
        [this](const Node& node, const Path& field) {
          ReadAuthorityPolicies(node, field, out_.official_languages, in_, out_.authority);
        }},
       {"guidelines", true,
        ReadEach(in_, kMostGuidelines, [this](const Node& node, const Path& field) { ReadGuideline(node, field); })}});
  out_.contacts = PublicContacts(contacts);
}

void GuidelineParser::ReadVersion(const Node& node, const Path& field, Guideline* guideline) {
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  const size_t dot = text.find('.');
  int major = 0;
  int minor = -1;
  const bool read = dot != std::string::npos && absl::SimpleAtoi(text.substr(0, dot), &major) &&
                    absl::SimpleAtoi(text.substr(dot + 1), &minor);
  if (!read || major < 1 || major > kHighestVersion || minor < 0 || minor > kHighestVersion) {
    return in_.Fail(node, field, "must be a major and a minor version such as \"1.0\"");
  }
  guideline->major_version = major;
  guideline->minor_version = minor;
  guideline->line = node.Mark().line + 1;
  guideline->column = node.Mark().column + 1;
}

void GuidelineParser::ReadDispositions(const Node& node, const Path& field, Guideline* guideline) {
  ReadEach(in_, kMostNames, [=, this](const Node& item, const Path& path) {
    if (const auto name = ReadReplyDisposition(in_, item, path)) guideline->dispositions.push_back(*name);
  })(node, field);
}

void GuidelineParser::ReadNonReplies(const Node& node, const Path& field, Guideline* guideline) {
  guideline->non_replies.emplace();
  ReadEach(in_, kMostNames, [=, this](const Node& item, const Path& path) {
    const std::string name = item.IsScalar() ? item.Scalar() : "";
    if (name == "LEFT_TO_STAND" || name == "MONITORED") return guideline->non_replies->push_back(name);
    in_.Fail(item, path, "must be LEFT_TO_STAND or MONITORED");
  })(node, field);
}

void GuidelineParser::ReadGuideline(const Node& node, const Path& field) {
  Guideline guideline;
  std::set<std::string> rule_ids;
  const auto read_length = [&](const Node& each, const Path& path) {
    if (const auto most = in_.ReadInteger(each, path, 1, 1 << 20)) guideline.most_length = static_cast<size_t>(*most);
  };
  const auto read_time = [&](const Node& each, const Path& path) {
    guideline.respond_within = in_.ReadDuration(each, path);
  };
  in_.ReadMap(
      node, field,
      {{"id", true, ReadUniqueId(in_, &guideline.id, &guideline_ids_, "guideline")},
       {"version", true, [&](const Node& each, const Path& path) { ReadVersion(each, path, &guideline); }},
       {"name", true, Spoken(&guideline.name, kMostNameBytes)},
       {"text", true, Spoken(&guideline.text, kMostTextBytes)},
       {"topics", false, ReadIds(in_, &guideline.scope.topics)},
       {"channels", false, Channels(&guideline.scope.channels)},
       {"visibility", false, Leg(&guideline.scope.is_public)},
       {"language", false, OneOf(kLanguageRules, &guideline.language)},
       {"dispositions", false, [&](const Node& each, const Path& path) { ReadDispositions(each, path, &guideline); }},
       {"non_replies", false, [&](const Node& each, const Path& path) { ReadNonReplies(each, path, &guideline); }},
       {"respond_within", false, read_time},
       {"max_length", false, read_length},
       {"holding_line", false, Spoken(&guideline.holding_line, kMostSentenceBytes)},
       {"rules", false, ReadEach(in_, kMostRules, [&](const Node& each, const Path& path) {
          ReadRule(each, path, &rule_ids, &guideline);
        })}});
  const bool moves = std::any_of(guideline.rules.begin(), guideline.rules.end(),
                                 [](const Rule& rule) { return rule.effect == RuleEffect::kMoveToPrivate; });
  if (moves && guideline.holding_line.empty()) {
    in_.Fail(node, field + ".holding_line", "is missing, and a rule moves replies to private");
  }
  // Of what is as it should be: anything else could be nested as deep as its author likes.
  if (in_.ok()) guideline.content = CanonicalText(node, "version");
  out_.guidelines.push_back(std::move(guideline));
}

void GuidelineParser::ReadPattern(const Node& node, const Path& field, Rule* rule) {
  const auto text = in_.ReadText(node, field, kMostPatternBytes);
  if (!text) return;
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kMostPatternMemory);
  options.set_case_sensitive(false);
  auto pattern = std::make_unique<const RE2>(PlainPattern(*text), options);
  if (!pattern->ok()) return in_.Fail(node, field, absl::StrCat("is no RE2 pattern: ", pattern->error()));
  rule->patterns.push_back(std::move(pattern));
}

void GuidelineParser::ReadRule(const Node& node, const Path& field, std::set<std::string>* ids, Guideline* guideline) {
  Rule rule;
  const auto read_datum = [&](const Node& each, const Path& path) {
    const auto datum = each.IsScalar() ? ParsePersonalDatum(each.Scalar()) : std::nullopt;
    if (datum) return rule.personal_data.Add(*datum);
    in_.Fail(each, path, absl::StrCat("must be one of ", PersonalDatumNames()));
  };
  const auto read_language = [&](const Node& each, const Path& path) {
    rule.language = in_.ReadLanguage(each, path).value_or("");
  };
  in_.ReadMap(
      node, field,
      {{"id", true, ReadUniqueId(in_, &rule.id, ids, "rule of this guideline")},
       {"check", true, OneOf(kChecks, &rule.check)},
       {"channels", false, Channels(&rule.scope.channels)},
       {"visibility", false, Leg(&rule.scope.is_public)},
       {"language", false, read_language},
       {"data", false, ReadEach(in_, kMostNames, read_datum)},
       {"patterns", false,
        ReadEach(in_, kMostPatterns, [&](const Node& each, const Path& path) { ReadPattern(each, path, &rule); })},
       {"effect", false, OneOf(kEffects, &rule.effect)},
       {"authority_level", false, Authority(&rule.authority_level)},
       {"reason", true, Spoken(&rule.reason, kMostSentenceBytes)},
       {"suggestion", true, Spoken(&rule.suggestion, kMostSentenceBytes)}});
  CheckRule(node, field, rule, node.IsMap() && node["authority_level"].IsDefined());
  guideline->rules.push_back(std::move(rule));
}

void GuidelineParser::CheckRule(const Node& node, const Path& field, const Rule& rule, bool with_authority) {
  if (!node.IsMap()) return;
  const bool wants_patterns = rule.check == RuleCheck::kForbidPattern || rule.check == RuleCheck::kRequirePattern;
  const bool has_patterns = node["patterns"].IsDefined();
  const bool wants_data = rule.check == RuleCheck::kForbidPersonalData;
  const bool has_data = node["data"].IsDefined();
  if (wants_patterns != has_patterns) in_.Fail(node, field, "patterns belong to FORBID_PATTERN and REQUIRE_PATTERN");
  if (wants_data != has_data) in_.Fail(node, field, "data belongs to FORBID_PERSONAL_DATA");
  if ((rule.effect == RuleEffect::kAuthority) != with_authority) {
    in_.Fail(node, field, "authority_level belongs to the effect AUTHORITY");
  }
  const bool needs_domains = rule.check == RuleCheck::kRequireLink || rule.check == RuleCheck::kForbidOtherLinks;
  if (needs_domains && out_.domains.empty()) in_.Fail(node, field, "the file names no domains that links may lead to");
}

}  // namespace

absl::StatusOr<std::shared_ptr<const GuidelineBook>> ParseGuidelines(std::string_view yaml, std::string_view file_name,
                                                                     std::vector<YamlError>* errors) {
  GuidelineParser parser(file_name);
  SWITCHBOARD_RETURN_IF_ERROR(parser.ReadFile(yaml, errors));
  return parser.Take();
}

}  // namespace switchboard::guidance
