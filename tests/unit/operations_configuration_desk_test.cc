#include <gtest/gtest.h>

#include "common/ids/id_generator.h"
#include "common/metrics/metric_registry.h"
#include "common/status/errors.h"
#include "services/operations/configuration_desk.h"
#include "services/queue/in_memory_queue_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/in_memory_answer_store.h"
#include "tests/support/in_memory_configuration_store.h"
#include "tests/support/in_memory_correction_store.h"

namespace switchboard::operations {
namespace {

constexpr char kYaml[] = R"(
version: 1
defaults: {general_queue: general}
topics:
  - id: potholes
    name: {en: Potholes}
    description: {en: Holes in roads}
    examples: {en: ["a deep hole in the road", "the asphalt is broken", "my tyre burst in a pothole"]}
  - id: passports
    name: {en: Passports}
    description: {en: Travel documents}
    examples: {en: ["renew my passport", "passport application form", "travel document for my child"]}
queues:
  - {id: general, name: {en: General}}
routes:
  - {id: all, queue: general}
)";

class ConfigurationDeskTest : public ::testing::Test {
 protected:
  ConfigurationDeskTest() {
    EXPECT_TRUE(engine_->Start().ok());
    EXPECT_TRUE(follower_.Start().ok());
  }

  FakeClock clock_;
  IdGenerator ids_{clock_, 1};
  MetricRegistry registry_;
  queue::QueueMetrics metrics_{registry_};
  queue::InMemoryQueueStore queue_store_;
  std::unique_ptr<queue::QueueEngine> engine_ =
      queue::MakeQueueEngine(queue_store_, clock_, ids_, metrics_, queue::EngineOptions());
  triage::InMemoryConfigurationStore store_;
  int64_t in_force_ = -1;
  triage::ConfigurationFollower follower_{store_,
                                          clock_,
                                          [this](const std::shared_ptr<const triage::TriageSnapshot>& snapshot) {
                                            in_force_ = snapshot->configuration_version;
                                            return absl::OkStatus();
                                          },
                                          {.poll_interval = absl::Hours(1)}};
  triage::InMemoryCorrectionStore corrections_;
  guidance::InMemoryAnswerStore answers_;
  ConfigurationDesk desk_{store_, corrections_, follower_, *engine_, answers_};
};

TEST_F(ConfigurationDeskTest, LearnsWhatStaffCorrected) {
  ASSERT_TRUE(desk_.HandIn({.yaml = kYaml, .file_name = "city.yaml"}).ok());
  const std::string before = desk_.InForce()->model;
  corrections_.corrections = {
      {.inquiry = 1, .topic = "potholes", .text = "a sinkhole", .state = triage::CorrectionState::kAccepted}};
  ASSERT_TRUE(desk_.HandIn({.yaml = std::string(kYaml) + "# changed", .file_name = "city.yaml"}).ok());
  EXPECT_NE(desk_.InForce()->model, before);
}

TEST_F(ConfigurationDeskTest, PutsItInForceBeforeItAnswers) {
  const auto verdict = desk_.HandIn({.yaml = kYaml, .file_name = "city.yaml", .applied_by = "anna"});
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->version, 1);
  EXPECT_FALSE(verdict->unchanged);
  EXPECT_EQ(verdict->topics, 2);
  EXPECT_EQ(verdict->queues, 1);
  EXPECT_EQ(verdict->routes, 1);
  EXPECT_EQ(in_force_, 1);
  EXPECT_EQ(desk_.InForce()->applied_by, "anna");
  EXPECT_FALSE(desk_.InForce()->model.empty());
}

TEST_F(ConfigurationDeskTest, TheSameAgainChangesNothing) {
  ASSERT_TRUE(desk_.HandIn({.yaml = kYaml}).ok());
  const auto again = desk_.HandIn({.yaml = kYaml});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->unchanged);
  EXPECT_EQ(again->version, 1);
}

TEST_F(ConfigurationDeskTest, OnlyChecksWhereThatIsAllThatIsAsked) {
  const auto verdict = desk_.HandIn({.yaml = kYaml, .validate_only = true});
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->version, 0);
  EXPECT_EQ(in_force_, 0);
  EXPECT_TRUE(absl::IsNotFound(desk_.InForce().status()));
}

TEST_F(ConfigurationDeskTest, RefusesMistakesAndKeepsWhatIsInForce) {
  ASSERT_TRUE(desk_.HandIn({.yaml = kYaml}).ok());
  const auto verdict = desk_.HandIn({.yaml = "version: 1\nqueue: []\n", .file_name = "bad.yaml"});
  EXPECT_EQ(ReasonOf(verdict.status()), reason::kInvalidConfiguration);
  EXPECT_EQ(in_force_, 1);
}

