// Written guidelines: what a reply on a topic, a channel and a leg of the conversation may and may not say. A
// GuidelineBook is immutable once parsed and may be shared by any number of threads.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_GUIDELINE_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_GUIDELINE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/yaml/yaml_error.h"
#include "re2/re2.h"
#include "services/guidance/authority_policy.h"
#include "services/guidance/localized_text.h"
#include "services/guidance/personal_data.h"

namespace switchboard::guidance {

// Where a guideline or a rule looks at a reply. Empty lists match anything.
struct Scope {
  std::vector<std::string> topics = {};    // ids
  std::vector<std::string> channels = {};  // names of the API: "X", "IN_PERSON"
  std::optional<bool> is_public = {};

  bool Covers(std::string_view topic, std::string_view channel, bool on_public_leg) const;
};

enum class RuleCheck : uint8_t {
  kForbidPersonalData,  // of `personal_data`, but for the book's public contacts
  kForbidPattern,       // none of `patterns` may be found
  kRequirePattern,      // one of `patterns` must be found
  kRequireLink,         // at least one link that leads to the book's domains
  kForbidOtherLinks,    // no link that leads elsewhere
};

// What follows where a rule is broken.
enum class RuleEffect : uint8_t {
  kChange,         // the reply must be changed
  kMoveToPrivate,  // it belongs on a private leg of the conversation; on a private leg the same as kChange
  kAuthority,      // whoever has `authority_level` may send it as it is
};

struct Rule {
  std::string id = {};
  RuleCheck check = RuleCheck::kForbidPattern;
  Scope scope = {};           // topics are the guideline's
  std::string language = {};  // only for replies to inquiries in this language; empty: any
  PersonalData personal_data = {};
  std::vector<std::unique_ptr<const RE2>> patterns = {};  // over PlainText
  RuleEffect effect = RuleEffect::kChange;
  int authority_level = 0;  // of kAuthority
  LocalizedText reason = {};
  LocalizedText suggestion = {};
};

enum class LanguageRule : uint8_t {
  kOfInquiry,    // in the language of the inquiry, where that is official; else in any official one
  kAllOfficial,  // in every official language, as a broadcast
  kAny,
};

struct Guideline {
  std::string id = {};
  int major_version = 1;  // training is for a major version
  int minor_version = 0;
  LocalizedText name = {};
  LocalizedText text = {};  // what staff read
  Scope scope = {};
  LanguageRule language = LanguageRule::kOfInquiry;
  std::vector<std::string> dispositions = {};                // names of the API; empty: any that a reply can have
  std::optional<std::vector<std::string>> non_replies = {};  // that settle its inquiries; nothing: any
  std::optional<absl::Duration> respond_within = {};         // to what the citizen wrote
  std::optional<size_t> most_length = {};                    // below the channel's own, in its unit
  LocalizedText holding_line = {};  // what is said in public where the answer moves to a private leg
  std::vector<Rule> rules = {};
  std::string content = {};  // all that its version says, to compare with; see CanonicalText
  int line = 0;              // of `version` in the file, from 1
  int column = 0;

  // "roads@2.1".
  std::string NameWithVersion() const;

  // Whether its inquiries may be settled without a reply as "LEFT_TO_STAND" or "MONITORED".
  bool AllowsNonReply(std::string_view disposition) const;
};

// Everything that is in force at once.
struct GuidelineBook {
  std::vector<std::string> official_languages = {};
  std::vector<std::string> domains = {};  // where links may lead; those below them, too
  PublicContacts contacts;
  int authority_without_guideline = 2;  // who may reply where no guideline covers it
  AuthorityPolicies authority = {};     // what becomes of replies that need it
  std::vector<Guideline> guidelines = {};

  // Null when there is none with that id.
  const Guideline* Find(std::string_view id) const;
};

// Parses and validates strictly: an unknown key, a duplicate id, a pattern that does not compile, an unknown channel or
// a rule without reason and suggestion in every official language is refused. All errors are found in one pass.
// INVALID_ARGUMENT, its message one line per error; `errors`, when given, receives them one by one. `file_name` appears
// in the errors only. Pure: reads no file.
absl::StatusOr<std::shared_ptr<const GuidelineBook>> ParseGuidelines(std::string_view yaml, std::string_view file_name,
                                                                     std::vector<YamlError>* errors = nullptr);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_GUIDELINE_H_
