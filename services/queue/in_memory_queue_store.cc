#include "services/queue/in_memory_queue_store.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_split.h"
#include "common/ids/id_generator.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/queue/clocks.h"
#include "services/queue/refusals.h"

namespace switchboard::queue {

absl::StatusOr<std::vector<EnqueueOutcome>> InMemoryQueueStore::Enqueue(absl::Span<const NewInquiry> inquiries) {
  absl::MutexLock lock(&mutex_);
  std::vector<EnqueueOutcome> outcomes;
  outcomes.reserve(inquiries.size());
  for (const NewInquiry& inquiry : inquiries) outcomes.push_back(Store(inquiry));
  return outcomes;
}

EnqueueOutcome InMemoryQueueStore::Store(const NewInquiry& inquiry) {
  using Kind = EnqueueOutcome::Kind;
  const InquiryContent& content = inquiry.content;
  if (records_.contains(content.id)) return {Kind::kStored, content.id};
  if (inquiry.request_id.has_value()) {
    const RequestRecord record{content.id, inquiry.content_hash, inquiry.request_id_expires};
    const auto [found, inserted] = requests_.try_emplace({content.tenant, *inquiry.request_id}, record);
    if (!inserted) {
      const bool same = found->second.content_hash == inquiry.content_hash;
      return {same ? Kind::kDuplicate : Kind::kRequestIdReused, found->second.id};
    }
  }
  Record& record = records_[content.id];
  record.content = content;
  record.topic = content.topic;
  MakeReady(record, inquiry.place);
  Note(record, EventKind::kReceived, content.create_time);
  record.events.back().stored.topic = content.topic;
  NoteStatute(record, content.topic, inquiry.statute, content.create_time);
  if (inquiry.overflow.has_value()) {
    overflow_.insert({inquiry.overflow->at, {content.id, inquiry.place, inquiry.overflow->queue}});
  }
  if (const auto& hand_off = inquiry.hand_off; hand_off.has_value()) {
    Grant(record, hand_off->worker, hand_off->token, content.create_time, hand_off->lease_until);
  }
  return {Kind::kStored, content.id};
}

void InMemoryQueueStore::Grant(Record& record, const std::string& worker, int64_t token, absl::Time now,
                               absl::Time until) {
  record.state = InquiryState::kLeased;
  record.token = token;
  record.worker = worker;
  record.claim_time = now;
  record.lease_until = until;
  record.unread = false;
  ++record.attempts;
  Note(record, EventKind::kClaimed, now, {}, token);
}

void InMemoryQueueStore::CollectReady(const LaneCursor& cursor, const ClaimBatch& batch,
                                      std::vector<Candidate>& found) {
  const auto lane = lanes_.find({cursor.queue, cursor.lane});
  if (lane == lanes_.end()) return;
  const Waiting& waiting = lane->second;
  size_t taken = 0;
  for (auto at = waiting.upper_bound({cursor.after_position, std::numeric_limits<int64_t>::max()}); at != waiting.end();
       ++at) {
    const Record& record = records_.at(at->second);
    const bool fresh = record.token == 0;
    const bool enough = taken == batch.slots.size();
    if (enough && !batch.repeated) break;
    if (fresh ? enough : record.token != batch.token) continue;
    found.push_back({fresh, TimeOf(at->first) + cursor.target, at->first, at->second, &cursor});
    taken += fresh ? 1 : 0;
  }
}

absl::StatusOr<std::vector<ClaimedInquiry>> InMemoryQueueStore::Claim(const ClaimBatch& batch) {
  absl::MutexLock lock(&mutex_);
  return ClaimLocked(batch);
}

std::vector<ClaimedInquiry> InMemoryQueueStore::ClaimLocked(const ClaimBatch& batch) {
  std::vector<Candidate> candidates;
  for (const LaneCursor& cursor : batch.lanes) CollectReady(cursor, batch, candidates);
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.fresh, a.due, a.position, a.id) < std::tie(b.fresh, b.due, b.position, b.id);
  });
  candidates.resize(std::min(candidates.size(), batch.slots.size()));

  std::vector<ClaimedInquiry> claimed;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const ClaimSlot& slot = batch.slots[i];
    const absl::Duration length = slot.lease_duration.value_or(candidates[i].cursor->lease_duration);
    Record& record = records_.at(candidates[i].id);
    const absl::Time begin = std::max(batch.now, TimeOf(record.place.position));
    if (record.token == 0) Grant(record, slot.worker, batch.token, begin, begin + length);
    claimed.push_back({record.content, record.place, record.topic, record.attempts, record.token, record.worker,
                       record.lease_until, !record.messages.empty()});
  }
  return claimed;
}

