// What every QueueStore promises. Each implementation instantiates this suite (queue_store_*_test.cc).
#ifndef SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_CONTRACT_H_
#define SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_CONTRACT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/ids/id_generator.h"
#include "gtest/gtest.h"
#include "services/queue/queue_store.h"
#include "services/queue/reply_draft.h"
#include "tests/support/fake_clock.h"

namespace switchboard::queue {

// A store, and a second one over the same data as another process would have it (the same one where there are none).
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual QueueStore& store() = 0;
  virtual QueueStore& other() = 0;
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<StoreUnderTest>(const Clock& clock, IdGenerator& ids)> make;
};

// The words in which the tests speak. Queues 1 (roads) and 2 (general) exist; the clock stands still.
class QueueStoreTest : public testing::Test {
 protected:
  static constexpr QueueNumber kRoads = 1;
  static constexpr QueueNumber kGeneral = 2;
  static constexpr absl::Duration kLease = absl::Minutes(15);

  void Start(const StoreKind& kind) {
    under_test_ = kind.make(clock_, ids_);
    const std::vector<std::string> names = {"roads", "general"};
    ASSERT_TRUE(store().RegisterQueues(names).ok());
  }

  QueueStore& store() { return under_test_->store(); }
  QueueStore& other() { return under_test_->other(); }
  absl::Time now() const { return clock_.Now(); }

  // An inquiry at the end of a lane, a millisecond later than the one before.
  NewInquiry Fresh(QueueNumber queue = kRoads, Lane lane = Lane(Priority::kNormal, "en")) {
    clock_.Advance(absl::Milliseconds(1));
    NewInquiry inquiry;
    inquiry.content.id = ids_.NextInquiryId(next_shard_++);
    inquiry.content.channel = 1;
    inquiry.content.visibility = 1;
    inquiry.content.topic_method = 2;
    inquiry.content.confidence = 0.75;
    inquiry.content.topic = "potholes";
    inquiry.content.language = lane.language();
    inquiry.content.create_time = now();
    inquiry.content.first_response_due = now() + absl::Hours(24);
    inquiry.content.text = "there is a hole";
    inquiry.place = {queue, lane, ids_.NextPosition()};
    return inquiry;
  }

  NewInquiry WithRequestId(NewInquiry inquiry, const Uuid& request_id, uint64_t content_hash) {
    inquiry.content.id = ids_.NextInquiryId(ShardFor(inquiry.content.tenant, request_id));
    inquiry.request_id = request_id;
    inquiry.content_hash = content_hash;
    inquiry.request_id_expires = now() + absl::Hours(24);
    return inquiry;
  }

  NewInquiry Enqueued(NewInquiry inquiry) {
    const auto outcomes = store().Enqueue({inquiry});
    EXPECT_TRUE(outcomes.ok()) << outcomes.status();
    EXPECT_TRUE(outcomes.ok() && outcomes->at(0).kind == EnqueueOutcome::Kind::kStored);
    return inquiry;
  }
  NewInquiry Enqueued() { return Enqueued(Fresh()); }

  static LaneCursor Cursor(const Place& place, absl::Duration target = absl::Hours(24), int64_t after_position = 0) {
    return {place.queue, place.lane, after_position, target, kLease};
  }

  ClaimBatch BatchFor(std::vector<LaneCursor> lanes, int slots = 1) {
    ClaimBatch batch;
    batch.lanes = std::move(lanes);
    batch.slots.assign(static_cast<size_t>(slots), ClaimSlot{"anna", std::nullopt});
    batch.token = ids_.NextPosition();
    batch.now = now();
    return batch;
  }

  std::vector<ClaimedInquiry> Claim(std::vector<LaneCursor> lanes, int slots = 1) {
    auto claimed = store().Claim(BatchFor(std::move(lanes), slots));
    EXPECT_TRUE(claimed.ok()) << claimed.status();
    return claimed.ok() ? *std::move(claimed) : std::vector<ClaimedInquiry>();
  }

  // The one inquiry that the lane of `place` gives.
  ClaimedInquiry ClaimOne(const Place& place) {
    std::vector<ClaimedInquiry> claimed = Claim({Cursor(place)});
    EXPECT_EQ(claimed.size(), 1u);
    return claimed.empty() ? ClaimedInquiry() : claimed[0];
  }

  static LeaseKey KeyOf(const ClaimedInquiry& claimed) { return {claimed.content.id, claimed.place, claimed.token}; }

  Settlement Settling(const LeaseKey& lease, EventKind kind, Settlement::Target target) {
    Settlement settlement;
    settlement.lease = lease;
    settlement.kind = kind;
    settlement.target = target;
    settlement.next = {lease.place.queue, lease.place.lane, ids_.NextPosition()};
    settlement.ready_time = now();
    settlement.now = now();
    return settlement;
  }

  Settlement Completing(const ClaimedInquiry& claimed) {
    Settlement settlement = Settling(KeyOf(claimed), EventKind::kCompleted, Settlement::Target::kClosed);
    settlement.disposition = 1;
    return settlement;
  }

  Settlement Releasing(const ClaimedInquiry& claimed) {
    return Settling(KeyOf(claimed), EventKind::kReleased, Settlement::Target::kReady);
  }

  Settlement GivingUp(const ClaimedInquiry& claimed, std::string reason) {
    Settlement settlement = Settling(KeyOf(claimed), EventKind::kDeadLettered, Settlement::Target::kDeadLetter);
    settlement.reason = std::move(reason);
    return settlement;
  }

  SettleOutcome Settle(const Settlement& settlement) {
    const auto outcomes = store().Settle({settlement});
    EXPECT_TRUE(outcomes.ok()) << outcomes.status();
    return outcomes.ok() ? outcomes->at(0) : SettleOutcome();
  }

