#include "services/frontline/stream_settlements.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/status/errors.h"
#include "services/wire/times.h"

namespace switchboard::frontline {
namespace {

// Collects the results; each is written by one callback, the last one gives them away.
class Results {
 public:
  Results(const google::protobuf::RepeatedPtrField<v1::Settlement>& settlements,
          absl::AnyInvocable<void(const v1::StreamClaimsResponse&)> done)
      : pending_(settlements.size() + 1), done_(std::move(done)) {
    response_.mutable_results()->Reserve(settlements.size());
    for (const v1::Settlement& settlement : settlements)
      response_.add_results()->set_lease_token(settlement.lease_token());
  }

  void Note(int index, const absl::Status& status) {
    if (!status.ok()) {
      v1::SettlementResult& result = *response_.mutable_results(index);
      result.set_code(static_cast<int32_t>(status.code()));
      result.set_message(std::string(status.message()));
      result.set_reason(ReasonOf(status));
    }
    Release();
  }

  void NoteExtended(int index, const absl::StatusOr<absl::Time>& until) {
    if (until.ok()) wire::SetTime(*until, response_.mutable_results(index)->mutable_lease_expire_time());
    Note(index, until.status());
  }

  // One hold a settlement, and one of whoever hands them over.
  void Release() {
    if (pending_.fetch_sub(1) == 1) done_(response_);
  }

 private:
  google::protobuf::Arena arena_;
  v1::StreamClaimsResponse& response_ = *google::protobuf::Arena::CreateMessage<v1::StreamClaimsResponse>(&arena_);
  std::atomic<int> pending_;
  absl::AnyInvocable<void(const v1::StreamClaimsResponse&)> done_;
};

v1::ReleaseInquiryRequest AsRelease(const v1::Settlement& settlement) {
  v1::ReleaseInquiryRequest request;
  request.set_lease_token(settlement.lease_token());
  if (settlement.release().has_delay()) *request.mutable_delay() = settlement.release().delay();
  request.set_reason(settlement.release().reason());
  return request;
}

v1::ExtendLeaseRequest AsExtend(const v1::Settlement& settlement) {
  v1::ExtendLeaseRequest request;
  request.set_lease_token(settlement.lease_token());
  if (settlement.extend().has_lease_duration()) {
    *request.mutable_lease_duration() = settlement.extend().lease_duration();
  }
  return request;
}

void Extend(queue::QueueEngine& engine, const RequestReader& reader, const v1::Settlement& settlement, int index,
            const std::shared_ptr<Results>& results) {
  const absl::StatusOr<LeaseExtension> extension = reader.Read(AsExtend(settlement));
  if (!extension.ok()) return results->Note(index, extension.status());
  engine.Extend(extension->lease_token, extension->duration,
                [results, index](const absl::StatusOr<absl::Time>& until) { results->NoteExtended(index, until); });
}

absl::StatusOr<queue::SettleRequest> ReadAction(const RequestReader& reader, const v1::Settlement& settlement) {
  switch (settlement.action_case()) {
    case v1::Settlement::kComplete:
      return reader.ReadCompletion(settlement.lease_token(), settlement.complete().disposition(),
                                   settlement.complete().assessment(), settlement.complete().reason());
    case v1::Settlement::kRelease:
      return reader.Read(AsRelease(settlement));
    default:
      return InvalidField("action", "is required: complete, release or extend");
  }
}

}  // namespace

void SettleAll(queue::QueueEngine& engine, const RequestReader& reader, const Completions& completions,
               const google::protobuf::RepeatedPtrField<v1::Settlement>& settlements,
               absl::AnyInvocable<void(const v1::StreamClaimsResponse&)> done) {
  const auto results = std::make_shared<Results>(settlements, std::move(done));
  const DispositionSet guarded = completions.Guarded();
  std::vector<queue::PendingSettlement> pending;
  pending.reserve(static_cast<size_t>(settlements.size()));
  for (int i = 0; i < settlements.size(); ++i) {
    if (settlements[i].has_extend()) {
      Extend(engine, reader, settlements[i], i, results);
      continue;
    }
    absl::StatusOr<queue::SettleRequest> request = ReadAction(reader, settlements[i]);
    if (!request.ok()) {
      results->Note(i, request.status());
      continue;
    }
    queue::Callback<queue::Settled> note = [results, i](const absl::StatusOr<queue::Settled>& settled) {
      results->Note(i, settled.status());
    };
    if (request->kind == queue::EventKind::kCompleted &&
        guarded.Contains(static_cast<v1::Disposition>(request->disposition))) {
      completions.Settle(*std::move(request), settlements[i].complete().assessment(), std::move(note));
    } else {
      pending.push_back({*std::move(request), std::move(note)});
    }
  }
  if (!pending.empty()) engine.SettleAll(std::move(pending));
  results->Release();
}

}  // namespace switchboard::frontline