InMemoryQueueStore::Record* InMemoryQueueStore::FindLease(const LeaseKey& lease) {
  const auto found = records_.find(lease.id);
  if (found == records_.end() || lease.token == 0) return nullptr;
  Record& record = found->second;
  const bool matches =
      record.state == InquiryState::kLeased && record.token == lease.token && record.place == lease.place;
  return matches ? &record : nullptr;
}

absl::StatusOr<std::vector<SettleOutcome>> InMemoryQueueStore::Settle(absl::Span<const Settlement> settlements) {
  absl::MutexLock lock(&mutex_);
  std::vector<SettleOutcome> outcomes;
  outcomes.reserve(settlements.size());
  for (const Settlement& settlement : settlements) outcomes.push_back(SettleOne(settlement));
  return outcomes;
}

SettleOutcome InMemoryQueueStore::AnswerLost(const LeaseKey& lease, EventKind kind) {
  SettleOutcome outcome;
  const auto found = records_.find(lease.id);
  if (found == records_.end() || lease.token == 0) return outcome;
  for (const Event& event : found->second.events) {
    if (event.token != lease.token) continue;
    if (event.stored.kind == kind) outcome.kind = SettleOutcome::Kind::kRepeated;
    if (event.stored.kind == EventKind::kReopened) outcome.reopened = true;
  }
  return outcome;
}

SettleOutcome InMemoryQueueStore::SettleOne(const Settlement& settlement) {
  Record* record = FindLease(settlement.lease);
  if (record == nullptr) return AnswerLost(settlement.lease, settlement.kind);
  if (settlement.only_if_expired && record->lease_until > settlement.now) return {};

  SettleOutcome outcome{SettleOutcome::Kind::kDone, false, record->claim_time, record->attempts, record->answered};
  record->answered |= settlement.target == Settlement::Target::kClosed;
  const std::string worker = record->worker;
  TakeOut(*record);
  PutNext(*record, settlement);
  Note(*record, settlement.kind, settlement.now, settlement.reason, settlement.lease.token);
  StoredEvent& event = record->events.back().stored;
  event.worker = worker;
  event.topic = settlement.topic;
  event.disposition = settlement.disposition;
  event.attempts = outcome.attempts;
  NoteStatute(*record, settlement.topic, settlement.statute, settlement.now);
  if (settlement.target == Settlement::Target::kClosed && record->unread) {
    record->attempts = 0;
    MakeReady(*record, settlement.next);
    Note(*record, EventKind::kReopened, settlement.now, {}, settlement.lease.token);
    outcome.reopened = true;
  }
  return outcome;
}

absl::StatusOr<SettleOutcome> InMemoryQueueStore::Reply(const OutgoingReply& reply) {
  absl::MutexLock lock(&mutex_);
  const auto found = records_.find(reply.lease.id);
  if (found == records_.end()) return SettleOutcome{};
  Record& record = found->second;
  for (const Message& message : record.messages) {
    if (message.request_id == reply.request_id) return SettleOutcome{.kind = SettleOutcome::Kind::kRepeated};
  }
  if (FindLease(reply.lease) == nullptr) return SettleOutcome{};
  SWITCHBOARD_RETURN_IF_ERROR(CheckCited(reply.message.answers));
  return SendReply(record, reply);
}

absl::Status InMemoryQueueStore::CheckCited(std::string_view answers) {
  for (const absl::string_view answer : absl::StrSplit(ToAbsl(answers), ',', absl::SkipEmpty())) {
    if (recalled_.contains(ToStd(answer))) return AnswerRecalled(ToStd(answer));
  }
  return absl::OkStatus();
}

