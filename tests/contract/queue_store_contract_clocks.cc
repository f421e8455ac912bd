// Statutory clocks over the real record: whatever is done to an inquiry, none moves, vanishes, or stops but by its
// outcome.
#include <gmock/gmock.h>

#include "tests/contract/queue_store_clocks.h"

namespace switchboard::queue {
namespace {

using ::testing::ElementsAre;

TEST_P(QueueStoreClocks, NothingMovesThem) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    RandomLife life(seed);
    NewInquiry fresh = Fresh();
    fresh.content.topic = kTopics[seed % 4];
    fresh.statute = StatuteNow(fresh.content.topic, life);
    laws_.clear();
    Got(fresh.content.topic, fresh.statute);
    const NewInquiry inquiry = Enqueued(fresh);
    const int64_t id = inquiry.content.id;
    std::optional<ClaimedInquiry> lease;
    std::map<std::string, InquiryClock> before = StatutoryOf(id);
    for (int step = 0; step < 40; ++step) {
      Live(id, inquiry.place, lease, life);
      const std::map<std::string, InquiryClock> after = StatutoryOf(id);
      for (const auto& [topic, clock] : before) {
        ASSERT_TRUE(after.contains(topic)) << seed << " " << step;
        EXPECT_EQ(after.at(topic).start, clock.start) << seed << " " << step;
        EXPECT_EQ(after.at(topic).due, clock.due) << seed << " " << step;
        if (clock.stop) {
          EXPECT_EQ(after.at(topic), clock) << seed << " " << step;
        }
      }
      for (const auto& [topic, clock] : after) {
        EXPECT_EQ(clock.start, inquiry.content.create_time);
        ASSERT_TRUE(laws_.contains(topic)) << seed << " " << step;
        EXPECT_EQ(clock.due, clock.start + laws_.at(topic)) << seed << " " << step;
        const bool newly_stopped = clock.stop && !(before.contains(topic) && before.at(topic).stop);
        if (newly_stopped) {
          EXPECT_EQ(clock.outcome, "GRANTED") << seed << " " << step;
        }
      }
      EXPECT_EQ(after.size(), laws_.size()) << seed << " " << step;
      before = after;
    }
    // Out of the way of the next.
    ASSERT_TRUE(store().Withdraw(id, "end", now()).ok());
    EXPECT_EQ(StatutoryOf(id), before) << "an end is no outcome";
  }
}

TEST_P(QueueStoreClocks, TheRecordSaysWhatTheLawWants) {
  NewInquiry fresh = Fresh();
  fresh.content.topic = "complaints";
  fresh.statute = absl::Hours(24 * 10);
  fresh.hand_off = HandOff{"anna", ids_.NextPosition(), now() + kLease};
  const std::vector<NewInquiry> batch = {Fresh(), fresh};  // the first has no statute
  ASSERT_TRUE(store().Enqueue(batch).ok());
  const int64_t id = fresh.content.id;
  EXPECT_THAT(KindsOf(batch[0].content.id), ElementsAre(EventKind::kReceived));
  EXPECT_THAT(KindsOf(id), ElementsAre(EventKind::kReceived, EventKind::kStatuteApplied, EventKind::kClaimed));

  const LeaseKey lease{id, fresh.place, fresh.hand_off->token};
  ASSERT_TRUE(*store().Reclassify(lease, "privacy-requests", absl::Hours(24 * 45), "it is about data", now()));
  ASSERT_TRUE(*store().Reclassify(lease, "privacy-requests", absl::Hours(1), "the same again", now()));
  Settlement moving = Settling(lease, EventKind::kReclassified, Settlement::Target::kReady);
  moving.topic = "freedom-of-information";
  moving.statute = absl::Hours(24 * 30) + absl::Seconds(1);
  EXPECT_EQ(Settle(moving).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(Settle(moving).kind, SettleOutcome::Kind::kRepeated);

  EXPECT_THAT(KindsOf(id), ElementsAre(EventKind::kReceived, EventKind::kStatuteApplied, EventKind::kClaimed,
                                       EventKind::kReclassified, EventKind::kStatuteApplied, EventKind::kReclassified,
                                       EventKind::kStatuteApplied));
  const auto history = store().History(id);
  EXPECT_EQ(history->at(1).topic, "complaints");
  EXPECT_EQ(history->at(1).reason, StatuteReason(absl::Hours(24 * 10)));
  EXPECT_EQ(history->at(1).worker, "");
  EXPECT_EQ(Get(id).topic, "freedom-of-information");
  const auto clocks = StatutoryOf(id);
  ASSERT_EQ(clocks.size(), 3U);
  EXPECT_EQ(clocks.at("privacy-requests").due, fresh.content.create_time + absl::Hours(24 * 45));
  EXPECT_EQ(clocks.at("freedom-of-information").due,
            fresh.content.create_time + absl::Hours(24 * 30) + absl::Seconds(1));
  EXPECT_EQ(Claim({Cursor(moving.next)}, 2).size(), 2U) << "with the one that has no statute";
}

TEST_P(QueueStoreClocks, WhatNobodyAnsweredWaitsFromWhenItWasWritten) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  const int64_t id = claimed.content.id;
  EXPECT_EQ(Reply(ReplyTo(claimed)).kind, SettleOutcome::Kind::kDone);
  clock_.Advance(absl::Minutes(1));
  const AppendRequest message = Writing(id, "and what of the other one?");
  Append(message);
  clock_.Advance(absl::Minutes(5));
  EXPECT_TRUE(Settle(Completing(claimed)).reopened);
  const auto history = store().History(id);
  ASSERT_TRUE(history.ok()) << history.status();
  const auto clocks = ClocksOf(Get(id).content, *history, ClockRules{.response_target = absl::Hours(1)});
  ASSERT_EQ(clocks[1].kind, ClockKind::kNextResponse);
  EXPECT_LT(absl::AbsDuration(clocks[1].start - message.message.create_time), absl::Seconds(1));
  EXPECT_EQ(clocks[1].stop, std::nullopt);
}