  StoredInquiry Get(int64_t id) {
    auto inquiry = store().Get(id);
    EXPECT_TRUE(inquiry.ok()) << inquiry.status();
    return inquiry.ok() ? *std::move(inquiry) : StoredInquiry();
  }

  std::vector<EventKind> KindsOf(int64_t id) {
    const auto history = store().History(id);
    EXPECT_TRUE(history.ok()) << history.status();
    std::vector<EventKind> kinds;
    if (history.ok()) {
      for (const StoredEvent& event : *history) kinds.push_back(event.kind);
    }
    return kinds;
  }

  std::vector<int64_t> FreshPositions(int count) {
    std::vector<int64_t> positions;
    for (int i = 0; i < count; ++i) positions.push_back(ids_.NextPosition());
    return positions;
  }

  AppendRequest Writing(int64_t id, std::string text) {
    AppendRequest request;
    request.id = id;
    request.message = {1, 1, std::move(text), now()};
    request.message_id = ids_.NextPosition();
    request.reopen_position = ids_.NextPosition();
    request.content_hash = 7;
    return request;
  }

  AppendOutcome Append(const AppendRequest& request) {
    const auto outcome = store().Append(request);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.value_or(AppendOutcome());
  }

  OutgoingReply ReplyTo(const ClaimedInquiry& claimed) {
    OutgoingReply reply;
    reply.lease = KeyOf(claimed);
    reply.message = {2, 1, "A crew comes on Monday.", now(), "", "every-reply@1.0,streets@2.1", "channel-length"};
    reply.message_id = ids_.NextPosition();
    reply.request_id = RandomUuid();
    return reply;
  }

  OutgoingReply ClosingReplyTo(const ClaimedInquiry& claimed) {
    OutgoingReply reply = ReplyTo(claimed);
    reply.closing = Completing(claimed);
    return reply;
  }

  SettleOutcome Reply(const OutgoingReply& reply) {
    const auto outcome = store().Reply(reply);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.value_or(SettleOutcome());
  }

  // A reply for somebody with the authority, due in four hours.
  NewDraft DraftFor(const ClaimedInquiry& claimed, DeadlineAction at_deadline = DeadlineAction::kRelease) {
    NewDraft draft;
    draft.id = ids_.NextPosition();
    draft.lease = KeyOf(claimed);
    draft.request_id = RandomUuid();
    draft.message = {2, 1, "We guarantee it.", now()};
    draft.disposition = 1;
    draft.authority_level = 3;
    draft.refusal = "NEEDS_AUTHORITY: streets@1.0/no-promise";
    draft.deadline = now() + absl::Hours(4);
    draft.at_deadline = at_deadline;
    draft.holding_reply = "We are looking into it.";
    draft.hold_until = now() + absl::Hours(24);
    return draft;
  }

  DraftKey Parked(const NewDraft& draft) {
    const auto parked = store().ParkDraft(draft);
    EXPECT_TRUE(parked.ok()) << parked.status();
    EXPECT_EQ(parked.value_or(ParkedDraft()).kind, SettleOutcome::Kind::kDone);
    return {draft.lease.id, draft.id};
  }

  DraftDecision Deciding(const DraftKey& key, DraftDecision::Kind kind) {
    DraftDecision decision;
    decision.inquiry = key.inquiry;
    decision.draft = key.draft;
    decision.kind = kind;
    if (kind != DraftDecision::Kind::kDeadline) decision.decided_by = "ruth";
    if (kind != DraftDecision::Kind::kSend) decision.advice = "say what is planned";
    if (kind == DraftDecision::Kind::kSend) decision.guidelines = "streets@1.0";
    decision.event_position = ids_.NextPosition();
    decision.message_id = ids_.NextPosition();
    decision.next_position = ids_.NextPosition();
    decision.token = ids_.NextPosition();
    decision.now = now();
    decision.lease_until = now() + kLease;
    return decision;
  }

  DraftOutcome Decide(const DraftDecision& decision) {
    auto outcome = store().DecideDraft(decision);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *std::move(outcome) : DraftOutcome();
  }

  std::vector<DraftKey> DueDrafts() {
    const auto due = store().DueDrafts(now(), 100);
    EXPECT_TRUE(due.ok()) << due.status();
    return due.value_or(std::vector<DraftKey>());
  }

  void ReachDeadline() { clock_.Advance(absl::Hours(4)); }

  // What waits for the inquiry's connector.
  std::vector<OutboundMessage> OutboundOf(const ClaimedInquiry& claimed) {
    // Under leases that have ended at once, so that asking changes little.
    const auto all = store().ClaimOutbound({claimed.content.channel, 100000, ids_.NextPosition(), now(), now()});
    EXPECT_TRUE(all.ok()) << all.status();
    std::vector<OutboundMessage> own;
    for (const OutboundMessage& message : all.value_or(std::vector<OutboundMessage>())) {
      if (message.inquiry == claimed.content.id) own.push_back(message);
    }
    return own;
  }

  std::vector<StoredMessage> ConversationOf(int64_t id) {
    const auto messages = store().Conversation(id);
    EXPECT_TRUE(messages.ok()) << messages.status();
    return messages.value_or(std::vector<StoredMessage>());
  }

  FakeClock clock_;
  IdGenerator ids_{clock_, 1};
  int next_shard_ = 0;
  std::unique_ptr<StoreUnderTest> under_test_;
};

class QueueStoreContract : public QueueStoreTest, public testing::WithParamInterface<StoreKind> {
 protected:
  void SetUp() override { Start(GetParam()); }
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_CONTRACT_H_