void InMemoryQueueStore::NoteUses(int64_t inquiry, int64_t message_id, const StoredMessage& message) {
  for (const absl::string_view answer : absl::StrSplit(message.answers, ',', absl::SkipEmpty())) {
    uses_.push_back({std::string(answer), {inquiry, message_id, message.visibility}});
  }
}

SettleOutcome InMemoryQueueStore::SendReply(Record& record, const OutgoingReply& reply) {
  StoredMessage message = reply.message;
  message.worker = record.worker;
  const auto note_replied = [&](const StoredMessage& sent) {
    Note(record, EventKind::kReplied, sent.create_time, sent.guidelines, reply.lease.token);
    record.events.back().stored.worker = record.worker;
  };
  if (reply.opening.has_value()) {
    StoredMessage holding = reply.opening->holding;
    holding.worker = record.worker;
    Send(record, holding, reply.opening->holding_id, std::nullopt);
    note_replied(holding);
    legs_[record.content.id] = reply.opening->leg;
    Note(record, EventKind::kMovedToPrivate, message.create_time, reply.opening->reason, reply.lease.token);
    record.events.back().stored.worker = record.worker;
  }
  Send(record, message, reply.message_id, reply.request_id);
  note_replied(message);
  NoteUses(record.content.id, reply.message_id, message);
  SettleOutcome outcome{SettleOutcome::Kind::kDone, false, record.claim_time, record.attempts, record.answered};
  record.answered = true;
  if (reply.closing.has_value()) outcome.reopened = SettleOne(*reply.closing).reopened;
  return outcome;
}

void InMemoryQueueStore::Send(Record& record, const StoredMessage& message, int64_t message_id,
                              std::optional<Uuid> request_id) {
  record.messages.push_back({.message_id = message_id, .request_id = request_id, .stored = message});
  OutboundMessage outbound{.inquiry = record.content.id,
                           .message_id = message_id,
                           .channel = record.content.channel,
                           .visibility = message.visibility,
                           .text = message.text,
                           .author = record.content.author,
                           .external_id = record.content.external_id};
  const auto leg = legs_.find(record.content.id);
  if (message.visibility == kPrivateVisibility && leg != legs_.end()) {
    outbound.channel = leg->second.channel;
    outbound.address = leg->second.address;
  }
  outbound_.push_back({.message = std::move(outbound)});
}

void InMemoryQueueStore::PutNext(Record& record, const Settlement& settlement) {
  if (settlement.forget_attempts) {
    record.attempts = 0;
  } else if (settlement.refund_attempt) {
    record.attempts = std::max(0, record.attempts - 1);
  }
  if (!settlement.topic.empty()) record.topic = settlement.topic;
  switch (settlement.target) {
    case Settlement::Target::kClosed:
      record.state = InquiryState::kCompleted;
      record.disposition = settlement.disposition;
      break;
    case Settlement::Target::kReady:
      MakeReady(record, settlement.next);
      break;
    case Settlement::Target::kDelayed:
      record.place = settlement.next;
      record.state = InquiryState::kDelayed;
      record.ready_time = settlement.ready_time;
      delayed_.insert({settlement.ready_time, record.content.id});
      break;
    case Settlement::Target::kDeadLetter:
      record.place = settlement.next;
      record.state = InquiryState::kDeadLettered;
      record.dead_reason = settlement.reason;
      record.dead_time = settlement.now;
      dead_.insert(record.content.id);
      break;
  }
}

absl::StatusOr<std::vector<bool>> InMemoryQueueStore::Extend(absl::Span<const LeaseKey> leases,
                                                             absl::Span<const absl::Time> until) {
  absl::MutexLock lock(&mutex_);
  std::vector<bool> extended;
  for (size_t i = 0; i < leases.size(); ++i) {
    Record* record = FindLease(leases[i]);
    if (record != nullptr) record->lease_until = until[i];
    extended.push_back(record != nullptr);
  }
  return extended;
}