TEST_P(QueueStoreClocks, AnOutcomeIsNotedAlsoAfterTheClosing) {
  NewInquiry fresh = Fresh();
  fresh.content.topic = "complaints";
  fresh.statute = absl::Hours(24 * 10);
  const ClaimedInquiry claimed = ClaimOne(Enqueued(fresh).place);
  const int64_t id = fresh.content.id;
  const auto note = [&](LeaseKey lease, EventKind kind, int64_t position) {
    return store().NoteUnderLease(lease, kind, position, StatutoryReason("complaints", "UPHELD", "it is so"), now());
  };
  LeaseKey nobodys = KeyOf(claimed);
  nobodys.token = 0;
  EXPECT_FALSE(note(nobodys, EventKind::kStatutoryOutcome, ids_.NextPosition()).value_or(true)) << "it is open";
  EXPECT_EQ(Settle(Completing(claimed)).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(StatutoryOf(id).at("complaints").stop, std::nullopt);
  EXPECT_FALSE(note(KeyOf(claimed), EventKind::kReplyRefused, ids_.NextPosition()).value_or(true));

  const int64_t position = ids_.NextPosition();
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(note(KeyOf(claimed), EventKind::kStatutoryOutcome, position).value_or(false));
  }
  EXPECT_THAT(KindsOf(id), ElementsAre(EventKind::kReceived, EventKind::kStatuteApplied, EventKind::kClaimed,
                                       EventKind::kCompleted, EventKind::kStatutoryOutcome));
  EXPECT_EQ(store().History(id)->back().worker, "anna");
  EXPECT_EQ(StatutoryOf(id).at("complaints").outcome, "UPHELD");
  EXPECT_EQ(Get(id).state, InquiryState::kCompleted);

  // It waits again, behind what was noted.
  const AppendRequest message = Writing(id, "and now?");
  EXPECT_EQ(Append(message).kind, AppendOutcome::Kind::kReopened);
  EXPECT_FALSE(note(KeyOf(claimed), EventKind::kStatutoryOutcome, ids_.NextPosition()).value_or(true));
  EXPECT_EQ(ClaimOne(fresh.place).content.id, id);
}

TEST_P(QueueStoreClocks, AnOutcomeIsNotedForWhatNobodyEverClaimed) {
  NewInquiry fresh = Fresh();
  fresh.content.topic = "complaints";
  fresh.statute = absl::Hours(24 * 10);
  const int64_t id = Enqueued(fresh).content.id;
  ASSERT_TRUE(store().Withdraw(id, "taken back", now()).ok());
  EXPECT_TRUE(store()
                  .NoteUnderLease({.id = id}, EventKind::kStatutoryOutcome, ids_.NextPosition(),
                                  StatutoryReason("complaints", "ABANDONED", "they took it back"), now())
                  .value_or(false));
  EXPECT_EQ(StatutoryOf(id).at("complaints").outcome, "ABANDONED");
  EXPECT_EQ(store().History(id)->back().worker, "");
  EXPECT_EQ(Get(id).state, InquiryState::kWithdrawn);
  EXPECT_FALSE(store()
                   .NoteUnderLease({.id = id + 64}, EventKind::kStatutoryOutcome, ids_.NextPosition(), "", now())
                   .value_or(true));
}

TEST_P(QueueStoreClocks, RetentionKeepsWhatIsOwedAnOutcome) {
  ASSERT_TRUE(store().CreatePartitions(now()).ok());
  NewInquiry fresh = Fresh();
  fresh.content.topic = "freedom-of-information";
  fresh.statute = absl::Hours(24 * 90);
  const NewInquiry inquiry = Enqueued(fresh);
  const ClaimedInquiry claimed = ClaimOne(inquiry.place);
  const int64_t id = inquiry.content.id;
  ASSERT_TRUE(*store().Reclassify(KeyOf(claimed), "freedom-of-information-appeals", absl::Hours(24), "more", now()));
  EXPECT_EQ(Settle(Completing(claimed)).kind, SettleOutcome::Kind::kDone);
  clock_.Advance(absl::Hours(24 * 21));
  const auto dropped_after_outcome = [&](const std::string& topic) {
    EXPECT_EQ(store().DropPartitions(now()).value_or(-1), 0);
    EXPECT_EQ(Get(id).state, InquiryState::kCompleted);
    const auto noted = store().NoteUnderLease(KeyOf(claimed), EventKind::kStatutoryOutcome, ids_.NextPosition(),
                                              StatutoryReason(topic, "GRANTED", "sent"), now());
    EXPECT_TRUE(noted.value_or(false)) << noted.status();
  };
  for (const char* topic : {"potholes", "freedom-of-information-appeals", "freedom-of-information"}) {
    dropped_after_outcome(topic);
  }
  EXPECT_GE(store().DropPartitions(now()).value_or(-1), 1);
  EXPECT_TRUE(absl::IsNotFound(store().Get(id).status()));
}

}  // namespace
}  // namespace switchboard::queue
