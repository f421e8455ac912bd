// Enqueue: one statement for a batch, on the assumption that nothing in it was sent before; when the database objects,
// look up what was, and store the rest.
#include <algorithm>
#include <map>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/sql.h"

namespace switchboard::queue {
namespace {

// After a repeated request id was met, this many batches look before they insert; each further one starts anew.
constexpr int kLookFirstBatches = 64;
// A request id may turn up between the look and the insert; the next look finds it.
constexpr int kMaxIntakeLooks = 16;

// The arrays that `enqueue` takes.
struct IntakeArrays {
  PgArray id, position, create_time, first_response_due, tenant, queue, lane, confidence, runner_up_confidence, channel,
      visibility, topic_method, unsure, topic, runner_up, language, area, route, external_id, author, urgency_signals,
      text;
  PgArray token, lease_until, worker;
  PgArray request_inquiry, request_tenant, request_id, content_hash, request_expires;
  PgArray overflow_id, overflow_at, overflow_queue, overflow_lane, overflow_position, overflow_target;
  PgArray tally_queue, tally_received, tally_unsure;

  void AddContent(const InquiryContent& content) {
    id.Add(content.id);
    create_time.Add(absl::ToUnixMicros(content.create_time));
    first_response_due.Add(absl::ToUnixMicros(content.first_response_due));
    tenant.Add(content.tenant);
    confidence.Add(static_cast<double>(content.confidence));
    runner_up_confidence.Add(static_cast<double>(content.runner_up_confidence));
    channel.Add(int{content.channel});
    visibility.Add(int{content.visibility});
    topic_method.Add(int{content.topic_method});
    unsure.Add(content.unsure);
    topic.Add(content.topic);
    runner_up.Add(content.runner_up);
    language.Add(content.language);
    area.Add(content.area);
    route.Add(content.route);
    external_id.Add(content.external_id);
    author.Add(content.author);
    urgency_signals.Add(content.urgency_signals);
    text.Add(content.text);
  }

  void AddPlace(const Place& place) {
    position.Add(place.position);
    queue.Add(place.queue);
    lane.Add(place.lane.number());
  }

  void AddHandOff(const HandOff& hand_off) {
    token.Add(hand_off.token);
    lease_until.Add(absl::ToUnixMicros(hand_off.lease_until));
    worker.Add(hand_off.worker);
  }

  void AddRequestId(const NewInquiry& inquiry) {
    request_inquiry.Add(inquiry.content.id);
    request_tenant.Add(inquiry.content.tenant);
    request_id.Add(inquiry.request_id->ToString());
    content_hash.Add(static_cast<int64_t>(inquiry.content_hash));
    request_expires.Add(absl::ToUnixMicros(inquiry.request_id_expires));
  }

  void AddOverflow(const NewInquiry& inquiry) {
    overflow_id.Add(inquiry.content.id);
    overflow_at.Add(inquiry.overflow->at);
    overflow_queue.Add(inquiry.place.queue);
    overflow_lane.Add(inquiry.place.lane.number());
    overflow_position.Add(inquiry.place.position);
    overflow_target.Add(inquiry.overflow->queue);
  }
};

using Batch = std::vector<const NewInquiry*>;

IntakeArrays ArraysOf(const Batch& batch) {
  IntakeArrays arrays;
  std::map<QueueNumber, std::pair<int, int>> tallies;
  for (const NewInquiry* inquiry : batch) {
    arrays.AddContent(inquiry->content);
    arrays.AddPlace(inquiry->place);
    if (inquiry->hand_off.has_value()) arrays.AddHandOff(*inquiry->hand_off);
    if (inquiry->overflow.has_value()) arrays.AddOverflow(*inquiry);
    auto& [received, unsure] = tallies[inquiry->place.queue];
    ++received;
    unsure += inquiry->content.unsure;
  }
  // Two batches that hold the same request ids must meet them in the same order, or they would wait for each other.
  Batch remembered;
  std::copy_if(batch.begin(), batch.end(), std::back_inserter(remembered),
               [](const NewInquiry* inquiry) { return inquiry->request_id.has_value(); });
  std::sort(remembered.begin(), remembered.end(),
            [](const NewInquiry* a, const NewInquiry* b) { return *a->request_id < *b->request_id; });
  for (const NewInquiry* inquiry : remembered) arrays.AddRequestId(*inquiry);
  for (const auto& [queue, tally] : tallies) {
    arrays.tally_queue.Add(queue);
    arrays.tally_received.Add(tally.first);
    arrays.tally_unsure.Add(tally.second);
  }
  return arrays;
}

absl::Status IdTaken() {
  return MakeError(absl::StatusCode::kInternal, reason::kDatabaseRefused,
                   "another inquiry has this id already: two processes use one node number");
}

}  // namespace

// One call of Enqueue.
class PostgresQueueStore::Intake {
 public:
  Intake(PostgresQueueStore& store, absl::Span<const NewInquiry> inquiries)
      : store_(store), inquiries_(inquiries), outcomes_(inquiries.size()) {}

