// Which training queues ask for, and who may send.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/status/errors.h"
#include "services/frontline/queue_training.h"
#include "services/frontline/send_permit.h"
#include "tests/support/example_triage.h"

namespace switchboard::frontline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

guidance::Guideline About(const std::string& id, guidance::Scope scope) {
  guidance::Guideline guideline;
  guideline.id = id;
  guideline.major_version = 2;
  guideline.scope = std::move(scope);
  return guideline;
}

guidance::GuidelineBook Book() {
  guidance::GuidelineBook book;
  book.guidelines.push_back(About("every-reply", {}));
  book.guidelines.push_back(About("streets", {.topics = {"potholes"}}));
  book.guidelines.push_back(About("streets-by-phone", {.topics = {"potholes"}, .channels = {"PHONE"}}));
  book.guidelines.push_back(About("passports", {.topics = {"passports"}}));
  return book;
}

std::vector<std::string> Asked(const std::string& queue, const triage::Configuration& configuration) {
  const guidance::GuidelineBook book = Book();
  std::vector<std::string> ids;
  for (const guidance::Guideline* each : TrainingFor(queue, configuration, book)) ids.push_back(each->id);
  return ids;
}

TEST(TrainingFor, IsWhatTheRoutesBring) {
  triage::Configuration configuration = ExampleConfiguration();
  EXPECT_THAT(Asked("roads", configuration), ElementsAre("streets", "streets-by-phone"));
  EXPECT_THAT(Asked("passports", configuration), ElementsAre("passports"));
  EXPECT_THAT(Asked("counter", configuration), IsEmpty());
  EXPECT_THAT(Asked("general", configuration), IsEmpty());  // although potholes overflow there
  configuration.routes[0].overflow = triage::Overflow{absl::Hours(1), "counter"};
  EXPECT_THAT(Asked("counter", configuration), ElementsAre("passports"));
  configuration.routes[2].channels = {triage::Channel::kWeb};
  EXPECT_THAT(Asked("roads", configuration), ElementsAre("streets"));
}

TEST(UnaskedTrainingFor, IsWhatMayComeWhereTheQueueAsksForNone) {
  triage::Configuration configuration = ExampleConfiguration();
  const guidance::GuidelineBook book = Book();
  const auto unasked = [&](const std::string& queue) {
    std::vector<std::string> ids;
    for (const guidance::Guideline* each : UnaskedTrainingFor(queue, configuration, book)) ids.push_back(each->id);
    return ids;
  };
  EXPECT_THAT(unasked("general"), ElementsAre("streets", "streets-by-phone", "passports"));
  EXPECT_THAT(unasked("counter"), ElementsAre("streets", "streets-by-phone", "passports")) << "by transfer only";
  EXPECT_THAT(unasked("roads"), IsEmpty());
  configuration.routes.push_back({.id = "the-rest", .queue = "roads"});
  EXPECT_THAT(unasked("roads"), ElementsAre("passports"));
}

TEST(MaySend, NeedsCurrentTrainingForWhatCoversTheReply) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const guidance::GuidelineBook book = Book();
  const workforce::Worker trained{.id = "a", .trainings = {{"streets", 2}}};
  const workforce::Worker stale{.id = "b", .trainings = {{"streets", 1}}};
  const workforce::Worker expired{.id = "c", .trainings = {{"streets", 2, now}}};
  const workforce::Worker untrained{.id = "d"};
  const struct {
    const workforce::Worker* worker;
    ReplyPlace place;
    std::string_view reason;
  } kCases[] = {
      {&trained, {"potholes", "WEB", false}, ""},
      {&trained, {"potholes", "PHONE", false}, reason::kNotCertified},
      {&trained, {"passports", "WEB", false}, reason::kNotCertified},
      {&stale, {"potholes", "WEB", false}, reason::kCertificationStale},
      {&expired, {"potholes", "WEB", false}, reason::kCertificationExpired},
      {&untrained, {"potholes", "WEB", false}, reason::kNotCertified},
      {&untrained, {"praise", "WEB", true}, ""},
      {nullptr, {"potholes", "WEB", false}, ""},
  };
  for (const auto& each : kCases) {
    const absl::Status status = MaySend(each.worker, false, book, each.place, now);
    EXPECT_EQ(ReasonOf(status), each.reason) << status;
  }
  EXPECT_EQ(ReasonOf(MaySend(nullptr, true, book, {"praise", "WEB", true}, now)), reason::kNotCertified);
  EXPECT_EQ(ErrorMetadataOf(MaySend(&stale, false, book, {"potholes", "WEB", false}, now), "guideline"), "streets@2.0");
}

}  // namespace
}  // namespace switchboard::frontline
