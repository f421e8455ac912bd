// The storage contract of what staff corrected.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_CORRECTION_STORE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_CORRECTION_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/triage/trainer.h"

namespace switchboard::triage {

enum class CorrectionState : int16_t {
  kWaiting = 1,   // for a review, or until they are enough
  kAccepted = 2,  // learnt by every training from now on
  kRejected = 3,
};

// One inquiry whose topic a member of staff corrected. Corrected again, it waits again.
struct Correction {
  int64_t inquiry = 0;
  absl::Time corrected_at;
  std::string sorted_as;  // topic id; empty: the sorter was unsure
  std::string topic;      // topic id, as corrected
  std::string text;       // MaskedText
  CorrectionState state = CorrectionState::kWaiting;
  std::string reviewed_by;
};

// So many are learnt, the newest: beyond them training takes too long.
inline constexpr int kMostCorrections = 5000;

// All calls block and are thread-safe. Errors of every call: those of common/postgres/connection.h.
class CorrectionStore {
 public:
  virtual ~CorrectionStore() = default;

  // Takes over what was corrected since the last time. The other calls answer from what was taken over. Repeating it,
  // also in several processes at once, keeps each correction once.
  virtual absl::Status Gather() = 0;

  // Newest inquiry first, below `before`; of one state, or of all where it is not given.
  virtual absl::StatusOr<std::vector<Correction>> List(std::optional<CorrectionState> state, int64_t before,
                                                       int most) = 0;

  // Notes the verdict on each inquiry, and answers how many of them were found.
  virtual absl::StatusOr<int64_t> Review(const std::vector<int64_t>& inquiries, CorrectionState state,
                                         std::string_view reviewed_by) = 0;

  virtual absl::StatusOr<int64_t> CountWaiting() = 0;

  // What a training learns now: what is accepted, the newest kMostCorrections in a fixed order. Before that, what waits
  // is accepted where it is at least `enough`; never where that is 0.
  virtual absl::StatusOr<std::vector<LabelledText>> TakeToLearn(int enough) = 0;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_CORRECTION_STORE_H_
