// What is looked up and changed by id, dead letters, figures and queues.
#include <algorithm>

#include "common/ids/id_generator.h"
#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/queue/clocks.h"
#include "services/queue/in_memory_queue_store.h"

namespace switchboard::queue {
namespace {

// How QueueTally's last minute is measured.
constexpr absl::Duration kRecently = absl::Minutes(1);

// Retention drops whole weeks.
constexpr absl::Duration kRetentionStep = absl::Hours(24 * 7);

int64_t RetentionWeekOf(absl::Time time) { return (time - absl::UnixEpoch()) / kRetentionStep; }

bool IsClosed(InquiryState state) { return state == InquiryState::kCompleted || state == InquiryState::kWithdrawn; }

// A statutory clock runs.
bool IsOwedAnOutcome(const InquiryContent& content, absl::Span<const StoredEvent> history) {
  const std::vector<InquiryClock> clocks = ClocksOf(content, history, ClockRules());
  return std::any_of(clocks.begin(), clocks.end(),
                     [](const InquiryClock& clock) { return clock.kind == ClockKind::kStatutory && !clock.stop; });
}

bool Matches(const InquiryFilter& filter, const StoredInquiry& inquiry) {
  const InquiryContent& content = inquiry.content;
  if (filter.state.has_value() && *filter.state != inquiry.state) return false;
  if (filter.queue.has_value() && *filter.queue != inquiry.queue) return false;
  if (!filter.topic.empty() && filter.topic != inquiry.topic) return false;
  if (filter.channel != 0 && filter.channel != content.channel) return false;
  if (filter.created_from.has_value() && content.create_time < *filter.created_from) return false;
  return !filter.created_before.has_value() || content.create_time < *filter.created_before;
}

}  // namespace

absl::StatusOr<InMemoryQueueStore::Record*> InMemoryQueueStore::Find(int64_t id) {
  const auto found = records_.find(id);
  if (found == records_.end()) {
    return NotFound(
        "switchboard.v1.Inquiry", InquiryName(id),
        StrCat("there is no inquiry ", InquiryName(id), "; it was never taken in, or is past its retention"));
  }
  return &found->second;
}

StoredInquiry InMemoryQueueStore::Describe(const Record& record) {
  StoredInquiry inquiry;
  inquiry.content = record.content;
  inquiry.state = record.state;
  inquiry.topic = record.topic;
  inquiry.queue = record.place.queue;
  inquiry.priority = record.place.lane.priority();
  inquiry.attempts = record.attempts;
  inquiry.disposition = record.disposition;
  return inquiry;
}

absl::StatusOr<StoredInquiry> InMemoryQueueStore::Get(int64_t id) {
  absl::MutexLock lock(&mutex_);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Record* record, Find(id));
  return Describe(*record);
}

absl::StatusOr<std::vector<StoredEvent>> InMemoryQueueStore::History(int64_t id) {
  absl::MutexLock lock(&mutex_);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Record* record, Find(id));
  std::vector<StoredEvent> history;
  for (const Event& event : record->events) history.push_back(event.stored);
  return history;
}

absl::StatusOr<std::vector<StoredMessage>> InMemoryQueueStore::Conversation(int64_t id) {
  absl::MutexLock lock(&mutex_);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Record* record, Find(id));
  std::vector<StoredMessage> conversation;
  for (const Message& message : record->messages) conversation.push_back(message.stored);
  return conversation;
}

absl::StatusOr<std::vector<std::vector<StoredMessage>>> InMemoryQueueStore::Conversations(
    absl::Span<const int64_t> ids) {
  absl::MutexLock lock(&mutex_);
  std::vector<std::vector<StoredMessage>> conversations(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto found = records_.find(ids[i]);
    if (found == records_.end()) continue;
    for (const Message& message : found->second.messages) conversations[i].push_back(message.stored);
  }
  return conversations;
}

absl::StatusOr<std::vector<StoredInquiry>> InMemoryQueueStore::List(const InquiryFilter& filter, int64_t before_id,
                                                                    int limit) {
  absl::MutexLock lock(&mutex_);
  std::vector<StoredInquiry> page;
  auto at = before_id == 0 ? records_.end() : records_.lower_bound(before_id);
  while (at != records_.begin() && page.size() < static_cast<size_t>(limit)) {
    StoredInquiry inquiry = Describe((--at)->second);
    if (Matches(filter, inquiry)) page.push_back(std::move(inquiry));
  }
  return page;
}

