// How long one inquiry takes to sort with the shipped model: language, rules and urgency included.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "services/triage/triage_engine.h"

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

void BM_SortMessage(benchmark::State& state) { SortText(state, TextOf(static_cast<size_t>(state.range(0)))); }
void BM_SortOneCharacter(benchmark::State& state) {
  SortText(state, std::string(static_cast<size_t>(state.range(0)), 'a'));
}
void BM_SortFrench(benchmark::State& state) {
  SortText(state,
           "Bonjour, mes ordures n'ont pas été ramassées cette semaine sur la rue des Érables, que dois-je faire?");
}

BENCHMARK(BM_SortMessage)->Arg(120)->Arg(512)->Arg(4096);
BENCHMARK(BM_SortFrench);
BENCHMARK(BM_SortOneCharacter)->Arg(1 << 10)->Arg(1 << 20);

}  // namespace
}  // namespace switchboard::triage

BENCHMARK_MAIN();