constexpr char kGuidelines[] = R"(
version: 1
official_languages: [en]
guidelines:
  - {id: streets, version: "1.0", name: {en: Streets}, text: {en: Say when.}, topics: [potholes, canals]}
)";

TEST_F(ConfigurationDeskTest, GuidelinesAloneLeaveTheTopicsAsTheyAre) {
  ASSERT_TRUE(desk_.HandIn({.yaml = kYaml, .file_name = "city.yaml"}).ok());
  const std::string model = desk_.InForce()->model;
  const auto verdict = desk_.HandIn({.guidelines = kGuidelines, .guidelines_file_name = "g.yaml"});
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->version, 2);
  EXPECT_EQ(verdict->topics, 2);
  EXPECT_EQ(verdict->guidelines, 1);
  EXPECT_EQ(verdict->warnings.back(),
            "guideline streets names the topic canals, which the configuration does not have");
  EXPECT_EQ(desk_.InForce()->yaml, kYaml);
  EXPECT_EQ(desk_.InForce()->file_name, "city.yaml");
  EXPECT_EQ(desk_.InForce()->model, model);
  EXPECT_EQ(desk_.InForce()->guidelines, kGuidelines);
  EXPECT_EQ(in_force_, 2);
  EXPECT_TRUE(desk_.HandIn({.guidelines = kGuidelines})->unchanged);
}

TEST_F(ConfigurationDeskTest, RefusesAuthorityPoliciesForQueuesThatAreNotThere) {
  std::string with_roads = kYaml;
  with_roads.replace(with_roads.find("routes:"), 7, "  - {id: roads, name: {en: Roads}}\nroutes:");
  ASSERT_TRUE(desk_.HandIn({.yaml = with_roads}).ok());
  const HandedIn mistyped{.guidelines =
                              "version: 1\nofficial_languages: [en]\nguidelines: []\n"
                              "authority: {queues: {general: {at_deadline: REASSIGN, reassign_to: raods}}}\n",
                          .guidelines_file_name = "g.yaml"};
  const auto refused = desk_.HandIn(mistyped);
  EXPECT_EQ(ReasonOf(refused.status()), reason::kInvalidConfiguration);
  EXPECT_NE(refused.status().ToString().find("g.yaml:4:68: authority.queues.general.reassign_to: the configuration has "
                                             "no queue raods"),
            std::string::npos)
      << refused.status();
  EXPECT_EQ(in_force_, 1);
  std::string right(mistyped.guidelines);
  right.replace(right.find("raods"), 5, "roads");
  ASSERT_TRUE(desk_.HandIn({.guidelines = right, .guidelines_file_name = "g.yaml"}).ok());
  // The other way round: the configuration may not take the queue away.
  const auto without = desk_.HandIn({.yaml = kYaml, .file_name = "city.yaml"});
  EXPECT_NE(without.status().ToString().find("g.yaml:4:68: authority.queues.general.reassign_to"), std::string::npos)
      << without.status();
  EXPECT_EQ(in_force_, 2);
}

TEST_F(ConfigurationDeskTest, GuidelinesAndAnswersWaitForTopics) {
  const auto verdict = desk_.HandIn({.guidelines = kGuidelines, .guidelines_file_name = "g.yaml"});
  EXPECT_EQ(ReasonOf(verdict.status()), reason::kInvalidConfiguration);
  EXPECT_EQ(verdict.status().message(),
            "no configuration of topics, routes and queues is in force: apply one before guidelines and answers, or "
            "together with them");
}

TEST_F(ConfigurationDeskTest, TopicsAloneLeaveTheGuidelinesAsTheyAre) {
  ASSERT_TRUE(desk_.HandIn({.yaml = kYaml, .guidelines = kGuidelines, .guidelines_file_name = "g.yaml"}).ok());
  const std::string other = std::string(kYaml) + "background: [what a lovely day]\n";
  ASSERT_TRUE(desk_.HandIn({.yaml = other}).ok());
  EXPECT_EQ(desk_.InForce()->version, 2);
  EXPECT_EQ(desk_.InForce()->yaml, other);
  EXPECT_EQ(desk_.InForce()->guidelines, kGuidelines);
  EXPECT_EQ(desk_.InForce()->guidelines_file_name, "g.yaml");
}