absl::StatusOr<WithdrawOutcome> InMemoryQueueStore::Withdraw(int64_t id, std::string_view reason, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  SWITCHBOARD_ASSIGN_OR_RETURN(Record* const record, Find(id));
  if (record->state == InquiryState::kWithdrawn) return WithdrawOutcome::kAlreadyWithdrawn;
  if (record->state == InquiryState::kCompleted) return WithdrawOutcome::kCompleted;
  TakeOut(*record);
  record->state = InquiryState::kWithdrawn;
  Note(*record, EventKind::kWithdrawn, now, reason);
  for (auto& [key, draft] : drafts_) {
    if (draft.lease.id != id || draft.state != DraftState::kWaiting) continue;
    draft.state = DraftState::kWithdrawn;
    draft.decide_time = now;
  }
  return WithdrawOutcome::kWithdrawn;
}

absl::StatusOr<AppendOutcome> InMemoryQueueStore::Append(const AppendRequest& request) {
  using Kind = AppendOutcome::Kind;
  absl::MutexLock lock(&mutex_);
  SWITCHBOARD_ASSIGN_OR_RETURN(Record* const record, Find(request.id));
  for (const Message& message : record->messages) {
    if (message.message_id == request.message_id) return message.outcome;
    if (!request.request_id.has_value() || message.request_id != request.request_id) continue;
    const bool same = message.content_hash == request.content_hash;
    return AppendOutcome{same ? Kind::kDuplicate : Kind::kRequestIdReused, {}};
  }
  AppendOutcome outcome;
  if (IsClosed(record->state)) {
    outcome = {Kind::kReopened, {record->place.queue, record->place.lane, request.reopen_position}};
    record->attempts = 0;
    record->disposition = 0;
    record->answered = true;
    MakeReady(*record, outcome.place);
  }
  record->unread = true;
  record->messages.push_back({request.message_id, request.request_id, request.content_hash, request.message, outcome});
  Note(*record, outcome.kind == Kind::kReopened ? EventKind::kReopened : EventKind::kMessageAppended,
       request.message.create_time);
  record->events.back().stored.worker.clear();
  return outcome;
}

absl::StatusOr<bool> InMemoryQueueStore::Reclassify(const LeaseKey& lease, std::string_view topic,
                                                    std::optional<absl::Duration> statute, std::string_view reason,
                                                    absl::Time now) {
  absl::MutexLock lock(&mutex_);
  Record* record = FindLease(lease);
  if (record == nullptr) return false;
  if (record->topic == topic) return true;
  record->topic = std::string(topic);
  Note(*record, EventKind::kReclassified, now, reason, lease.token);
  record->events.back().stored.topic = std::string(topic);
  NoteStatute(*record, topic, statute, now);
  return true;
}

absl::StatusOr<std::vector<DeadLetterEntry>> InMemoryQueueStore::ListDeadLetters(std::optional<QueueNumber> queue,
                                                                                 int64_t before_id, int limit) {
  absl::MutexLock lock(&mutex_);
  std::vector<DeadLetterEntry> page;
  auto at = before_id == 0 ? dead_.end() : dead_.lower_bound(before_id);
  while (at != dead_.begin() && page.size() < static_cast<size_t>(limit)) {
    const Record& record = records_.at(*--at);
    if (queue.has_value() && record.place.queue != *queue) continue;
    page.push_back({Describe(record), record.dead_reason, record.dead_time});
  }
  return page;
}

std::vector<int64_t> InMemoryQueueStore::SelectDeadLetters(const DeadLetterSelection& selection) {
  std::vector<int64_t> ids;
  for (const int64_t id : dead_) {
    const bool named = std::find(selection.ids.begin(), selection.ids.end(), id) != selection.ids.end();
    const bool chosen = selection.queue.has_value() ? records_.at(id).place.queue == *selection.queue : named;
    if (chosen) ids.push_back(id);
  }
  return ids;
}

