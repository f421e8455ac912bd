// How long the decision about one reply takes with the starter guidelines: usual replies, and hostile ones of growing
// length, whose time must grow no faster than they do.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "services/guidance/reply_evaluator.h"

namespace switchboard::guidance {
namespace {

constexpr char kTweet[] =
    "Thank you for telling us about the pothole on Miller Avenue. A crew will fill it within 5 working days. "
    "You can follow the repair at https://rivermouth.example/roads";
constexpr char kSentence[] =
    "Bonjour, votre demande a bien été reçue le 12 mars et elle est en cours de traitement par notre équipe. Vous "
    "pouvez suivre son état à https://rivermouth.example/suivi ou composer le 311 de 8 h 30 à 16 h 30. ";

const GuidelineBook& Starter() {
  static const auto* const book = [] {
    std::ifstream file(SWITCHBOARD_SOURCE_DIR "/deploy/samples/guidelines.yaml");
    std::stringstream yaml;
    yaml << file.rdbuf();
    auto* parsed = new auto(ParseGuidelines(yaml.str(), "guidelines.yaml"));
    if (!parsed->ok()) {
      std::cerr << parsed->status() << "\n";
      std::exit(1);
    }
    return parsed;
  }();
  return ***book;
}

std::string Repeated(const std::string& piece, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  return text;
}

void Decide(benchmark::State& state, const std::string& text, std::string_view channel, bool is_public) {
  const ReplyFacts reply{.text = text,
                         .topic = "potholes",
                         .channel = channel,
                         .is_public = is_public,
                         .inquiry_language = "fr",
                         .disposition = "ANSWERED"};
  const GuidelineBook& book = Starter();
  for (auto _ : state) benchmark::DoNotOptimize(EvaluateReply(book, reply));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

void BM_DecideTweet(benchmark::State& state) { Decide(state, kTweet, "X", true); }
void BM_DecideEmail(benchmark::State& state) {
  Decide(state, Repeated(kSentence, static_cast<size_t>(state.range(0))), "EMAIL", false);
}
void BM_DecideHostileDigits(benchmark::State& state) {
  Decide(state, Repeated("1 ", static_cast<size_t>(state.range(0))), "EMAIL", true);
}
void BM_DecideHostileAddresses(benchmark::State& state) {
  Decide(state, Repeated("jane at mail at 12 maple ", static_cast<size_t>(state.range(0))), "EMAIL", true);
}

BENCHMARK(BM_DecideTweet);
BENCHMARK(BM_DecideEmail)->Arg(500)->Arg(2000);
BENCHMARK(BM_DecideHostileDigits)->Arg(1 << 10)->Arg(1 << 13)->Arg(1 << 16);
BENCHMARK(BM_DecideHostileAddresses)->Arg(1 << 10)->Arg(1 << 13)->Arg(1 << 16);

}  // namespace
}  // namespace switchboard::guidance

BENCHMARK_MAIN();
