#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/guidance/reply_evaluator.h"

namespace switchboard::guidance {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kBook[] = R"(version: 1
official_languages: [en, fr]
domains: [city.example]
public_contacts: ["613-555-0100"]
guidelines:
  - id: everywhere
    version: "1.0"
    name: {en: Everywhere, fr: Partout}
    text: {en: Be kind., fr: Soyez aimable.}
    holding_line: {en: Please write to us in private., fr: Écrivez-nous en privé.}
    rules:
      - id: no-personal-data
        check: FORBID_PERSONAL_DATA
        visibility: PUBLIC
        data: [SOCIAL_INSURANCE_NUMBER, NATIONAL_INSURANCE_NUMBER, PAYMENT_CARD, HEALTH_CARD, PHONE, EMAIL, STREET_ADDRESS]
        effect: MOVE_TO_PRIVATE
        reason: {en: Everybody can read it., fr: Tout le monde peut le lire.}
        suggestion: {en: Move to private., fr: Passez en privé.}
      - id: no-cards
        check: FORBID_PERSONAL_DATA
        data: [PAYMENT_CARD]
        reason: {en: Cards are never repeated., fr: On ne répète jamais une carte.}
        suggestion: {en: Leave it out., fr: Retirez-la.}
      - id: own-links
        check: FORBID_OTHER_LINKS
        reason: {en: Only official pages., fr: Pages officielles seulement.}
        suggestion: {en: Link to city.example., fr: Renvoyez à city.example.}
  - id: roads
    version: "3.2"
    name: {en: Roads, fr: Routes}
    text: {en: Say when., fr: Dites quand.}
    topics: [potholes]
    dispositions: [ANSWERED, RESTORED]
    max_length: 100
    rules:
      - id: no-guarantee
        check: FORBID_PATTERN
        patterns: ['\bguarante', '\bgaranti']
        effect: AUTHORITY
        authority_level: 3
        reason: {en: It binds the city., fr: Cela engage la ville.}
        suggestion: {en: Say what is planned., fr: Dites ce qui est prévu.}
      - id: party-politics
        check: FORBID_PATTERN
        patterns: ['\bvote for\b', '\bvotez pour\b', "l'échec", '\bd’un ministre']
        reason: {en: No party politics., fr: Pas de politique partisane.}
        suggestion: {en: Leave it out., fr: Retirez-le.}
  - id: refunds
    version: "1.1"
    name: {en: Refunds, fr: Remboursements}
    text: {en: Link., fr: Lien.}
    topics: [income-tax]
    rules:
      - id: official-page
        check: REQUIRE_LINK
        reason: {en: The page says it all., fr: La page dit tout.}
        suggestion: {en: Add the link., fr: Ajoutez le lien.}
      - id: disclosure
        check: REQUIRE_PATTERN
        channels: [EMAIL]
        patterns: ['may be assessed', 'peut faire l.objet']
        reason: {en: The law wants it said., fr: La loi l'exige.}
        suggestion: {en: Add the sentence., fr: Ajoutez la phrase.}
  - id: broadcast
    version: "1.0"
    name: {en: Broadcast, fr: Diffusion}
    text: {en: Both., fr: Les deux.}
    topics: [elections]
    language: ALL_OFFICIAL
)";

const GuidelineBook& Book() {
  static const auto* const book = new auto(ParseGuidelines(kBook, "book.yaml"));
  EXPECT_TRUE(book->ok()) << book->status();
  return ***book;
}

ReplyFacts Reply(std::string_view text) {
  return {.text = text, .topic = "potholes", .channel = "X", .is_public = true, .inquiry_language = "en"};
}

TEST(EvaluateReply, SendsWhatKeepsTheRules) {
  ReplyFacts reply = Reply("Thank you. A crew fills it on Monday: city.example/roads");
  reply.languages = {"en"};
  reply.disposition = "ANSWERED";
  const ReplyDecision decision = EvaluateReply(Book(), reply);
  EXPECT_EQ(decision.verdict, ReplyVerdict::kSent);
  EXPECT_THAT(decision.broken, IsEmpty());
  EXPECT_THAT(decision.guidelines, ElementsAre("everywhere@1.0", "roads@3.2"));
  EXPECT_THAT(decision.passed, Contains("roads@3.2/no-guarantee"));
  EXPECT_THAT(decision.passed, Contains("channel-length"));
}

TEST(EvaluateReply, MovesPersonalDataToPrivate) {
  ReplyFacts reply = Reply("We will call you at 613-555-0142.");
  reply.inquiry_language = "fr";
  const ReplyDecision decision = EvaluateReply(Book(), reply);
  EXPECT_EQ(decision.verdict, ReplyVerdict::kMoveToPrivate);
  EXPECT_EQ(decision.holding_line, "Écrivez-nous en privé.");
  ASSERT_EQ(decision.broken.size(), 1U);
  EXPECT_EQ(decision.broken[0].rule, "no-personal-data");
  EXPECT_EQ(decision.broken[0].guideline, "everywhere@1.0");
  EXPECT_EQ(decision.broken[0].reason, "Tout le monde peut le lire.");
  EXPECT_THAT(decision.broken[0].personal_data, ElementsAre(PersonalDatum::kPhone));
  EXPECT_THAT(decision.broken[0].reason + decision.broken[0].suggestion, ::testing::Not(HasSubstr("0142")));
}

TEST(EvaluateReply, LetsTheSameDataGoOutInPrivateButNoCard) {
  ReplyFacts reply = Reply("We will call you at 613-555-0142.");
  reply.is_public = false;
  EXPECT_EQ(EvaluateReply(Book(), reply).verdict, ReplyVerdict::kSent);
  reply.text = "Your card 4111 1111 1111 1111 was refused.";
  EXPECT_EQ(EvaluateReply(Book(), reply).verdict, ReplyVerdict::kNeedsChange);
}

TEST(EvaluateReply, AsksForAuthorityUnlessTheWorkerHasIt) {
  ReplyFacts reply = Reply("We guarantee a repair by Monday.");
  ReplyDecision decision = EvaluateReply(Book(), reply);
  EXPECT_EQ(decision.verdict, ReplyVerdict::kNeedsAuthority);
  EXPECT_EQ(decision.authority_level, 3);
  reply.authority_level = 2;
  EXPECT_EQ(EvaluateReply(Book(), reply).verdict, ReplyVerdict::kNeedsAuthority);
  reply.authority_level = 3;
  decision = EvaluateReply(Book(), reply);
  EXPECT_EQ(decision.verdict, ReplyVerdict::kSent);
  EXPECT_THAT(decision.passed, Contains("roads@3.2/no-guarantee"));
}

TEST(EvaluateReply, TakesEveryApostropheForTheSame) {
  for (const char* apostrophe : {"'", "’", "‘", "ʼ", "′", "＇"}) {
    for (const std::string& text : {absl::StrCat("C'est l", apostrophe, "échec de tous."),
                                    absl::StrCat("C", apostrophe, "est la faute d", apostrophe, "un ministre.")}) {
      EXPECT_EQ(EvaluateReply(Book(), Reply(text)).verdict, ReplyVerdict::kNeedsChange) << text;
    }
  }
}

TEST(EvaluateReply, TheStricterVerdictWins) {
  ReplyFacts reply = Reply("We guarantee it. Vote for the mayor.");
  EXPECT_EQ(EvaluateReply(Book(), reply).verdict, ReplyVerdict::kNeedsChange);
  EXPECT_EQ(EvaluateReply(Book(), reply).broken.size(), 2U);
  reply.text = "We guarantee it. Vote for the mayor. Write to jane@mail.com";
  EXPECT_EQ(EvaluateReply(Book(), reply).verdict, ReplyVerdict::kMoveToPrivate);
  reply.authority_level = 9;
  EXPECT_EQ(EvaluateReply(Book(), reply).verdict, ReplyVerdict::kMoveToPrivate);
}

TEST(EvaluateReply, SeesPatternsThroughDisguise) {
  for (const char* text :
       {"VOTE  FOR the mayor", "vote\nfor the mayor", "v o t e f o r", "vоte fоr him", "ｖｏｔｅ ｆｏｒ him",
        "vo\u200Bte for him", "vo\u00ADte for him", "𝐯𝐨𝐭𝐞 𝐟𝐨𝐫 him", "vote for him", "vote-\nfor"}) {
    const auto broken = EvaluateReply(Book(), Reply(text)).broken;
    const bool expected = std::string_view(text) == "v o t e f o r" || std::string_view(text) == "vote-\nfor";
    // Where the space itself is gone, no pattern that asks for one can hold.
    EXPECT_EQ(broken.empty(), expected) << text;
  }
  for (const char* text : {"we g u a r a n t e e it", "we g.u.a.r.a.n.t.e.e it", "we guar-\nantee it",
                           "wе guаrаntее it", "nous GARANTISSONS", "c'est gârànti"}) {
    EXPECT_EQ(EvaluateReply(Book(), Reply(text)).verdict, ReplyVerdict::kNeedsAuthority) << text;
  }
}

TEST(EvaluateReply, CountsLengthAsTheChannelAndTheGuidelineDo) {
  ReplyFacts reply = Reply("");
  const std::string hundred(100, 'a');
  const std::string more(101, 'a');
  reply.text = hundred;
  EXPECT_EQ(EvaluateReply(Book(), reply).verdict, ReplyVerdict::kSent);
  reply.text = more;
  ASSERT_EQ(EvaluateReply(Book(), reply).verdict, ReplyVerdict::kNeedsChange);
  EXPECT_EQ(EvaluateReply(Book(), reply).broken[0].rule, "channel-length");
  reply.topic = "elections";
  reply.languages = {"en", "fr"};
  EXPECT_EQ(EvaluateReply(Book(), reply).verdict, ReplyVerdict::kSent);
  const std::string too_long(281, 'a');
  reply.text = too_long;
  EXPECT_EQ(EvaluateReply(Book(), reply).verdict, ReplyVerdict::kNeedsChange);
}

TEST(EvaluateReply, WantsTheLanguageOfTheInquiry) {
  const struct {
    const char* name;
    const char* topic;
    const char* inquiry;
    std::vector<std::string> reply;
    ReplyVerdict verdict;
  } cases[] = {
      {"the same", "potholes", "fr", {"fr"}, ReplyVerdict::kSent},
      {"the other", "potholes", "fr", {"en"}, ReplyVerdict::kNeedsChange},
      {"both", "potholes", "fr", {"en", "fr"}, ReplyVerdict::kSent},
      {"cannot be told", "potholes", "fr", {}, ReplyVerdict::kSent},
      {"an official one for a language that is not", "potholes", "es", {"en"}, ReplyVerdict::kSent},
      {"none of the official ones", "potholes", "es", {"es"}, ReplyVerdict::kNeedsChange},
      {"a broadcast in both", "elections", "en", {"en", "fr"}, ReplyVerdict::kSent},
      {"a broadcast in one", "elections", "en", {"en"}, ReplyVerdict::kNeedsChange},
      {"a broadcast in none that can be told", "elections", "en", {}, ReplyVerdict::kNeedsChange},
  };
  for (const auto& each : cases) {
    ReplyFacts reply = Reply("text");
    reply.topic = each.topic;
    reply.inquiry_language = each.inquiry;
    reply.languages = each.reply;
    EXPECT_EQ(EvaluateReply(Book(), reply).verdict, each.verdict) << each.name;
  }
}

TEST(EvaluateReply, WantsLinksWhereTheyBelong) {
  const struct {
    const char* topic;
    const char* channel;
    const char* text;
    std::vector<std::string> rules;
  } cases[] = {
      {"potholes", "X", "see https://evil.example/", {"own-links"}},
      {"potholes", "X", "see https://city.example@evil.example", {"no-personal-data", "own-links"}},
      {"potholes", "X", "see https://city.example.evil.com", {"own-links"}},
      {"potholes", "X", "see https://сity.example", {"own-links"}},  // Cyrillic c
      {"potholes", "X", "see https://city\u200B.example", {"own-links"}},
      {"potholes", "X", "see evil\u200B.com", {"own-links"}},
      {"potholes", "X", "see e v i l . c o m", {"own-links"}},
      {"potholes", "X", "see ｅｖｉｌ．ｃｏｍ", {"own-links"}},
      {"potholes", "X", "see roads.city.example", {}},
      {"income-tax", "X", "no link", {"official-page"}},
      {"income-tax", "X", "city.example/refund", {}},
      {"income-tax", "X", "https://evil.com/city.example", {"own-links", "official-page"}},
      {"income-tax", "EMAIL", "city.example/refund", {"disclosure"}},
      {"income-tax", "EMAIL", "city.example/refund. It may be assessed.", {}},
  };
  for (const auto& each : cases) {
    ReplyFacts reply = Reply(each.text);
    reply.topic = each.topic;
    reply.channel = each.channel;
    std::vector<std::string> rules;
    for (const BrokenRule& broken : EvaluateReply(Book(), reply).broken) rules.push_back(broken.rule);
    EXPECT_EQ(rules, each.rules) << each.text;
  }
}

TEST(EvaluateReply, RefusesDispositionsThatTheGuidelineDoesNotName) {
  ReplyFacts reply = Reply("Done.");
  reply.disposition = "REFERRED";
  const ReplyDecision decision = EvaluateReply(Book(), reply);
  ASSERT_EQ(decision.verdict, ReplyVerdict::kNeedsChange);
  EXPECT_EQ(decision.broken[0].rule, "disposition");
  reply.topic = "income-tax";
  reply.text = "city.example";
  EXPECT_EQ(EvaluateReply(Book(), reply).verdict, ReplyVerdict::kSent);
}

TEST(EvaluateReply, RefusesTextThatIsReadBackwards) {
  EXPECT_EQ(EvaluateReply(Book(), Reply("call \u202E2410-555-316\u202C")).verdict, ReplyVerdict::kNeedsChange);
}

TEST(EvaluateReply, AsksForAuthorityWhereNoGuidelineCoversIt) {
  const auto book = ParseGuidelines("version: 1\nofficial_languages: [en]\nguidelines: []\n", "empty.yaml");
  ASSERT_TRUE(book.ok()) << book.status();
  ReplyFacts reply = Reply("Hello.");
  const ReplyDecision decision = EvaluateReply(**book, reply);
  EXPECT_EQ(decision.verdict, ReplyVerdict::kNeedsAuthority);
  EXPECT_EQ(decision.authority_level, 2);
  EXPECT_EQ(decision.broken[0].rule, "no-guideline");
  reply.authority_level = 2;
  EXPECT_EQ(EvaluateReply(**book, reply).verdict, ReplyVerdict::kSent);
}

TEST(EvaluateReply, LetsABroadcastOutInEveryOfficialLanguageOrInNone) {
  const struct {
    const char* name;
    std::vector<std::string> languages;
    bool sent;
  } cases[] = {
      {"both", {"en", "fr"}, true},       {"both, the other way round", {"fr", "en"}, true},
      {"English only", {"en"}, false},    {"French only", {"fr"}, false},
      {"neither can be told", {}, false}, {"one, and one that is not official", {"en", "es"}, false},
  };
  for (const auto& each : cases) {
    ReplyFacts reply = Reply("The water is back. / L'eau est de retour.");
    reply.languages = each.languages;
    reply.is_broadcast = true;
    const ReplyDecision decision = EvaluateReply(Book(), reply);
    EXPECT_EQ(decision.verdict == ReplyVerdict::kSent, each.sent) << each.name;
    const std::string rule = "broadcast-languages";
    const bool broken = std::any_of(decision.broken.begin(), decision.broken.end(),
                                    [&](const BrokenRule& broken_rule) { return broken_rule.rule == rule; });
    EXPECT_EQ(broken, !each.sent) << each.name;
    reply.is_broadcast = false;
    EXPECT_THAT(EvaluateReply(Book(), reply).passed, ::testing::Not(Contains(rule))) << each.name;
  }
}

}  // namespace
}  // namespace switchboard::guidance