absl::StatusOr<LaneSweep> InMemoryQueueStore::SweepLane(QueueNumber queue, Lane lane, int64_t hint, absl::Time now,
                                                        int limit) {
  absl::MutexLock lock(&mutex_);
  LaneSweep sweep;
  const auto found = lanes_.find({queue, lane});
  if (found == lanes_.end()) return sweep;
  for (const auto& [position, id] : found->second) {
    const Record& record = records_.at(id);
    if (record.state == InquiryState::kReady) {
      if (!sweep.first_ready.has_value()) sweep.first_ready = position;
      if (position > hint) break;
    } else if (record.lease_until <= now && sweep.expired.size() < static_cast<size_t>(limit)) {
      sweep.expired.push_back({{id, record.place, record.token}, record.attempts});
    }
  }
  return sweep;
}

absl::StatusOr<std::vector<DueInquiry>> InMemoryQueueStore::PromoteDelayed(absl::Time now,
                                                                           absl::Span<const int64_t> positions) {
  absl::MutexLock lock(&mutex_);
  std::vector<DueInquiry> moved;
  for (const int64_t position : positions) {
    if (delayed_.empty() || delayed_.begin()->first > now) break;
    Record& record = records_.at(delayed_.begin()->second);
    const Place next{record.place.queue, record.place.lane, position};
    TakeOut(record);
    MakeReady(record, next);
    Note(record, EventKind::kResumed, now);
    moved.push_back({record.content.id, next});
  }
  return moved;
}

absl::StatusOr<std::vector<DueInquiry>> InMemoryQueueStore::RunOverflow(absl::Time now,
                                                                        absl::Span<const int64_t> positions,
                                                                        int* examined) {
  absl::MutexLock lock(&mutex_);
  std::vector<DueInquiry> moved;
  *examined = 0;
  for (const int64_t position : positions) {
    if (overflow_.empty() || overflow_.begin()->first > now) break;
    const PlannedOverflow plan = overflow_.extract(overflow_.begin()).mapped();
    ++*examined;
    const auto found = records_.find(plan.id);
    if (found == records_.end()) continue;
    Record& record = found->second;
    if (record.state != InquiryState::kReady || record.place != plan.place) continue;
    const Place next{plan.target, plan.place.lane, position};
    TakeOut(record);
    MakeReady(record, next);
    Note(record, EventKind::kOverflowed, now);
    moved.push_back({plan.id, next});
  }
  return moved;
}

absl::StatusOr<std::vector<std::pair<QueueNumber, Lane>>> InMemoryQueueStore::ListLanes() {
  absl::MutexLock lock(&mutex_);
  std::vector<std::pair<QueueNumber, Lane>> lanes;
  for (const auto& [key, waiting] : lanes_) lanes.push_back(key);
  return lanes;
}

void InMemoryQueueStore::MakeReady(Record& record, const Place& place) {
  record.place = place;
  record.state = InquiryState::kReady;
  lanes_[{place.queue, place.lane}].insert({place.position, record.content.id});
}

void InMemoryQueueStore::TakeOut(Record& record) {
  const int64_t id = record.content.id;
  lanes_[{record.place.queue, record.place.lane}].erase({record.place.position, id});
  delayed_.erase({record.ready_time, id});
  dead_.erase(id);
  record.token = 0;
  record.worker.clear();
  record.limited = false;
  record.kept_for.clear();
}

void InMemoryQueueStore::NoteStatute(Record& record, std::string_view topic, std::optional<absl::Duration> statute,
                                     absl::Time time) {
  if (!statute.has_value()) return;
  Note(record, EventKind::kStatuteApplied, time, StatuteReason(*statute));
  record.events.back().stored.topic = std::string(topic);
  record.events.back().stored.worker.clear();
}

void InMemoryQueueStore::Note(Record& record, EventKind kind, absl::Time time, std::string_view reason, int64_t token) {
  Event event;
  event.stored.kind = kind;
  event.stored.time = time;
  event.stored.queue = record.place.queue;
  event.stored.worker = record.worker;
  event.stored.reason = std::string(reason);
  event.stored.attempts = record.attempts;
  event.token = token;
  record.events.push_back(std::move(event));
}

}  // namespace switchboard::queue
