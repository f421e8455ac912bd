#include "services/triage/store/built_in_snapshot.h"

#include <string>
#include <utility>

#include "services/triage/language.h"

namespace switchboard::triage {
namespace {

constexpr char kGeneralQueue[] = "general";

// Knows languages and no topics.
class TopicLessSorter final : public Sorter {
 public:
  SortResult Sort(const SortInput& input) const override {
    SortResult result;
    result.out_of_scope = true;
    result.language = input.language.empty() ? DetectLanguage(input.text).code : std::string(input.language);
    return result;
  }

  double ThresholdOf(std::string_view) const override { return 1; }
};

}  // namespace

std::shared_ptr<const TriageSnapshot> BuiltInSnapshot() {
  auto configuration = std::make_shared<Configuration>();
  configuration->general_queue = kGeneralQueue;
  QueueSettings general;
  general.id = kGeneralQueue;
  general.name = {{"en", "General"}, {"fr", "Général"}};
  configuration->queues.push_back(std::move(general));
  auto snapshot = std::make_shared<TriageSnapshot>();
  snapshot->urgency_rules = std::make_shared<const UrgencyRules>(*configuration);
  snapshot->configuration = std::move(configuration);
  snapshot->sorter = std::make_shared<TopicLessSorter>();
  return snapshot;
}

}  // namespace switchboard::triage