absl::StatusOr<int64_t> InMemoryQueueStore::CountDeadLetters(const DeadLetterSelection& selection) {
  absl::MutexLock lock(&mutex_);
  return static_cast<int64_t>(SelectDeadLetters(selection).size());
}

absl::StatusOr<std::vector<DueInquiry>> InMemoryQueueStore::Redrive(const DeadLetterSelection& selection,
                                                                    std::optional<QueueNumber> target,
                                                                    absl::Span<const int64_t> positions,
                                                                    absl::Time now) {
  absl::MutexLock lock(&mutex_);
  std::vector<int64_t> ids = SelectDeadLetters(selection);
  ids.resize(std::min(ids.size(), positions.size()));
  std::vector<DueInquiry> moved;
  for (size_t i = 0; i < ids.size(); ++i) {
    Record& record = records_.at(ids[i]);
    const Place next{target.value_or(record.place.queue), record.place.lane, positions[i]};
    TakeOut(record);
    record.attempts = 0;
    MakeReady(record, next);
    Note(record, EventKind::kRedriven, now);
    moved.push_back({ids[i], next});
  }
  return moved;
}

absl::StatusOr<std::vector<LaneFigures>> InMemoryQueueStore::Sample() {
  absl::MutexLock lock(&mutex_);
  std::map<LaneKey, LaneFigures> figures;
  for (const auto& [id, record] : records_) {
    if (IsClosed(record.state)) continue;
    LaneFigures& lane = figures[{record.place.queue, record.place.lane}];
    lane.queue = record.place.queue;
    lane.lane = record.place.lane;
    if (record.state == InquiryState::kLeased) ++lane.leased;
    if (record.state == InquiryState::kDelayed) ++lane.delayed;
    if (record.state == InquiryState::kDeadLettered) ++lane.dead;
    if (record.state != InquiryState::kReady) continue;
    ++lane.ready;
    const absl::Time since = TimeOf(record.place.position);
    lane.oldest_ready = std::min(lane.oldest_ready.value_or(since), since);
  }
  std::vector<LaneFigures> sample;
  for (const auto& [key, lane] : figures) sample.push_back(lane);
  return sample;
}

absl::StatusOr<std::vector<QueueTally>> InMemoryQueueStore::Tallies(absl::Time now) {
  absl::MutexLock lock(&mutex_);
  const absl::Time window_start = now - kRecently;
  std::map<QueueNumber, QueueTally> tallies;
  for (const auto& [id, record] : records_) {
    for (const Event& event : record.events) {
      const bool recent = event.stored.time > window_start;
      QueueTally& tally = tallies[event.stored.queue];
      if (event.stored.kind == EventKind::kReceived) {
        ++tally.received;
        tally.unsure += record.content.unsure;
        tally.received_last_minute += recent;
      } else if (event.stored.kind == EventKind::kCompleted) {
        ++tally.completed;
        tally.completed_last_minute += recent;
      }
    }
  }
  std::vector<QueueTally> list;
  for (auto& [queue, tally] : tallies) {
    tally.queue = queue;
    list.push_back(tally);
  }
  return list;
}

absl::Status InMemoryQueueStore::FoldTallies(absl::Time /*now*/) { return absl::OkStatus(); }

absl::StatusOr<std::vector<LeaseHolder>> InMemoryQueueStore::Holders(QueueNumber queue, int limit) {
  absl::MutexLock lock(&mutex_);
  std::map<std::string, LeaseHolder> by_worker;
  for (const auto& [id, record] : records_) {
    if (record.state != InquiryState::kLeased || record.place.queue != queue) continue;
    LeaseHolder& holder =
        by_worker.try_emplace(record.worker, LeaseHolder{record.worker, 0, absl::InfiniteFuture()}).first->second;
    ++holder.leases;
    holder.next_expiry = std::min(holder.next_expiry, record.lease_until);
  }
  std::vector<LeaseHolder> holders;
  for (auto& [worker, holder] : by_worker) holders.push_back(std::move(holder));
  std::stable_sort(holders.begin(), holders.end(),
                   [](const LeaseHolder& a, const LeaseHolder& b) { return a.leases > b.leases; });
  holders.resize(std::min(holders.size(), static_cast<size_t>(limit)));
  return holders;
}