  absl::StatusOr<std::vector<EnqueueOutcome>> Run() {
    SWITCHBOARD_RETURN_IF_ERROR(AddLanes());
    SplitRepetitions();
    for (int look = 0; look < kMaxIntakeLooks; ++look) {
      if (look > 0 || store_.look_first_ > 0) SWITCHBOARD_RETURN_IF_ERROR(AnswerKnown());
      const absl::Status status = Insert();
      if (status.ok()) return AnswerRepetitions();
      if (!absl::IsAlreadyExists(status)) return status;
      store_.look_first_ = kLookFirstBatches;
    }
    return MakeError(absl::StatusCode::kAborted, reason::kDatabaseConflict,
                     "the same request ids keep being stored by other calls");
  }

 private:
  using RequestKey = std::pair<int32_t, Uuid>;

  RequestKey KeyOf(size_t index) const { return {inquiries_[index].content.tenant, *inquiries_[index].request_id}; }

  absl::Status AddLanes() {
    absl::flat_hash_set<LaneKey> lanes;
    for (const NewInquiry& inquiry : inquiries_) {
      lanes.insert({inquiry.place.queue, inquiry.place.lane});
      if (inquiry.overflow.has_value()) lanes.insert({inquiry.overflow->queue, inquiry.place.lane});
    }
    return store_.AddLanes(std::move(lanes));
  }

  // Those that wait come first, those that are handed off after them: as the statement wants them.
  void SplitRepetitions() {
    for (const bool handed_off : {false, true}) {
      for (size_t i = 0; i < inquiries_.size(); ++i) {
        if (inquiries_[i].hand_off.has_value() != handed_off) continue;
        pending_.push_back(i);
      }
    }
    for (size_t i = 0; i < inquiries_.size(); ++i) {
      if (!inquiries_[i].request_id.has_value()) continue;
      if (!first_with_.try_emplace(KeyOf(i), i).second) repetitions_.push_back(i);
    }
    TakeOut(repetitions_);
  }

  void TakeOut(const std::vector<size_t>& indices) {
    const absl::flat_hash_set<size_t> leaving(indices.begin(), indices.end());
    std::erase_if(pending_, [&](size_t i) { return leaving.contains(i); });
  }

