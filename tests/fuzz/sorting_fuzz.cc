// Any bytes may reach the normaliser, the language detector, the rules and the model: none may crash them, and what
// they make of it stays within its bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "services/triage/language.h"
#include "services/triage/text_normalizer.h"
#include "services/triage/triage_engine.h"
#include "tests/support/sorting_texts.h"

namespace {

using namespace switchboard::triage;  // NOLINT: a fuzz target is one function

const TriageEngine& Engine() {
  static const TriageEngine* const engine = [] {
    auto* made = new TriageEngine();
    auto snapshot = BuildSnapshot(switchboard::kSortingConfiguration, "fuzz.yaml", 1);
    if (!snapshot.ok()) std::abort();
    made->Activate(*std::move(snapshot));
    return made;
  }();
  return *engine;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto decision = Engine().Decide({.text = text, .explain = true});
  if (!decision.ok() || decision->route.queue.empty()) std::abort();
  const double confidence = decision->sort.best.confidence;
  if (!(confidence >= 0 && confidence <= 1)) std::abort();
  NormalText normal;
  NormalizeText(text, &normal);
  if (normal.text.size() > 8 * kMostSortedBytes) std::abort();
  NormalText again;
  NormalizeText(text, &again);
  if (normal.text != again.text) std::abort();
  ParseConfiguration(text, "fuzz.yaml").IgnoreError();
  return 0;
}