absl::StatusOr<std::vector<QueueRecord>> InMemoryQueueStore::RegisterQueues(absl::Span<const std::string> names) {
  absl::MutexLock lock(&mutex_);
  std::vector<QueueRecord> records;
  for (const std::string& name : names) {
    const auto number = static_cast<QueueNumber>(queues_.size() + 1);
    records.push_back(queues_.try_emplace(name, QueueRecord{number, name, false, ""}).first->second);
  }
  return records;
}

absl::StatusOr<std::vector<QueueRecord>> InMemoryQueueStore::ListQueues() {
  absl::MutexLock lock(&mutex_);
  std::vector<QueueRecord> records;
  for (const auto& [name, record] : queues_) records.push_back(record);
  return records;
}

absl::StatusOr<QueueRecord> InMemoryQueueStore::SetPaused(std::string_view name, bool paused, std::string_view reason) {
  absl::MutexLock lock(&mutex_);
  const auto found = queues_.find(name);
  if (found == queues_.end()) {
    return NotFound("switchboard.v1.Queue", QueueName(name), "there is no such queue");
  }
  found->second.paused = paused;
  found->second.pause_reason = paused ? std::string(reason) : std::string();
  return found->second;
}

absl::StatusOr<int> InMemoryQueueStore::ForgetRequestIds(absl::Time now, int limit) {
  absl::MutexLock lock(&mutex_);
  int forgotten = 0;
  for (auto at = requests_.begin(); at != requests_.end() && forgotten < limit;) {
    const bool expired = at->second.expires <= now;
    forgotten += expired;
    at = expired ? requests_.erase(at) : std::next(at);
  }
  return forgotten;
}

absl::Status InMemoryQueueStore::CreatePartitions(absl::Time /*ahead_until*/) { return absl::OkStatus(); }

absl::StatusOr<int> InMemoryQueueStore::DropPartitions(absl::Time older_than) {
  absl::MutexLock lock(&mutex_);
  std::map<int64_t, std::vector<int64_t>> weeks;  // the inquiries of each
  for (const auto& [id, record] : records_) weeks[RetentionWeekOf(TimeOf(id))].push_back(id);
  int dropped = 0;
  for (const auto& [week, ids] : weeks) {
    const bool done = std::all_of(ids.begin(), ids.end(), [this](int64_t id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      const Record& record = records_.at(id);
      std::vector<StoredEvent> history;
      for (const Event& event : record.events) history.push_back(event.stored);
      return IsClosed(record.state) && !IsOwedAnOutcome(record.content, history);
    });
    if (week >= RetentionWeekOf(older_than) || !done) continue;
    for (const int64_t id : ids) {
      records_.erase(id);
      legs_.erase(id);
      std::erase_if(drafts_, [id](const auto& entry) { return entry.second.lease.id == id; });
      std::erase_if(uses_, [id](const AnswerUse& use) { return use.reply.inquiry == id; });
    }
    ++dropped;
  }
  return dropped;
}

absl::StatusOr<bool> InMemoryQueueStore::NoteUnderLease(const LeaseKey& lease, EventKind kind, int64_t event_position,
                                                        std::string_view reason, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  Record* record = FindLease(lease);
  const auto found = records_.find(lease.id);
  if (kind == EventKind::kStatutoryOutcome && found != records_.end() && IsClosed(found->second.state)) {
    record = &found->second;
  }
  if (record == nullptr) return false;
  if (!record->notes.insert(event_position).second) return true;
  std::string worker = record->worker;
  for (const Event& event : record->events) {
    if (lease.token != 0 && event.token == lease.token && !event.stored.worker.empty()) worker = event.stored.worker;
  }
  Note(*record, kind, now, reason, lease.token);
  record->events.back().stored.worker = std::move(worker);
  return true;
}

absl::Status InMemoryQueueStore::NoteView(int64_t id, std::string_view worker, int64_t event_position, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  SWITCHBOARD_ASSIGN_OR_RETURN(Record* const record, Find(id));
  if (!record->notes.insert(event_position).second) return absl::OkStatus();
  Note(*record, EventKind::kViewed, now);
  record->events.back().stored.worker = std::string(worker);
  return absl::OkStatus();
}

}  // namespace switchboard::queue
