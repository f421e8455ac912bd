#include "services/queue/lease_granter.h"

#include <utility>

namespace switchboard::queue {

void LeaseGranter::Answer(std::vector<ClaimAnswer> answers) {
  if (answers.empty()) return;
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  // Watched before anybody can settle them, else a settlement would leave its entry behind.
  Watch(answers, *queues);
  for (ClaimAnswer& answer : answers) AnswerOne(std::move(answer), *queues);
}

void LeaseGranter::Watch(absl::Span<const ClaimAnswer> answers, const QueueSnapshot& queues) {
  const absl::Time now = parts_.clock.Now();
  std::vector<LeaseWatch::Lease> leases;
  for (const ClaimAnswer& answer : answers) {
    for (const ClaimedInquiry& inquiry : answer.granted) {
      leases.push_back({FactsOf(inquiry), inquiry.lease_until});
      const QueueEntry* entry = queues.Find(inquiry.place.queue);
      if (entry == nullptr) continue;
      entry->series->CountLeases(LeaseEvent::kGranted);
      entry->series->ObserveGrant(inquiry.content.channel, now - TimeOf(inquiry.place.position));
    }
  }
  if (leases.empty()) return;
  const absl::Time before = parts_.leases.EarliestEnd();
  parts_.leases.Add(leases);
  if (parts_.leases.EarliestEnd() < before) parts_.caretaker.Ring();
}

void LeaseGranter::AnswerOne(ClaimAnswer answer, const QueueSnapshot& queues) {
  if (!answer.status.ok()) {
    GiveBack(answer.granted);
    answer.done(answer.status);
    return;
  }
  std::vector<GrantedLease> leases;
  leases.reserve(answer.granted.size());
  for (ClaimedInquiry& inquiry : answer.granted) {
    GrantedLease& lease = leases.emplace_back();
    lease.token = EncodeLeaseToken(FactsOf(inquiry));
    if (const QueueEntry* entry = queues.Find(inquiry.place.queue)) lease.queue = entry->record.name;
    lease.inquiry = std::move(inquiry);
  }
  if (const absl::Status read = AddConversations(leases); !read.ok()) {
    for (const GrantedLease& lease : leases) GiveBack({&lease.inquiry, 1});
    answer.done(read);
    return;
  }
  answer.done(std::move(leases));
}

// Without what the citizen wrote last, the worker would answer something else: no lease is better.
absl::Status LeaseGranter::AddConversations(std::vector<GrantedLease>& leases) {
  std::vector<int64_t> ids;
  std::vector<GrantedLease*> wanted;
  for (GrantedLease& lease : leases) {
    if (!lease.inquiry.has_messages) continue;
    ids.push_back(lease.inquiry.content.id);
    wanted.push_back(&lease);
  }
  if (ids.empty()) return absl::OkStatus();
  absl::StatusOr<std::vector<std::vector<StoredMessage>>> conversations = parts_.store.Conversations(ids);
  if (!conversations.ok()) return conversations.status();
  for (size_t i = 0; i < wanted.size(); ++i) wanted[i]->messages = std::move((*conversations)[i]);
  return absl::OkStatus();
}

void LeaseGranter::GiveBack(absl::Span<const ClaimedInquiry> granted) {
  std::vector<LeaseFacts> leases;
  for (const ClaimedInquiry& inquiry : granted) leases.push_back(FactsOf(inquiry));
  settle_.GiveBack(leases);
}

}  // namespace switchboard::queue
