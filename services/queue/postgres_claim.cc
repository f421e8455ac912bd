#include "services/queue/postgres_claim.h"

#include <string>

#include "common/status/errors.h"

namespace switchboard::queue {
namespace {

// How many more candidates than slots a claim looks at, so that what others are just taking does not leave it empty.
constexpr size_t kSpareCandidates = 32;

// The same for a repetition: before what the first try leased there may be whole commits that came late.
constexpr size_t kSpareCandidatesOfRepetition = 5000;

ClaimedInquiry ReadClaimedRow(const Row& row, int64_t token) {
  ClaimedInquiry claimed;
  claimed.content.id = row.Int64(0);
  claimed.place = {row.Int(1), Lane::FromNumber(row.Int(2)), row.Int64(3)};
  claimed.attempts = row.Int(4);
  claimed.worker = std::string(row.Text(5));
  claimed.lease_until = row.Time(6);
  claimed.has_messages = row.Bool(7);
  claimed.topic = std::string(row.Text(8));
  claimed.token = token;
  return claimed;
}

}  // namespace

absl::Status ClaimUnread() {
  return Unavailable(reason::kCommitOutcomeUnknown, "the database was lost before it told what had been leased",
                     absl::Seconds(1));
}

ClaimParams::ClaimParams(const ClaimBatch& batch, absl::Span<const ClaimSlot> slots)
    : batch_(batch), slots_(slots.size()) {
  for (const LaneCursor& cursor : batch.lanes) {
    queues_.Add(cursor.queue);
    lanes_.Add(cursor.lane.number());
    hints_.Add(cursor.after_position);
    targets_.Add(absl::ToInt64Milliseconds(cursor.target));
    lengths_.Add(absl::ToInt64Microseconds(cursor.lease_duration));
  }
  for (const ClaimSlot& slot : slots) {
    workers_.Add(slot.worker);
    slot.lease_duration.has_value() ? slot_lengths_.Add(absl::ToInt64Microseconds(*slot.lease_duration))
                                    : slot_lengths_.AddNull();
  }
}

Params ClaimParams::Get() const {
  const size_t spare = batch_.repeated ? kSpareCandidatesOfRepetition : kSpareCandidates;
  return Params::Of(queues_, lanes_, hints_, targets_, lengths_, batch_.token, workers_, slot_lengths_, slots_,
                    batch_.now, slots_ + spare);
}

std::vector<ClaimedInquiry> ReadClaimed(const Rows& rows, int64_t token) {
  std::vector<ClaimedInquiry> claimed;
  claimed.reserve(rows.size());
  for (const Row row : rows) claimed.push_back(ReadClaimedRow(row, token));
  return claimed;
}

}  // namespace switchboard::queue
