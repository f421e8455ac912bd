#include "services/triage/triage_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/triage/confidence.h"

namespace switchboard::triage {
namespace {

constexpr char kTown[] = R"(version: 1
defaults: {general_queue: general, threshold: 0.5}
urgency:
  - {id: gas-leak, language: en, any: ["gas leak", "smell* gas"], priority: URGENT}
  - {id: fuite, language: fr, any: ["odeur de gaz"], priority: URGENT}
topics:
  - id: potholes
    name: {en: Potholes, fr: Nids-de-poule}
    examples:
      en: ["there is a deep pothole on my street", "the road is full of holes", "my tire burst on a hole in the road",
           "asphalt broken near the school", "please repair the pavement on Oak street", "crater in the road surface"]
      fr: ["un nid-de-poule devant chez moi", "la chaussée est pleine de trous", "la route est abîmée"]
    rules:
      - {id: pothole-word, language: en, any: [pothole, potholes], effect: DECIDE}
  - id: garbage
    name: {en: Garbage, fr: Ordures}
    examples:
      en: ["my garbage was not picked up", "the bins were missed this week", "when is garbage day",
           "trash collection is late again", "the truck skipped our bins", "waste pickup missed on our street"]
      fr: ["mes ordures n'ont pas été ramassées", "la collecte des déchets est en retard", "les poubelles débordent"]
    rules:
      - {id: not-roads, any: ["tire burst"], effect: VETO}
queues:
  - {id: general, name: {en: General}}
  - {id: roads, name: {en: Roads}}
  - {id: waste, name: {en: Waste}}
routes:
  - {id: roads, when: {topics: [potholes]}, queue: roads}
  - {id: waste, when: {topics: [garbage]}, queue: waste, priority: LOW}
)";

// The town as it is learnt; once, since that takes seconds.
const std::shared_ptr<const TriageSnapshot>& Town() {
  static const auto& town = *new absl::StatusOr(BuildSnapshot(kTown, "town.yaml", 7));
  return *town;
}

class TriageEngineTest : public ::testing::Test {
 protected:
  void SetUp() override { engine_.Activate(Town()); }
  TriageDecision Decide(const TriageRequest& request) {
    auto decision = engine_.Decide(request);
    EXPECT_TRUE(decision.ok()) << decision.status();
    return *std::move(decision);
  }
  TriageEngine engine_;
};

TEST(TriageEngine, RefusesBeforeTheFirstConfiguration) {
  EXPECT_EQ(TriageEngine().Decide({.text = "x"}).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(TriageEngineTest, SortsAndRoutesBothLanguages) {
  const TriageDecision english = Decide({.text = "they missed my garbage bins again this week"});
  EXPECT_EQ(english.topic(), "garbage");
  EXPECT_EQ(english.route.queue, "waste");
  EXPECT_EQ(english.sort.language, "en");
  EXPECT_EQ(english.configuration_version, 7);
  const TriageDecision french = Decide({.text = "les ordures ne sont toujours pas ramassées dans ma rue"});
  EXPECT_EQ(french.topic(), "garbage");
  EXPECT_EQ(french.sort.language, "fr");
}

TEST_F(TriageEngineTest, RuleDecidesAndIsExplained) {
  const TriageDecision decision = Decide({.text = "POTHOLES eat my garbage bins", .explain = true});
  EXPECT_EQ(decision.topic(), "potholes");
  EXPECT_EQ(decision.sort.method, SortMethod::kRule);
  EXPECT_THAT(decision.sort.explanation.rules, ::testing::Contains("pothole-word"));
  EXPECT_FALSE(decision.sort.explanation.words.empty());
}

TEST_F(TriageEngineTest, UrgencyRaisesWhateverTheTopic) {
  const TriageDecision decision = Decide({.text = "I smelled GAS near my garbage bins, garbage not picked up"});
  ASSERT_TRUE(decision.sort.urgency.has_value());
  EXPECT_EQ(decision.sort.urgency->rule, "gas-leak");
  EXPECT_EQ(decision.route.priority, Priority::kUrgent);
}

TEST_F(TriageEngineTest, EmptyTextIsUnsure) {
  const TriageDecision decision = Decide({.text = ""});
  EXPECT_TRUE(decision.sort.unsure);
  EXPECT_EQ(decision.route.queue, "general");
}

TEST_F(TriageEngineTest, CallersTopicIsTaken) {
  const TriageDecision decision = Decide({.text = "my bins", .caller_topic = "potholes"});
  EXPECT_EQ(decision.topic(), "potholes");
  EXPECT_EQ(decision.sort.method, SortMethod::kCaller);
  EXPECT_EQ(engine_.Decide({.text = "x", .caller_topic = "nope"}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(TriageEngineTest, CallersTopicLeavesUrgencyToTheRules) {
  const TriageDecision decision =
      Decide({.text = "I smelled GAS near the bins", .language = "en", .caller_topic = "garbage", .explain = true});
  EXPECT_EQ(decision.topic(), "garbage");
  ASSERT_TRUE(decision.sort.urgency.has_value());
  EXPECT_EQ(decision.sort.urgency->rule, "gas-leak");
  EXPECT_EQ(decision.route.priority, Priority::kUrgent);
  EXPECT_THAT(decision.sort.explanation.rules, ::testing::ElementsAre("gas-leak"));
}

TEST_F(TriageEngineTest, CallersPriorityIsTakenAsItIs) {
  const std::string_view text = "I smelled GAS near the bins";
  const TriageDecision named =
      Decide({.text = text, .language = "en", .caller_topic = "garbage", .caller_priority = Priority::kLow});
  EXPECT_EQ(named.route.priority, Priority::kLow);
  EXPECT_FALSE(named.sort.urgency.has_value());
  const TriageDecision sorted = Decide({.text = text, .caller_priority = Priority::kHigh});
  EXPECT_EQ(sorted.route.priority, Priority::kHigh);
  EXPECT_FALSE(sorted.sort.urgency.has_value());
}

// Three rules hold: one by a pattern, before one by its words, before one by a pattern again.
TEST(UrgencyRules, TheMostPressingIsTheFirstOfItsPriority) {
  Configuration configuration;
  const auto add = [&](const char* id, Priority priority, const char* word, const char* pattern) {
    UrgencyRule rule{.id = id, .priority = priority};
    if (*word != '\0') rule.when.any = {word};
    rule.when.pattern = pattern;
    configuration.urgency.push_back(rule);
  };
  add("low", Priority::kHigh, "fire", "");
  add("pattern", Priority::kUrgent, "", "on fi.e");
  add("words", Priority::kUrgent, "fire", "");
  add("late", Priority::kUrgent, "", "roof|house");
  const UrgencyRules rules(configuration);
  const auto first = [&](std::string_view written) {
    NormalText text;
    NormalizeText(written, &text);
    const auto signal = rules.MostPressing(text, written, Channel::kWeb);
    return signal ? signal->rule : "";
  };
  EXPECT_EQ(first("my roof is on fire"), "pattern");
  EXPECT_EQ(first("fire on the roof"), "words");
  EXPECT_EQ(first("the roof leaks"), "late");
  EXPECT_EQ(first("all is well"), "");
  std::vector<std::string> all;
  NormalText text;
  NormalizeText("my roof is on fire", &text);
  rules.AppendAll(text, "my roof is on fire", Channel::kWeb, &all);
  EXPECT_THAT(all, ::testing::ElementsAre("pattern", "words", "late", "low"));
}

class SorterNotToBeAsked final : public Sorter {
 public:
  SortResult Sort(const SortInput&) const override {
    ADD_FAILURE() << "the sorter was asked";
    return {};
  }
  double ThresholdOf(std::string_view) const override { return 0; }
};

TEST_F(TriageEngineTest, CallersTopicSparesTheSorter) {
  auto snapshot = std::make_shared<TriageSnapshot>(*engine_.snapshot());
  snapshot->sorter = std::make_shared<SorterNotToBeAsked>();
  engine_.Activate(snapshot);
  EXPECT_EQ(Decide({.text = "my bins", .caller_topic = "garbage"}).route.queue, "waste");
}

TEST_F(TriageEngineTest, CallersTopicLeavesTheLanguageToBeFound) {
  const std::string_view text = "les ordures ne sont toujours pas ramassées dans ma rue";
  EXPECT_EQ(Decide({.text = text, .caller_topic = "garbage"}).sort.language, "fr");
  EXPECT_EQ(Decide({.text = text, .language = "en", .caller_topic = "garbage"}).sort.language, "en");
}

TEST_F(TriageEngineTest, VetoTakesTheTopicAway) {
  EXPECT_NE(Decide({.text = "garbage truck made my tire burst"}).sort.best.topic, "garbage");
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

// The town where `defaults` and the topic say this.
std::string TownWith(const std::string& defaults, const std::string& of_garbage) {
  const std::string town = Replaced(kTown, ", threshold: 0.5", defaults);
  return Replaced(town, "  - id: garbage\n", "  - id: garbage\n" + of_garbage);
}

// What garbage needs.
double ThresholdIn(const absl::StatusOr<std::shared_ptr<const TriageSnapshot>>& snapshot) {
  EXPECT_TRUE(snapshot.ok()) << snapshot.status();
  const SortResult result = (*snapshot)->sorter->Sort({.text = "when is garbage day"});
  EXPECT_EQ(result.best.topic, "garbage");
  EXPECT_EQ(result.threshold, (*snapshot)->sorter->ThresholdOf("garbage"));
  EXPECT_EQ(result.unsure, result.best.confidence < result.threshold);
  return result.threshold;
}

TEST(Thresholds, TheOperatorsWordCountsBeforeTheTrainedOne) {
  const auto said = [](const std::string& defaults, const std::string& of_garbage) {
    return ThresholdIn(LoadSnapshot(TownWith(defaults, of_garbage), "town.yaml", 1, Town()->model, 1));
  };
  EXPECT_EQ(said(", threshold: 0.5", ""), 0.5);
  EXPECT_EQ(said(", threshold: 0.5", "    threshold: 0.7\n"), 0.7);
  // So few examples prove no precision: the confidence itself has to reach it.
  EXPECT_EQ(said("", ""), 0.95);
  EXPECT_EQ(ThresholdIn(BuildSnapshot(TownWith(", target_precision: 0.9", ""), "town.yaml", 1)), 0.9);
}

TEST(Thresholds, AreSetWhereTheBoundOfThePrecisionReachesTheTarget) {
  std::vector<Judged> judged;
  for (int i = 0; i < 1000; ++i) judged.push_back({1.0 - i / 1000.0, i < 600 || i % 2 == 0});
  const double threshold = ThresholdForPrecision(judged, 0.95);
  double decided = 0;
  double right = 0;
  for (const Judged& each : judged) {
    if (each.confidence < threshold) continue;
    decided += 1;
    right += each.right ? 1 : 0;
  }
  EXPECT_GT(decided, 600);
  EXPECT_GE(WilsonLowerBound(right, decided), 0.95);
  EXPECT_EQ(ThresholdForPrecision(std::vector<Judged>(100), 0.95), 1) << "all wrong";
}

TEST(BuildSnapshot, IsDeterministicAndLoadsAgain) {
  const auto again = BuildSnapshot(kTown, "town.yaml", 1);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ((*again)->model, Town()->model);
  const auto loaded = LoadSnapshot(kTown, "town.yaml", 1, Town()->model, 3);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ((*loaded)->model_version, 3);
  const std::string_view text = "waste pickup was missed";
  EXPECT_EQ((*loaded)->sorter->Sort({.text = text}).best.confidence,
            Town()->sorter->Sort({.text = text}).best.confidence);
}

TEST(LoadSnapshot, RefusesDamagedModels) {
  const std::string& model = Town()->model;
  const std::string damaged[] = {"", "nonsense", model.substr(0, model.size() / 2), model + "x"};
  for (const std::string& bytes : damaged) {
    EXPECT_EQ(LoadSnapshot(kTown, "town.yaml", 1, bytes, 1).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(BuildSnapshot, StopsWhereItIsToldTo) {
  int asked = 0;
  TrainingOptions options;
  options.progress = [&asked](double) { return ++asked != 3; };  // told once, and not again
  EXPECT_EQ(BuildSnapshot(kTown, "town.yaml", 1, options).status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace switchboard::triage