  // Takes out of pending_ what is in the database already.
  absl::Status AnswerKnown() {
    PgArray shards, tenants, request_ids, ids;
    std::vector<size_t> with_request_id, without;
    for (const size_t i : pending_) {
      const NewInquiry& inquiry = inquiries_[i];
      if (!inquiry.request_id.has_value()) {
        ids.Add(inquiry.content.id);
        without.push_back(i);
        continue;
      }
      shards.Add(ShardOf(inquiry.content.id));
      tenants.Add(inquiry.content.tenant);
      request_ids.Add(inquiry.request_id->ToString());
      with_request_id.push_back(i);
    }
    SWITCHBOARD_ASSIGN_OR_RETURN(
        const Rows rows, store_.database_.Execute(kDurablePool, sql::kFindKnown, shards, tenants, request_ids, ids));
    store_.look_first_ = rows.empty() ? std::max(0, store_.look_first_ - 1) : kLookFirstBatches;
    std::vector<size_t> answered;
    for (const Row row : rows) {
      const bool is_request = row.Int(0) == 1;
      const size_t i = (is_request ? with_request_id : without)[static_cast<size_t>(row.Int64(1) - 1)];
      if (is_request) {
        outcomes_[i] = Compare(inquiries_[i], row.Int64(2), static_cast<uint64_t>(row.Int64(3)));
        known_hash_[KeyOf(i)] = static_cast<uint64_t>(row.Int64(3));
      } else {
        const NewInquiry& inquiry = inquiries_[i];
        if (row.Int64(4) != inquiry.place.position || row.Text(5) != inquiry.content.text) return IdTaken();
        outcomes_[i] = {EnqueueOutcome::Kind::kStored, inquiry.content.id};
      }
      answered.push_back(i);
    }
    TakeOut(answered);
    return absl::OkStatus();
  }

  static EnqueueOutcome Compare(const NewInquiry& inquiry, int64_t stored_id, uint64_t stored_hash) {
    using Kind = EnqueueOutcome::Kind;
    if (stored_id == inquiry.content.id) return {Kind::kStored, stored_id};
    return {stored_hash == inquiry.content_hash ? Kind::kDuplicate : Kind::kRequestIdReused, stored_id};
  }

  absl::Status Insert() {
    if (pending_.empty()) return absl::OkStatus();
    Batch batch;
    for (const size_t i : pending_) batch.push_back(&inquiries_[i]);
    const auto waiting = std::count_if(batch.begin(), batch.end(),
                                       [](const NewInquiry* inquiry) { return !inquiry->hand_off.has_value(); });
    const IntakeArrays a = ArraysOf(batch);
    SWITCHBOARD_RETURN_IF_ERROR(
        store_.database_
            .Execute(kDurablePool, sql::kEnqueue, a.id, a.position, a.create_time, a.first_response_due, a.tenant,
                     a.queue, a.lane, a.confidence, a.runner_up_confidence, a.channel, a.visibility, a.topic_method,
                     a.unsure, a.topic, a.runner_up, a.language, a.area, a.route, a.external_id, a.author,
                     a.urgency_signals, a.text, waiting, a.token, a.lease_until, a.worker, store_.ids_.NextPosition(),
                     a.request_inquiry, a.request_tenant, a.request_id, a.content_hash, a.request_expires,
                     a.overflow_id, a.overflow_at, a.overflow_queue, a.overflow_lane, a.overflow_position,
                     a.overflow_target, a.tally_queue, a.tally_received, a.tally_unsure)
            .status());
    for (const size_t i : pending_) outcomes_[i] = {EnqueueOutcome::Kind::kStored, inquiries_[i].content.id};
    return absl::OkStatus();
  }

  // Those whose request id came twice in this very batch.
  std::vector<EnqueueOutcome> AnswerRepetitions() {
    for (const size_t i : repetitions_) {
      const size_t first = first_with_.at(KeyOf(i));
      const auto known = known_hash_.find(KeyOf(i));
      const uint64_t hash = known == known_hash_.end() ? inquiries_[first].content_hash : known->second;
      outcomes_[i] = Compare(inquiries_[i], outcomes_[first].id, hash);
    }
    return std::move(outcomes_);
  }

  PostgresQueueStore& store_;
  const absl::Span<const NewInquiry> inquiries_;
  std::vector<EnqueueOutcome> outcomes_;
  std::vector<size_t> pending_;
  std::vector<size_t> repetitions_;
  absl::flat_hash_map<RequestKey, size_t> first_with_;
  absl::flat_hash_map<RequestKey, uint64_t> known_hash_;  // of request ids that the database knows
};

absl::StatusOr<std::vector<EnqueueOutcome>> PostgresQueueStore::Enqueue(absl::Span<const NewInquiry> inquiries) {
  if (inquiries.empty()) return std::vector<EnqueueOutcome>();
  return Intake(*this, inquiries).Run();
}

}  // namespace switchboard::queue
