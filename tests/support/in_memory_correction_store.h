// CorrectionStore without a database, for tests: what staff corrected is told to it.
#ifndef SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_CORRECTION_STORE_H_
#define SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_CORRECTION_STORE_H_

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/triage/correction_store.h"
#include "services/triage/masked_text.h"

namespace switchboard::triage {

// Used by one thread.
class InMemoryCorrectionStore final : public CorrectionStore {
 public:
  // Staff corrected something: the next Gather takes it over.
  void Correct(Correction correction) { fresh_.push_back(std::move(correction)); }

  absl::Status Gather() override {
    for (Correction& each : fresh_) {
      each.text = MaskedText(each.text);
      Keep(std::move(each));
    }
    fresh_.clear();
    return absl::OkStatus();
  }

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
      if (each.state == CorrectionState::kAccepted && !each.text.empty()) texts.push_back({each.topic, each.text});
    }
    if (std::ssize(texts) > kMostCorrections) texts.erase(texts.begin(), texts.end() - kMostCorrections);
    return texts;
  }

  std::vector<Correction> corrections;  // by inquiry, ascending

 private:
  void Keep(Correction fresh) {
    const auto at = std::lower_bound(corrections.begin(), corrections.end(), fresh.inquiry,
                                     [](const Correction& each, int64_t inquiry) { return each.inquiry < inquiry; });
    if (at == corrections.end() || at->inquiry != fresh.inquiry) {
      corrections.insert(at, std::move(fresh));
      return;
    }
    if (at->corrected_at >= fresh.corrected_at) return;
    fresh.sorted_as = at->sorted_as;
    *at = std::move(fresh);
  }

  int64_t Waiting() const {
    return std::count_if(corrections.begin(), corrections.end(),
                         [](const Correction& each) { return each.state == CorrectionState::kWaiting; });
  }

  std::vector<Correction> fresh_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_CORRECTION_STORE_H_
