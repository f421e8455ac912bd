#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/guidance/answer_library.h"

namespace switchboard::guidance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kLibrary[] = R"(version: 1
answers:
  - id: report
    version: 3
    topics: [potholes, snow-removal]
    valid_from: 2026-02-01
    valid_until: 2026-02-28
    title: {en: "Noted: it", fr: Noté}
    text:
      en: |
        Thank you.
        A crew "comes" on Monday.
      fr: Merci. Une équipe passe lundi.
  - {id: bare, version: 1, topics: [praise], title: {en: Thanks}, text: {en: Thank you.}}
)";

TEST(AnswerParser, ReadsALibrary) {
  const auto library = ParseAnswers(kLibrary, "a.yaml");
  ASSERT_TRUE(library.ok()) << library.status();
  ASSERT_EQ((*library)->answers.size(), 2U);
  const Answer& answer = (*library)->answers[0];
  EXPECT_EQ(answer.NameWithVersion(), "report@3");
  EXPECT_THAT(answer.topics, ElementsAre("potholes", "snow-removal"));
  EXPECT_EQ(answer.text.at("en"), "Thank you.\nA crew \"comes\" on Monday.\n");
  EXPECT_EQ(answer.title.at("fr"), "Noté");
  EXPECT_EQ(answer.line, 4);
  EXPECT_EQ((*library)->Find("bare"), &(*library)->answers[1]);
  EXPECT_EQ((*library)->Find("other"), nullptr);
}

TEST(AnswerParser, ValidityCountsWholeDaysInUtc) {
  const auto library = ParseAnswers(kLibrary, "a.yaml");
  ASSERT_TRUE(library.ok()) << library.status();
  const Answer& answer = (*library)->answers[0];
  const absl::Time begin = absl::FromCivil(absl::CivilDay(2026, 2, 1), absl::UTCTimeZone());
  const absl::Time end = absl::FromCivil(absl::CivilDay(2026, 3, 1), absl::UTCTimeZone());
  EXPECT_FALSE(answer.IsValidAt(begin - absl::Nanoseconds(1)));
  EXPECT_TRUE(answer.IsValidAt(begin));
  EXPECT_TRUE(answer.IsValidAt(end - absl::Nanoseconds(1)));
  EXPECT_FALSE(answer.IsValidAt(end));
  EXPECT_TRUE((*library)->answers[1].IsValidAt(absl::UnixEpoch()));
}

TEST(AnswerParser, AnAnswerIsTheSameWhereverItStands) {
  const auto library = ParseAnswers(kLibrary, "a.yaml");
  ASSERT_TRUE(library.ok()) << library.status();
  for (const Answer& answer : (*library)->answers) {
    const std::string written = WriteAnswer(answer);
    const auto alone = ParseAnswers(written, "alone");
    ASSERT_TRUE(alone.ok()) << alone.status() << written;
    ASSERT_EQ((*alone)->answers.size(), 1U);
    EXPECT_EQ(WriteAnswer((*alone)->answers[0]), written);
    EXPECT_EQ((*alone)->answers[0].text, answer.text);
    EXPECT_EQ((*alone)->answers[0].last_day, answer.last_day);
  }
}

TEST(AnswerParser, SaysWhatIsWrongAndWhere) {
  const struct {
    const char* yaml;
    const char* error;
  } cases[] = {
      {"version: 2\nanswers: []\n", "a.yaml:1:10: version"},
      {"answers: []\n", "version"},
      {"version: 1\nanswers: {}\n", "a.yaml:2:10: answers"},
      {"version: 1\nanswers: [{id: a, version: 1, topics: [p], title: {en: T}, text: {en: t}, note: x}]\n",
       "answers[0].note: unknown key"},
      {"version: 1\nanswers: [{id: a, topics: [p], title: {en: T}, text: {en: t}}]\n", "answers[0].version"},
      {"version: 1\nanswers: [{id: a, version: 0, topics: [p], title: {en: T}, text: {en: t}}]\n",
       "answers[0].version"},
      {"version: 1\nanswers: [{id: a, version: 1, topics: [], title: {en: T}, text: {en: t}}]\n",
       "answers[0].topics: must name a topic"},
      {"version: 1\nanswers: [{id: a, version: 1, topics: [p], title: {en: T}, text: {en: t, fr: u}}]\n",
       "answers[0].title: is missing in fr"},
      {"version: 1\nanswers: [{id: a, version: 1, topics: [p], title: {en: T, fr: U}, text: {en: t}}]\n",
       "answers[0].text: is missing in fr"},
      {"version: 1\nanswers: [{id: a, version: 1, topics: [p], valid_from: soon, title: {en: T}, text: {en: t}}]\n",
       "a.yaml:2:56: answers[0].valid_from: must be a day such as 2026-12-31"},
      {"version: 1\nanswers: [{id: a, version: 1, topics: [p], valid_from: 2026-02-02, valid_until: 2026-02-01, "
       "title: {en: T}, text: {en: t}}]\n",
       "answers[0].valid_until: is before valid_from"},
      {"version: 1\nanswers:\n  - {id: a, version: 1, topics: [p], title: {en: T}, text: {en: t}}\n"
       "  - {id: a, version: 2, topics: [p], title: {en: T}, text: {en: t}}\n",
       "a.yaml:4:10: answers[1].id: another answer has the id a"},
      {"version: 1\nanswers: [", "a.yaml:2"},
  };
  for (const auto& each : cases) {
    std::vector<YamlError> errors;
    const auto library = ParseAnswers(each.yaml, "a.yaml", &errors);
    EXPECT_EQ(library.status().code(), absl::StatusCode::kInvalidArgument) << each.yaml;
    EXPECT_THAT(std::string(library.status().message()), HasSubstr(each.error)) << each.yaml;
    EXPECT_FALSE(errors.empty());
  }
}

}  // namespace
}  // namespace switchboard::guidance
