// Decides whether a reply may go out. Values in, decision out.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_REPLY_EVALUATOR_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_REPLY_EVALUATOR_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/guidance/guideline.h"

namespace switchboard::guidance {

// A reply and what it answers. Views stay the caller's.
struct ReplyFacts {
  std::string_view text;
  std::string_view topic = {};              // id; empty: none
  std::string_view channel = {};            // the API's name: "X", "IN_PERSON"
  bool is_public = false;                   // everybody can read it
  std::string inquiry_language = {};        // "fr"; "" or "und": not known
  std::vector<std::string> languages = {};  // what the reply's paragraphs are clearly written in; empty: cannot be told
  std::string_view disposition = {};        // the API's name; empty: the inquiry stays open
  int authority_level = 0;                  // the worker's
  bool is_broadcast = false;                // it speaks to everybody, in every official language or not at all
};

enum class ReplyVerdict : uint8_t {
  kSent,            // every rule holds: it may go out now, and no one approves it
  kNeedsChange,     // rules are broken that nobody may break
  kNeedsAuthority,  // it may go out as it is from somebody with `authority_level`
  kMoveToPrivate,   // what it says belongs on a private leg; `holding_line` may be said in public
};

std::string_view ReplyVerdictName(ReplyVerdict verdict);  // "SENT", "NEEDS_CHANGE", …
std::optional<ReplyVerdict> ParseReplyVerdict(std::string_view name);

struct BrokenRule {
  std::string guideline;  // "roads@2.1"; empty for what holds everywhere
  std::string rule;       // its id
  RuleEffect effect = RuleEffect::kChange;
  int authority_level = 0;
  std::vector<PersonalDatum> personal_data;  // what was found, never the data themselves
  std::string reason;                        // in the language of the inquiry, where the guideline has it
  std::string suggestion;
};

struct ReplyDecision {
  ReplyVerdict verdict = ReplyVerdict::kSent;
  std::vector<std::string> guidelines;  // that cover the reply, with version: "roads@2.1"
  std::vector<std::string> passed;      // "roads@2.1/no-promises", and the rules that hold everywhere
  std::vector<BrokenRule> broken;       // in the order of the book
  int authority_level = 0;              // kNeedsAuthority: who may send it
  std::string holding_line;             // kMoveToPrivate
};

// Rules that hold everywhere have these ids: `channel-length` (as the channel counts), `text-direction` (no character
// that turns the direction of reading), `broadcast-languages` (a broadcast is in every official language), and, for
// each guideline that says so, `reply-language` and `disposition`. Where no guideline covers the reply, `no-guideline`
// asks for the book's `authority_without_guideline`. Linear in the length of the text; thread-safe.
ReplyDecision EvaluateReply(const GuidelineBook& book, const ReplyFacts& reply);

// The ids of those rules, and of the book's own.
std::set<std::string> RuleIds(const GuidelineBook& book);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_REPLY_EVALUATOR_H_
