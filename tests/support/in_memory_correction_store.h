// CorrectionStore without a database, for tests: what was corrected is put in by hand.
#ifndef SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_CORRECTION_STORE_H_
#define SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_CORRECTION_STORE_H_

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "services/triage/correction_store.h"

namespace switchboard::triage {

// Used by one thread.
class InMemoryCorrectionStore final : public CorrectionStore {
 public:
  absl::Status Gather() override { return absl::OkStatus(); }

  absl::StatusOr<std::vector<Correction>> List(std::optional<CorrectionState> state, int64_t before,
                                               int most) override {
    std::vector<Correction> found;
    for (auto each = corrections.rbegin(); each != corrections.rend() && std::ssize(found) < most; ++each) {
      if (each->inquiry < before && (!state || each->state == *state)) found.push_back(*each);
    }
    return found;
  }

  absl::StatusOr<int64_t> Review(const std::vector<int64_t>& inquiries, CorrectionState state,
                                 std::string_view reviewed_by) override {
    int64_t found = 0;
    for (Correction& each : corrections) {
      if (std::find(inquiries.begin(), inquiries.end(), each.inquiry) == inquiries.end()) continue;
      each.state = state;
      each.reviewed_by = std::string(reviewed_by);
      ++found;
    }
    return found;
  }

  absl::StatusOr<int64_t> CountWaiting() override { return Waiting(); }

  absl::StatusOr<std::vector<LabelledText>> TakeToLearn(int enough) override {
    const bool all = enough > 0 && Waiting() >= enough;
    std::vector<LabelledText> texts;
    for (Correction& each : corrections) {
      if (all && each.state == CorrectionState::kWaiting) each.state = CorrectionState::kAccepted;
      if (each.state == CorrectionState::kAccepted) texts.push_back({each.topic, each.text});
    }
    return texts;
  }

  std::vector<Correction> corrections;  // by inquiry, ascending

 private:
  int64_t Waiting() const {
    return std::count_if(corrections.begin(), corrections.end(),
                         [](const Correction& each) { return each.state == CorrectionState::kWaiting; });
  }
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_CORRECTION_STORE_H_
