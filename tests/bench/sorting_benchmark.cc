// How long one inquiry takes to sort with the shipped model: language, rules and urgency included.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "services/triage/triage_engine.h"
#include "tests/bench/bodies.h"

namespace switchboard::triage {
namespace {

constexpr char kSentence[] =
    "There is a huge pothole in front of 24 Maple Street and it already damaged my tire, when will somebody fix it? ";

const TriageEngine& Engine() {
  static const TriageEngine* const engine = [] {
    std::ifstream file(SWITCHBOARD_SOURCE_DIR "/deploy/samples/starter.yaml");
    std::stringstream yaml;
    yaml << file.rdbuf();
    auto snapshot = BuildSnapshot(yaml.str(), "starter.yaml", 1);
    if (!snapshot.ok()) {
      std::cerr << snapshot.status() << "\n";
      std::exit(1);
    }
    std::cerr << "model: " << (*snapshot)->model.size() << " bytes\n";
    auto* made = new TriageEngine();
    made->Activate(*std::move(snapshot));
    return made;
  }();
  return *engine;
}

std::string TextOf(size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += kSentence;
  return text.substr(0, bytes);
}

void SortText(benchmark::State& state, const std::string& text) {
  const TriageEngine& engine = Engine();
  for (auto _ : state) benchmark::DoNotOptimize(engine.Decide({.text = text}));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

// The texts in turns, each another one than before: the model is in no near cache, and many need the networks.
void SortInTurns(benchmark::State& state, const std::vector<std::string>& texts) {
  const TriageEngine& engine = Engine();
  size_t next = 0;
  std::vector<double> microseconds;
  for (auto _ : state) {
    const std::string& text = texts[next++ % texts.size()];
    const auto begin = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(engine.Decide({.text = text}));
    microseconds.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  }
  const auto middle = microseconds.begin() + static_cast<std::ptrdiff_t>(microseconds.size() / 2);
  std::nth_element(microseconds.begin(), middle, microseconds.end());
  state.counters["median_us"] = *middle;
}

// Five hundred texts of one length, cut from sample inquiries or put together of several.
void BM_SortSamples(benchmark::State& state) {
  const bench::Bodies bodies(SWITCHBOARD_SOURCE_DIR "/deploy/samples/inquiries.jsonl",
                             static_cast<size_t>(state.range(0)));
  std::vector<std::string> texts;
  for (uint64_t number = 0; number < 500; ++number) texts.push_back(bodies.Make(number, {}));
  SortInTurns(state, texts);
}

// Messages that were written to test the starter topics, whole, of 100 to 140 bytes.
void BM_SortWholeMessages(benchmark::State& state) {
  std::ifstream file(SWITCHBOARD_SOURCE_DIR "/tests/data/starter_test.tsv");
  std::vector<std::string> texts;
  for (std::string line; std::getline(file, line);) {
    std::string text = line.substr(line.rfind('\t') + 1);
    if (text.size() >= 100 && text.size() <= 140) texts.push_back(std::move(text));
  }
  SortInTurns(state, texts);
}

void BM_SortMessage(benchmark::State& state) { SortText(state, TextOf(static_cast<size_t>(state.range(0)))); }
void BM_SortOneCharacter(benchmark::State& state) {
  SortText(state, std::string(static_cast<size_t>(state.range(0)), 'a'));
}
void BM_SortFrench(benchmark::State& state) {
  SortText(state,
           "Bonjour, mes ordures n'ont pas été ramassées cette semaine sur la rue des Érables, que dois-je faire?");
}

BENCHMARK(BM_SortSamples)->Arg(140)->Arg(532);
BENCHMARK(BM_SortWholeMessages);
BENCHMARK(BM_SortMessage)->Arg(120)->Arg(512)->Arg(4096);
BENCHMARK(BM_SortFrench);
BENCHMARK(BM_SortOneCharacter)->Arg(1 << 10)->Arg(1 << 20);

}  // namespace
}  // namespace switchboard::triage

BENCHMARK_MAIN();
