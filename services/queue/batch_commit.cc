#include "services/queue/batch_commit.h"

namespace switchboard::queue {
namespace {

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(10);
constexpr absl::Duration kLongestBackoff = absl::Milliseconds(500);

}  // namespace

bool IsRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
      return true;
    default:
      return false;
  }
}

absl::Duration InDoubtBackoff(int attempt) {
  return std::min(kLongestBackoff, kFirstBackoff * (int64_t{1} << std::clamp(attempt - 1, 0, 10)));
}

}  // namespace switchboard::queue
