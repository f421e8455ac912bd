// The answers that ship, tried against the guidelines that ship.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "services/guidance/answer_index.h"
#include "services/guidance/reply_evaluator.h"
#include "services/triage/configuration.h"
#include "services/wire/reply_languages.h"

namespace switchboard::guidance {
namespace {

std::string Shipped(const std::string& name) {
  std::ifstream file(SWITCHBOARD_SOURCE_DIR "/deploy/samples/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::shared_ptr<const AnswerLibrary> StarterAnswers() {
  auto library = ParseAnswers(Shipped("answers.yaml"), "answers.yaml");
  EXPECT_TRUE(library.ok()) << library.status();
  return library.ok() ? *library : nullptr;
}

TEST(StarterAnswers, CoverEveryStarterTopicInBothLanguages) {
  const auto configuration = triage::ParseConfiguration(Shipped("starter.yaml"), "starter.yaml");
  ASSERT_TRUE(configuration.ok()) << configuration.status();
  std::set<std::string> topics;
  std::set<std::string> covered;
  for (const triage::Topic& topic : (*configuration)->topics) topics.insert(topic.id);
  const auto library = StarterAnswers();
  for (const Answer& answer : library->answers) {
    covered.insert(answer.topics.begin(), answer.topics.end());
    EXPECT_TRUE(answer.text.contains("en") && answer.text.contains("fr")) << answer.id;
  }
  EXPECT_EQ(covered, topics);
}

TEST(StarterAnswers, GoOutAtOnceOnEveryLeg) {
  const auto book = ParseGuidelines(Shipped("guidelines.yaml"), "guidelines.yaml");
  ASSERT_TRUE(book.ok()) << book.status();
  const struct {
    const char* channel;
    bool is_public;
  } legs[] = {{"X", true}, {"FACEBOOK", true}, {"EMAIL", false}, {"CHAT", false}};
  const auto library = StarterAnswers();
  for (const Answer& answer : library->answers) {
    for (const auto& [language, text] : answer.text) {
      for (const auto& leg : legs) {
        const ReplyDecision decision = EvaluateReply(**book, {.text = text,
                                                              .topic = answer.topics[0],
                                                              .channel = leg.channel,
                                                              .is_public = leg.is_public,
                                                              .inquiry_language = language,
                                                              .languages = wire::ReplyLanguages(text),
                                                              .disposition = "ANSWERED"});
        EXPECT_EQ(decision.verdict, ReplyVerdict::kSent)
            << answer.id << " " << language << " on " << leg.channel << ": " << decision.broken.at(0).rule;
      }
    }
  }
}

TEST(StarterAnswers, TheFirstIsTheRightOne) {
  const AnswerIndex index(StarterAnswers());
  const struct {
    const char* topic;
    const char* language;
    const char* text;
    const char* wanted;
  } cases[] = {
      {"potholes", "en", "The pothole on Elm Street destroyed my tire and bent the rim. Who pays?", "pothole-damage"},
      {"potholes", "en", "There is a hole in the road in front of my house", "pothole-report"},
      {"potholes", "fr", "J'ai crevé un pneu dans un nid-de-poule, comment faire une réclamation?", "pothole-damage"},
      {"potholes", "fr", "Il y a un trou dans la chaussée, rue des Érables", "pothole-report"},
      {"passports", "en", "I lost my passport yesterday, or it was stolen", "passport-lost"},
      {"passports", "en", "I fly in three days and have no passport, is there an express service?", "passport-urgent"},
      {"passports", "fr", "On m'a volé mon passeport", "passport-lost"},
      {"snow-removal", "fr", "La déneigeuse a laissé un mur de neige devant mon entrée", "snow-driveway"},
      {"garbage", "en", "My garbage was not collected this morning", "garbage-missed"},
      {"garbage", "fr", "Quel est le jour de la collecte pour un vieux matelas?", "garbage-days"},
      {"water-service", "en", "The water from my tap is brown since yesterday", "water-quality"},
      {"transit", "fr", "Combien coûte le laissez-passer mensuel?", "transit-fares"},
  };
  for (const auto& each : cases) {
    const auto best =
        index.Best({each.topic, each.language, each.text, absl::UnixEpoch()}, 3, [](const Answer&) { return false; });
    ASSERT_FALSE(best.empty()) << each.text;
    EXPECT_EQ(best[0].answer->id, each.wanted) << each.text;
  }
}

}  // namespace
}  // namespace switchboard::guidance
