// Enqueue: one load of a batch, on the assumption that nothing in it was sent before; when the database objects, look
// up what was, and store the rest.
#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/queue/clocks.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/sql.h"

namespace switchboard::queue {
namespace {

// After a repeated request id was met, this many batches look before they insert; each further one starts anew.
constexpr int kLookFirstBatches = 64;
// A request id may turn up between the look and the insert; the next look finds it.
constexpr int kMaxIntakeLooks = 16;

// What a batch of new inquiries adds to the tables.
struct IntakeRows {
  CopyRows requests, inquiries, dispatches, hand_offs, statutes, overflows, received;

  void AddInquiry(const NewInquiry& inquiry) {
    const InquiryContent& content = inquiry.content;
    const Place& place = inquiry.place;
    inquiries.BeginRow(23);
    inquiries.AddBigint(content.id);
    inquiries.AddBigint(place.position);
    inquiries.AddTimestamptz(content.create_time);
    inquiries.AddTimestamptz(content.first_response_due);
    inquiries.AddInteger(content.tenant);
    inquiries.AddInteger(place.queue);
    inquiries.AddInteger(place.lane.number());
    inquiries.AddReal(content.confidence);
    inquiries.AddReal(content.runner_up_confidence);
    inquiries.AddSmallint(ShardNumberOf(inquiry));
    inquiries.AddSmallint(content.channel);
    inquiries.AddSmallint(content.visibility);
    inquiries.AddSmallint(content.topic_method);
    inquiries.AddBoolean(content.unsure);
    for (const std::string* text :
         {&content.topic, &content.runner_up, &content.language, &content.area, &content.route, &content.external_id,
          &content.author, &content.urgency_signals, &content.text}) {
      inquiries.AddText(*text);
    }
  }

  void AddDispatch(const NewInquiry& inquiry) {
    const std::optional<HandOff>& lease = inquiry.hand_off;
    dispatches.BeginRow(11);
    dispatches.AddBigint(inquiry.place.position);
    dispatches.AddBigint(inquiry.content.id);
    dispatches.AddBigint(lease.has_value() ? lease->token : 0);
    lease.has_value() ? dispatches.AddTimestamptz(inquiry.content.create_time) : dispatches.AddNull();
    lease.has_value() ? dispatches.AddTimestamptz(lease->lease_until) : dispatches.AddNull();
    dispatches.AddInteger(inquiry.content.tenant);
    dispatches.AddInteger(inquiry.place.queue);
    dispatches.AddInteger(inquiry.place.lane.number());
    dispatches.AddSmallint(ShardNumberOf(inquiry));
    dispatches.AddSmallint(lease.has_value() ? 1 : 0);
    lease.has_value() ? dispatches.AddText(lease->worker) : dispatches.AddNull();
  }

  // For the number see settle.sql.
  void AddHandOff(const NewInquiry& inquiry) {
    hand_offs.BeginRow(11);
    hand_offs.AddBigint(inquiry.content.id);
    hand_offs.AddBigint(std::max(inquiry.hand_off->token, inquiry.place.position + 2));
    hand_offs.AddBigint(inquiry.hand_off->token);
    hand_offs.AddBigint(inquiry.place.position);
    hand_offs.AddInteger(inquiry.content.tenant);
    hand_offs.AddInteger(inquiry.place.queue);
    hand_offs.AddInteger(inquiry.place.lane.number());
    hand_offs.AddSmallint(ShardNumberOf(inquiry));
    hand_offs.AddSmallint(static_cast<int16_t>(EventKind::kClaimed));
    hand_offs.AddSmallint(1);
    hand_offs.AddText(inquiry.hand_off->worker);
  }

  void AddStatute(const NewInquiry& inquiry) {
    statutes.BeginRow(10);
    statutes.AddBigint(inquiry.content.id);
    statutes.AddBigint(inquiry.place.position + 1);
    statutes.AddInteger(inquiry.content.tenant);
    statutes.AddInteger(inquiry.place.queue);
    statutes.AddInteger(inquiry.place.lane.number());
    statutes.AddSmallint(ShardNumberOf(inquiry));
    statutes.AddSmallint(static_cast<int16_t>(EventKind::kStatuteApplied));
    statutes.AddSmallint(0);
    statutes.AddText(inquiry.content.topic);
    statutes.AddText(StatuteReason(*inquiry.statute));
  }

