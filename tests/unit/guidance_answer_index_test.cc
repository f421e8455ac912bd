#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/guidance/answer_index.h"

namespace switchboard::guidance {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kShelves[] = R"(version: 1
answers:
  - id: report
    version: 1
    topics: [potholes]
    title: {en: A hole is noted, fr: Un trou est noté}
    text: {en: A crew comes to fill the hole., fr: Une équipe vient remplir le trou.}
  - id: damage
    version: 2
    topics: [potholes]
    title: {en: Damage to a car, fr: Dommages à une voiture}
    text: {en: You can claim the bill for tires and rims., fr: Vous pouvez réclamer la facture des pneus et jantes.}
  - id: old
    version: 1
    topics: [potholes]
    valid_until: 2025-12-31
    title: {en: "Tires, tires, tires"}
    text: {en: "Tires, rims, claims and bills."}
  - id: praise
    version: 1
    topics: [praise]
    title: {en: Thanks}
    text: {en: Thank you for kind words about tires and holes.}
  - id: english-only
    version: 1
    topics: [potholes]
    title: {en: Bicycles}
    text: {en: Cyclists may use the other lane.}
)";

class AnswerIndexTest : public ::testing::Test {
 protected:
  std::vector<std::string> Best(std::string_view topic, const std::string& language, std::string_view text,
                                size_t most = 3, const std::string& skipped = "") const {
    std::vector<std::string> names;
    const AnswerQuery query{.topic = topic, .language = language, .text = text, .now = now_};
    for (const FoundAnswer& each :
         index_.Best(query, most, [&](const Answer& answer) { return answer.NameWithVersion() == skipped; })) {
      names.push_back(absl::StrCat(each.answer->id, " ", each.language));
    }
    return names;
  }

  const absl::Time now_ = absl::FromCivil(absl::CivilDay(2026, 6, 1), absl::UTCTimeZone());
  const AnswerIndex index_{*ParseAnswers(kShelves, "a.yaml")};
};

TEST_F(AnswerIndexTest, PutsTheMostSimilarFirst) {
  EXPECT_THAT(Best("potholes", "en", "There is a deep HOLE on Elm Street, when will you fill it?"),
              ElementsAre("report en", "damage en", "english-only en"));
  EXPECT_THAT(Best("potholes", "en", "My tire is flat, who pays the bill of the garage for both rims?"),
              ElementsAre("damage en", "report en", "english-only en"));
  EXPECT_THAT(Best("potholes", "en", "a cyclist fell", 1), ElementsAre("english-only en"));
}

TEST_F(AnswerIndexTest, SpeaksTheLanguageOfTheInquiry) {
  EXPECT_THAT(Best("potholes", "fr", "Mes pneus sont crevés et la jante est tordue, qui paie la facture?"),
              ElementsAre("damage fr", "report fr"));
  EXPECT_THAT(Best("potholes", "fr", "UN ENORME TROU"), ElementsAre("report fr", "damage fr"));
  EXPECT_THAT(Best("potholes", "es", "my tires"), ElementsAre("damage en", "report en", "english-only en"));
}

// Of an inquiry that nobody is sure of: whatever speaks of the same things, and nothing else.
TEST_F(AnswerIndexTest, LooksEverywhereWhereThereIsNoTopic) {
  EXPECT_THAT(Best("", "en", "kind words"), ElementsAre("praise en"));
  EXPECT_THAT(Best("", "en", "a HOLE, hole, hole; kind crew", 2), ElementsAre("report en", "praise en"));
  EXPECT_THAT(Best("", "en", "flat tires", 3, "damage@2"), ElementsAre("praise en"));
  EXPECT_THAT(Best("", "en", "zebra"), IsEmpty());
}

TEST_F(AnswerIndexTest, LeavesOutOtherTopicsOldAnswersAndRecalledOnes) {
  EXPECT_THAT(Best("praise", "en", "holes"), ElementsAre("praise en"));
  EXPECT_THAT(Best("transit", "en", "holes"), IsEmpty());
  EXPECT_THAT(Best("potholes", "en", "tires", 3, "damage@2"), ElementsAre("report en", "english-only en"));
}

TEST_F(AnswerIndexTest, KeepsTheOrderOfTheFileWhereNothingIsAlike) {
  EXPECT_THAT(Best("potholes", "en", ""), ElementsAre("report en", "damage en", "english-only en"));
  EXPECT_THAT(Best("potholes", "en", "\xff\xfe"), ElementsAre("report en", "damage en", "english-only en"));
}

TEST_F(AnswerIndexTest, ReadsOnlyTheBeginningOfALongText) {
  const std::string filler(9000, 'z');
  EXPECT_THAT(Best("potholes", "en", filler + " cyclist", 1), ElementsAre("report en"));
}

}  // namespace
}  // namespace switchboard::guidance