TEST_F(ConfigurationDeskTest, AVersionOfAGuidelineNeverChangesItsRules) {
  const std::string first = kGuidelines;
  ASSERT_TRUE(desk_.HandIn({.yaml = kYaml, .guidelines = first}).ok());
  std::string laid_out = "# Another layout says the same.\n" + first;
  laid_out.replace(laid_out.find("{en: Say when.}, topics: [potholes, canals]"), 43,
                   "{\"en\": 'Say when.'},\n     topics: [potholes,  \"canals\"]");
  const auto same = desk_.HandIn({.guidelines = laid_out});
  EXPECT_TRUE(same.ok()) << same.status();
  std::string changed = first;
  changed.replace(changed.find("topics: [potholes, canals]"), 26, "topics: [potholes]");
  for (const bool only_check : {true, false}) {
    const auto verdict =
        desk_.HandIn({.guidelines = changed, .guidelines_file_name = "g.yaml", .validate_only = only_check});
    EXPECT_EQ(ReasonOf(verdict.status()), reason::kInvalidConfiguration);
    EXPECT_NE(verdict.status().ToString().find("g.yaml:5:28: guidelines[0].version: streets@1.0 is in force with "
                                               "another content; give the change a new version"),
              std::string::npos)
        << verdict.status();
  }
  changed.replace(changed.find("\"1.0\""), 5, "\"1.1\"");
  ASSERT_TRUE(desk_.HandIn({.guidelines = changed}).ok());
  const auto back = desk_.HandIn({.guidelines = first});
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->warnings.back().substr(0, 58), "guideline streets goes back from streets@1.1 to streets@1.");
}

TEST_F(ConfigurationDeskTest, RefusesMistakesInGuidelines) {
  ASSERT_TRUE(desk_.HandIn({.yaml = kYaml}).ok());
  const auto verdict = desk_.HandIn({.guidelines = "version: 1\nguideline: []\n", .guidelines_file_name = "g.yaml"});
  EXPECT_EQ(ReasonOf(verdict.status()), reason::kInvalidConfiguration);
  EXPECT_NE(verdict.status().ToString().find("g.yaml:2:1: guideline: unknown key"), std::string::npos);
  EXPECT_EQ(in_force_, 1);
}

constexpr char kAnswers[] = R"(
version: 1
answers:
  - {id: report, version: 1, topics: [potholes, canals], title: {en: Noted}, text: {en: A crew comes.}}
)";

TEST_F(ConfigurationDeskTest, AnswersAloneLeaveTheRestAsItIs) {
  ASSERT_TRUE(desk_.HandIn({.yaml = kYaml, .guidelines = kGuidelines}).ok());
  const auto verdict = desk_.HandIn({.answers = kAnswers, .answers_file_name = "a.yaml"});
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_EQ(verdict->version, 2);
  EXPECT_EQ(verdict->guidelines, 1);
  EXPECT_EQ(verdict->answers, 1);
  EXPECT_EQ(verdict->warnings.back(), "answer report names the topic canals, which the configuration does not have");
  EXPECT_EQ(desk_.InForce()->yaml, kYaml);
  EXPECT_EQ(desk_.InForce()->answers, kAnswers);
  EXPECT_EQ(desk_.InForce()->answers_file_name, "a.yaml");
  EXPECT_TRUE(desk_.HandIn({.answers = kAnswers})->unchanged);
  EXPECT_TRUE(answers_.Get("report", 1).ok());
}

TEST_F(ConfigurationDeskTest, AVersionOfAnAnswerNeverChangesItsWords) {
  ASSERT_TRUE(desk_.HandIn({.yaml = kYaml, .answers = kAnswers}).ok());
  ASSERT_TRUE(desk_.HandIn({.answers = "version: 1\nanswers: []\n"}).ok());
  std::string other = kAnswers;
  other.replace(other.find("A crew comes."), 13, "Nobody comes.");
  for (const bool only_check : {true, false}) {
    const auto verdict = desk_.HandIn({.answers = other, .answers_file_name = "a.yaml", .validate_only = only_check});
    EXPECT_EQ(ReasonOf(verdict.status()), reason::kInvalidConfiguration);
    EXPECT_NE(verdict.status().ToString().find("a.yaml:4:27: answers[0].version: version 1 of report was applied"),
              std::string::npos)
        << verdict.status();
  }
  EXPECT_EQ(in_force_, 2);
  other.replace(other.find("version: 1, topics"), 10, "version: 2");
  EXPECT_TRUE(desk_.HandIn({.answers = other}).ok());
  EXPECT_EQ(in_force_, 3);
}

TEST_F(ConfigurationDeskTest, RefusesMistakesInAnswers) {
  ASSERT_TRUE(desk_.HandIn({.yaml = kYaml}).ok());
  const auto verdict = desk_.HandIn({.answers = "version: 1\nanswer: []\n", .answers_file_name = "a.yaml"});
  EXPECT_EQ(ReasonOf(verdict.status()), reason::kInvalidConfiguration);
  EXPECT_NE(verdict.status().ToString().find("a.yaml:2:1: answer: unknown key"), std::string::npos);
}

TEST_F(ConfigurationDeskTest, StopsTrainingWhenTheCallerHasGivenUp) {
  const auto verdict = desk_.HandIn({.yaml = kYaml, .given_up = [] { return true; }});
  EXPECT_EQ(verdict.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(in_force_, 0);
}

}  // namespace
}  // namespace switchboard::operations