  void AddRequest(const NewInquiry& inquiry) {
    requests.BeginRow(6);
    requests.AddUuid(inquiry.request_id->AsBytes());
    requests.AddBigint(inquiry.content.id);
    requests.AddBigint(static_cast<int64_t>(inquiry.content_hash));
    requests.AddTimestamptz(inquiry.request_id_expires);
    requests.AddInteger(inquiry.content.tenant);
    requests.AddSmallint(ShardNumberOf(inquiry));
  }

  void AddOverflow(const NewInquiry& inquiry) {
    overflows.BeginRow(7);
    overflows.AddTimestamptz(inquiry.overflow->at);
    overflows.AddBigint(inquiry.content.id);
    overflows.AddBigint(inquiry.place.position);
    overflows.AddInteger(inquiry.place.queue);
    overflows.AddInteger(inquiry.place.lane.number());
    overflows.AddInteger(inquiry.overflow->queue);
    overflows.AddSmallint(ShardNumberOf(inquiry));
  }

  void AddReceived(int64_t tally, QueueNumber queue, int32_t count, int32_t unsure) {
    received.BeginRow(4);
    received.AddBigint(tally);
    received.AddInteger(queue);
    received.AddInteger(count);
    received.AddInteger(unsure);
  }

 private:
  static int16_t ShardNumberOf(const NewInquiry& inquiry) { return static_cast<int16_t>(ShardOf(inquiry.content.id)); }
};

using Batch = std::vector<const NewInquiry*>;

// In the order of the key's index. Two batches that hold the same request ids must meet them in the same order, or they
// would wait for each other.
Batch WithRequestId(const Batch& batch) {
  Batch remembered;
  std::copy_if(batch.begin(), batch.end(), std::back_inserter(remembered),
               [](const NewInquiry* inquiry) { return inquiry->request_id.has_value(); });
  std::sort(remembered.begin(), remembered.end(), [](const NewInquiry* a, const NewInquiry* b) {
    const auto key = [](const NewInquiry* inquiry) {
      return std::tuple(ShardOf(inquiry->content.id), inquiry->content.tenant, *inquiry->request_id);
    };
    return key(a) < key(b);
  });
  return remembered;
}

// `tally`: the number of this commit's.
IntakeRows RowsOf(const Batch& batch, int64_t tally) {
  IntakeRows rows;
  std::map<QueueNumber, std::pair<int, int>> tallies;
  for (const NewInquiry* inquiry : batch) {
    rows.AddInquiry(*inquiry);
    rows.AddDispatch(*inquiry);
    if (inquiry->hand_off.has_value()) rows.AddHandOff(*inquiry);
    if (inquiry->statute.has_value()) rows.AddStatute(*inquiry);
    if (inquiry->overflow.has_value()) rows.AddOverflow(*inquiry);
    auto& [received, unsure] = tallies[inquiry->place.queue];
    ++received;
    unsure += inquiry->content.unsure;
  }
  for (const NewInquiry* inquiry : WithRequestId(batch)) rows.AddRequest(*inquiry);
  for (const auto& [queue, tally_of] : tallies) rows.AddReceived(tally, queue, tally_of.first, tally_of.second);
  return rows;
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

  void SplitRepetitions() {
    for (size_t i = 0; i < inquiries_.size(); ++i) {
      pending_.push_back(i);
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
    const IntakeRows rows = RowsOf(batch, store_.ids_.NextPosition());
    SWITCHBOARD_RETURN_IF_ERROR(store_.database_.Load(kDurablePool, "queue_enqueue",
                                                      {{sql::kLoadRequests, rows.requests},
                                                       {sql::kLoadInquiries, rows.inquiries},
                                                       {sql::kLoadDispatches, rows.dispatches},
                                                       {sql::kLoadHandOffs, rows.hand_offs},
                                                       {sql::kLoadStatutes, rows.statutes},
                                                       {sql::kLoadOverflows, rows.overflows},
                                                       {sql::kLoadReceived, rows.received}}));
    std::vector<const InquiryContent*> waiting;
    for (const size_t i : pending_) {
      outcomes_[i] = {EnqueueOutcome::Kind::kStored, inquiries_[i].content.id};
      if (!inquiries_[i].hand_off.has_value()) waiting.push_back(&inquiries_[i].content);
    }
    store_.recent_.Keep(waiting);
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
