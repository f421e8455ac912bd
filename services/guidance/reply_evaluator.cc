#include "services/guidance/reply_evaluator.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/guidance/channel_profile.h"
#include "services/guidance/links.h"
#include "services/guidance/plain_text.h"

namespace switchboard::guidance {
namespace {

constexpr std::array<std::pair<ReplyVerdict, std::string_view>, 4> kVerdicts = {{
    {ReplyVerdict::kSent, "SENT"},
    {ReplyVerdict::kNeedsChange, "NEEDS_CHANGE"},
    {ReplyVerdict::kNeedsAuthority, "NEEDS_AUTHORITY"},
    {ReplyVerdict::kMoveToPrivate, "MOVE_TO_PRIVATE"},
}};

// What is said about a rule that stands in no guideline.
struct Wording {
  const char* reason;
  const char* suggestion;
};

struct EverywhereRule {
  const char* id;
  Wording english;
  Wording french;
};

constexpr EverywhereRule kLength = {
    "channel-length",
    {"The channel cannot carry a message of this length.", "Shorten it, or link to the page that says the rest."},
    {"Ce canal ne peut pas transmettre un message de cette longueur.",
     "Raccourcissez-le, ou renvoyez à la page qui dit le reste."}};
constexpr EverywhereRule kDirection = {
    "text-direction",
    {"A hidden character turns the direction of reading.", "Type the text anew instead of pasting it."},
    {"Un caractère caché inverse le sens de la lecture.", "Saisissez le texte au lieu de le coller."}};
constexpr EverywhereRule kLanguage = {
    "reply-language",
    {"The reply is not in the language that is owed.", "Write it in the language of the inquiry."},
    {"La réponse n'est pas dans la langue attendue.", "Rédigez-la dans la langue de la demande."}};
constexpr EverywhereRule kAllLanguages = {
    "reply-language",
    {"A broadcast goes out in every official language or in none.", "Add the other official language."},
    {"Une diffusion se fait dans toutes les langues officielles ou dans aucune.",
     "Ajoutez l'autre langue officielle."}};
constexpr EverywhereRule kBroadcast = {"broadcast-languages", kAllLanguages.english, kAllLanguages.french};
constexpr EverywhereRule kDisposition = {
    "disposition",
    {"An inquiry of this kind is not settled this way by a reply.", "Choose a disposition that the guideline names."},
    {"Une demande de ce type ne se règle pas ainsi par une réponse.",
     "Choisissez un règlement que la ligne directrice prévoit."}};
constexpr EverywhereRule kNoGuideline = {
    "no-guideline",
    {"No guideline covers this topic on this channel.", "Transfer it, or ask somebody with the authority."},
    {"Aucune ligne directrice ne couvre ce sujet sur ce canal.",
     "Transférez-la, ou demandez à une personne qui en a le pouvoir."}};

bool Contains(const std::vector<std::string>& list, std::string_view wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

class Evaluation {
 public:
  Evaluation(const GuidelineBook& book, const ReplyFacts& reply)
      : book_(book), reply_(reply), plain_(MakePlain(reply.text)) {}

  ReplyDecision Run();

 private:
  void Judge(const Guideline& guideline);
  void JudgeRule(const Guideline& guideline, const Rule& rule);
  void JudgeLength();
  bool LanguageHolds(const Guideline& guideline) const;
  bool IsInEveryLanguage() const;
  bool Holds(const Rule& rule, std::vector<PersonalDatum>* found);
  bool AnyPatternFound(const Rule& rule, bool also_joined) const;
  bool AllLinksOnList();
  bool AnyLinkOnList() const;
  const PersonalData& Personal();

  void Note(bool holds, const std::string& guideline, const EverywhereRule& rule,
            RuleEffect effect = RuleEffect::kChange, int authority_level = 0);
  void Break(BrokenRule broken);
  void Conclude();

  const GuidelineBook& book_;
  const ReplyFacts& reply_;
  const PlainText plain_;
  std::optional<PersonalData> personal_;
  std::optional<bool> links_on_list_;
  std::optional<size_t> most_length_;
  const Guideline* holding_ = nullptr;  // whose holding line is said
  ReplyDecision decision_;
};

ReplyDecision Evaluation::Run() {
  for (const Guideline& guideline : book_.guidelines) {
    if (guideline.scope.Covers(reply_.topic, reply_.channel, reply_.is_public)) Judge(guideline);
  }
  Note(!decision_.guidelines.empty(), "", kNoGuideline, RuleEffect::kAuthority, book_.authority_without_guideline);
  if (reply_.is_broadcast) Note(IsInEveryLanguage(), "", kBroadcast);
  JudgeLength();
  Note(!plain_.turns_direction, "", kDirection);
  Conclude();
  return std::move(decision_);
}

void Evaluation::Judge(const Guideline& guideline) {
  const std::string name = guideline.NameWithVersion();
  decision_.guidelines.push_back(name);
  if (guideline.most_length) most_length_ = std::min(*guideline.most_length, most_length_.value_or(SIZE_MAX));
  if (guideline.language != LanguageRule::kAny) {
    Note(LanguageHolds(guideline), name, guideline.language == LanguageRule::kAllOfficial ? kAllLanguages : kLanguage);
  }
  if (!guideline.dispositions.empty()) {
    Note(reply_.disposition.empty() || Contains(guideline.dispositions, reply_.disposition), name, kDisposition);
  }
  for (const Rule& rule : guideline.rules) JudgeRule(guideline, rule);
}

void Evaluation::JudgeRule(const Guideline& guideline, const Rule& rule) {
  if (!rule.scope.Covers(reply_.topic, reply_.channel, reply_.is_public)) return;
  if (!rule.language.empty() && rule.language != reply_.inquiry_language) return;
  std::string name = guideline.NameWithVersion();
  std::vector<PersonalDatum> found;
  if (Holds(rule, &found)) {
    decision_.passed.push_back(absl::StrCat(name, "/", rule.id));
    return;
  }
  const bool moves = rule.effect == RuleEffect::kMoveToPrivate && reply_.is_public;
  if (moves && holding_ == nullptr) holding_ = &guideline;
  Break({.guideline = std::move(name),
         .rule = rule.id,
         .effect = rule.effect == RuleEffect::kMoveToPrivate && !moves ? RuleEffect::kChange : rule.effect,
         .authority_level = rule.authority_level,
         .personal_data = std::move(found),
         .reason = std::string(TextIn(rule.reason, reply_.inquiry_language)),
         .suggestion = std::string(TextIn(rule.suggestion, reply_.inquiry_language))});
}

void Evaluation::JudgeLength() {
  const ChannelProfile* channel = FindChannel(reply_.channel);
  if (channel == nullptr) return;
  Note(LengthIn(channel->unit, reply_.text) <= std::min(channel->most, most_length_.value_or(SIZE_MAX)), "", kLength);
}

bool Evaluation::IsInEveryLanguage() const {
  return std::all_of(book_.official_languages.begin(), book_.official_languages.end(),
                     [&](const std::string& language) { return Contains(reply_.languages, language); });
}

bool Evaluation::LanguageHolds(const Guideline& guideline) const {
  const auto& written = reply_.languages;
  if (guideline.language == LanguageRule::kAllOfficial) return IsInEveryLanguage();
  if (written.empty()) return true;  // too short to tell
  if (Contains(book_.official_languages, reply_.inquiry_language)) return Contains(written, reply_.inquiry_language);
  return std::any_of(written.begin(), written.end(),
                     [&](const std::string& language) { return Contains(book_.official_languages, language); });
}

bool Evaluation::Holds(const Rule& rule, std::vector<PersonalDatum>* found) {
  switch (rule.check) {
    case RuleCheck::kForbidPersonalData:
      for (const PersonalDatum datum : Personal().List()) {
        if (rule.personal_data.Has(datum)) found->push_back(datum);
      }
      return found->empty();
    case RuleCheck::kForbidPattern:
      return !AnyPatternFound(rule, true);
    case RuleCheck::kRequirePattern:
      return AnyPatternFound(rule, false);
    case RuleCheck::kRequireLink:
      return AnyLinkOnList();
    case RuleCheck::kForbidOtherLinks:
      return AllLinksOnList();
  }
  return false;
}

bool Evaluation::AnyPatternFound(const Rule& rule, bool also_joined) const {
  return std::any_of(rule.patterns.begin(), rule.patterns.end(), [&](const auto& pattern) {
    return RE2::PartialMatch(plain_.text, *pattern) ||
           (also_joined && !plain_.joined.empty() && RE2::PartialMatch(plain_.joined, *pattern));
  });
}

// As it is written and as it is read: neither a look-alike letter nor an invisible one may hide where a link leads.
bool Evaluation::AllLinksOnList() {
  if (links_on_list_) return *links_on_list_;
  const auto on_list = [this](std::string_view text) {
    const std::vector<Link> links = FindLinks(text);
    return std::all_of(links.begin(), links.end(),
                       [this](const Link& link) { return IsOnList(link.host, book_.domains); });
  };
  links_on_list_ = on_list(reply_.text) && on_list(plain_.text) && on_list(plain_.joined);
  return *links_on_list_;
}

bool Evaluation::AnyLinkOnList() const {
  const std::vector<Link> links = FindLinks(reply_.text);
  return std::any_of(links.begin(), links.end(),
                     [this](const Link& link) { return IsOnList(link.host, book_.domains); });
}

const PersonalData& Evaluation::Personal() {
  if (!personal_) personal_ = FindPersonalData(plain_, book_.contacts);
  return *personal_;
}

void Evaluation::Note(bool holds, const std::string& guideline, const EverywhereRule& rule, RuleEffect effect,
                      int authority_level) {
  if (holds) {
    decision_.passed.push_back(guideline.empty() ? std::string(rule.id) : absl::StrCat(guideline, "/", rule.id));
    return;
  }
  const Wording& wording = reply_.inquiry_language == "fr" ? rule.french : rule.english;
  Break({.guideline = guideline,
         .rule = rule.id,
         .effect = effect,
         .authority_level = authority_level,
         .reason = wording.reason,
         .suggestion = wording.suggestion});
}

void Evaluation::Break(BrokenRule broken) {
  // Authority that the worker has is no obstacle.
  if (broken.effect == RuleEffect::kAuthority && reply_.authority_level >= broken.authority_level) {
    decision_.passed.push_back(broken.guideline.empty() ? broken.rule
                                                        : absl::StrCat(broken.guideline, "/", broken.rule));
    return;
  }
  decision_.broken.push_back(std::move(broken));
}

void Evaluation::Conclude() {
  const auto breaks = [this](RuleEffect effect) {
    return std::any_of(decision_.broken.begin(), decision_.broken.end(),
                       [effect](const BrokenRule& each) { return each.effect == effect; });
  };
  if (breaks(RuleEffect::kMoveToPrivate)) {
    decision_.verdict = ReplyVerdict::kMoveToPrivate;
    decision_.holding_line = std::string(TextIn(holding_->holding_line, reply_.inquiry_language));
  } else if (breaks(RuleEffect::kChange)) {
    decision_.verdict = ReplyVerdict::kNeedsChange;
  } else if (breaks(RuleEffect::kAuthority)) {
    decision_.verdict = ReplyVerdict::kNeedsAuthority;
    for (const BrokenRule& each : decision_.broken) {
      decision_.authority_level = std::max(decision_.authority_level, each.authority_level);
    }
  }
}

}  // namespace

std::string_view ReplyVerdictName(ReplyVerdict verdict) {
  for (const auto& [each, name] : kVerdicts) {
    if (each == verdict) return name;
  }
  return "";
}

std::optional<ReplyVerdict> ParseReplyVerdict(std::string_view name) {
  for (const auto& [verdict, each] : kVerdicts) {
    if (each == name) return verdict;
  }
  return std::nullopt;
}

std::set<std::string> RuleIds(const GuidelineBook& book) {
  std::set<std::string> ids;
  for (const EverywhereRule& rule : {kLength, kDirection, kLanguage, kBroadcast, kDisposition, kNoGuideline}) {
    ids.insert(rule.id);
  }
  for (const Guideline& guideline : book.guidelines) {
    for (const Rule& rule : guideline.rules) ids.insert(rule.id);
  }
  return ids;
}

ReplyDecision EvaluateReply(const GuidelineBook& book, const ReplyFacts& reply) {
  return Evaluation(book, reply).Run();
}

}  // namespace switchboard::guidance
