#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/queue/clocks.h"

namespace switchboard::queue {
namespace {

using ::testing::SizeIs;

class ClocksTest : public ::testing::Test {
 protected:
  ClocksTest() {
    content_.create_time = At(0);
    content_.first_response_due = At(60);
    content_.topic = "potholes";
    rules_.response_target = absl::Minutes(30);
    Then(EventKind::kReceived, 0);
  }

  static absl::Time At(int minute) { return absl::FromUnixSeconds(1700000000) + absl::Minutes(minute); }

  void Then(EventKind kind, int minute, std::string topic = "", std::string reason = "") {
    StoredEvent event;
    event.kind = kind;
    event.time = At(minute);
    event.topic = std::move(topic);
    event.reason = std::move(reason);
    history_.push_back(std::move(event));
  }

  std::vector<InquiryClock> Of(ClockKind kind) const {
    std::vector<InquiryClock> found;
    for (const InquiryClock& clock : ClocksOf(content_, history_, rules_)) {
      if (clock.kind == kind) found.push_back(clock);
    }
    return found;
  }

  InquiryContent content_;
  std::vector<StoredEvent> history_;
  ClockRules rules_;
};

TEST_F(ClocksTest, AReplyStopsTheFirstResponseAlsoWhereTheInquiryStaysOpen) {
  EXPECT_EQ(Of(ClockKind::kFirstResponse).at(0).stop, std::nullopt);
  Then(EventKind::kClaimed, 5);
  Then(EventKind::kReplyRefused, 6);
  EXPECT_EQ(Of(ClockKind::kFirstResponse).at(0).stop, std::nullopt);
  Then(EventKind::kReplied, 7);
  Then(EventKind::kReplied, 8);
  Then(EventKind::kCompleted, 9);
  const InquiryClock clock = Of(ClockKind::kFirstResponse).at(0);
  EXPECT_EQ(clock.start, At(0));
  EXPECT_EQ(clock.due, At(60));
  EXPECT_EQ(clock.stop, At(7));
}

TEST_F(ClocksTest, ANonReplyStopsTheFirstResponse) {
  Then(EventKind::kClaimed, 5);
  Then(EventKind::kCompleted, 9);
  EXPECT_EQ(Of(ClockKind::kFirstResponse).at(0).stop, At(9));
}

TEST_F(ClocksTest, TheNextResponseIsOwedFromTheFirstUnansweredMessage) {
  EXPECT_THAT(Of(ClockKind::kNextResponse), SizeIs(0));
  Then(EventKind::kReplied, 7);
  EXPECT_THAT(Of(ClockKind::kNextResponse), SizeIs(0));
  Then(EventKind::kMessageAppended, 10);
  Then(EventKind::kMessageAppended, 20);
  InquiryClock clock = Of(ClockKind::kNextResponse).at(0);
  EXPECT_EQ(clock.start, At(10));
  EXPECT_EQ(clock.due, At(40));
  EXPECT_EQ(clock.stop, std::nullopt);
  Then(EventKind::kClaimed, 24);
  Then(EventKind::kReplied, 25);
  EXPECT_EQ(Of(ClockKind::kNextResponse).at(0).stop, At(25));
  Then(EventKind::kCompleted, 26);
  Then(EventKind::kReopened, 50);
  clock = Of(ClockKind::kNextResponse).at(0);
  EXPECT_EQ(clock.start, At(50));
  EXPECT_EQ(clock.stop, std::nullopt);
}

// Settled and reopened in one commit: nobody has answered what the citizen wrote meanwhile.
TEST_F(ClocksTest, ASettlementThatReopensAtOnceTakesNoWaitingTime) {
  Then(EventKind::kMessageAppended, 3);
  Then(EventKind::kClaimed, 5);
  Then(EventKind::kReplied, 7);
  Then(EventKind::kMessageAppended, 10);
  Then(EventKind::kMessageAppended, 12);
  Then(EventKind::kCompleted, 15);
  Then(EventKind::kReopened, 15);
  InquiryClock clock = Of(ClockKind::kNextResponse).at(0);
  EXPECT_EQ(clock.start, At(10));
  EXPECT_EQ(clock.due, At(40));
  EXPECT_EQ(clock.stop, std::nullopt);

  // The same by a reply with a disposition.
  Then(EventKind::kClaimed, 20);
  Then(EventKind::kMessageAppended, 21);
  Then(EventKind::kReplied, 25);
  Then(EventKind::kCompleted, 25);
  EXPECT_EQ(Of(ClockKind::kNextResponse).at(0).stop, At(25));
  Then(EventKind::kReopened, 25);
  clock = Of(ClockKind::kNextResponse).at(0);
  EXPECT_EQ(clock.start, At(21));
  EXPECT_EQ(clock.stop, std::nullopt);
}

TEST_F(ClocksTest, WhatWasSeenOrTakenBackIsOwedNothing) {
  Then(EventKind::kMessageAppended, 3);
  Then(EventKind::kClaimed, 5);
  Then(EventKind::kCompleted, 7);
  Then(EventKind::kReopened, 30);  // by a message of then
  EXPECT_EQ(Of(ClockKind::kNextResponse).at(0).start, At(30));
  Then(EventKind::kMessageAppended, 31);
  Then(EventKind::kWithdrawn, 32);
  Then(EventKind::kReopened, 50);
  EXPECT_EQ(Of(ClockKind::kNextResponse).at(0).start, At(50));
}

TEST_F(ClocksTest, ResolutionRunsAgainWhereItIsReopened) {
  Then(EventKind::kReplied, 7);
  EXPECT_EQ(Of(ClockKind::kResolution).at(0).stop, std::nullopt);
  Then(EventKind::kCompleted, 9);
  EXPECT_EQ(Of(ClockKind::kResolution).at(0).stop, At(9));
  Then(EventKind::kReopened, 50);
  EXPECT_EQ(Of(ClockKind::kResolution).at(0).stop, std::nullopt);
  Then(EventKind::kWithdrawn, 60);
  EXPECT_EQ(Of(ClockKind::kResolution).at(0).stop, At(60));
  EXPECT_EQ(Of(ClockKind::kResolution).at(0).due, std::nullopt);
}

TEST_F(ClocksTest, AStatutoryClockRunsFromIntakeWheneverTheTopicCame) {
  EXPECT_THAT(Of(ClockKind::kStatutory), SizeIs(0));
  Then(EventKind::kReclassified, 1000, "freedom-of-information");
  Then(EventKind::kStatuteApplied, 1000, "freedom-of-information", StatuteReason(absl::Hours(24 * 30)));
  Then(EventKind::kReclassified, 2000, "potholes");
  Then(EventKind::kReclassified, 2500, "freedom-of-information");
  Then(EventKind::kStatuteApplied, 2500, "freedom-of-information", StatuteReason(absl::Hours(24)));
  Then(EventKind::kCompleted, 3000);
  const auto clocks = Of(ClockKind::kStatutory);
  ASSERT_THAT(clocks, SizeIs(1));
  EXPECT_EQ(clocks[0].topic, "freedom-of-information");
  EXPECT_EQ(clocks[0].start, At(0));
  EXPECT_EQ(clocks[0].due, At(30 * 24 * 60));
  EXPECT_EQ(clocks[0].stop, std::nullopt);
}

TEST_F(ClocksTest, OnlyTheFirstOutcomeOfItsOwnTopicStopsIt) {
  content_.topic = "complaints";
  Then(EventKind::kStatuteApplied, 0, "complaints", StatuteReason(absl::Hours(24 * 10)));
  Then(EventKind::kReclassified, 10, "freedom-of-information");
  Then(EventKind::kStatuteApplied, 10, "freedom-of-information", StatuteReason(absl::Hours(24 * 30)));
  Then(EventKind::kStatutoryOutcome, 20, "", StatutoryReason("freedom-of-information", "GRANTED", "all: sent"));
  Then(EventKind::kStatutoryOutcome, 30, "", StatutoryReason("freedom-of-information", "REFUSED", ""));
  const auto clocks = Of(ClockKind::kStatutory);
  ASSERT_THAT(clocks, SizeIs(2));
  EXPECT_EQ(clocks[0].topic, "complaints");
  EXPECT_EQ(clocks[0].stop, std::nullopt);
  EXPECT_EQ(clocks[1].stop, At(20));
  EXPECT_EQ(clocks[1].outcome, "GRANTED");
  Then(EventKind::kStatutoryOutcome, 40, "", StatutoryReason("complaints", "UPHELD", ""));
  EXPECT_EQ(Of(ClockKind::kStatutory)[0].outcome, "UPHELD");
}

// At() begins on Tuesday, 2023-11-14, at 22:13:20 UTC.
TEST_F(ClocksTest, WhatTheQueueOwesCountsInItsCalendar) {
  WeeklyHours week;
  for (size_t day = 0; day < 5; ++day) week[day] = {{absl::Hours(9), absl::Hours(17)}};
  rules_.calendar =
      std::make_shared<const BusinessCalendar>("office", absl::UTCTimeZone(), week, std::vector<absl::CivilDay>());
  rules_.resolution_target = absl::Hours(16);
  Then(EventKind::kReplied, 7);
  Then(EventKind::kMessageAppended, 10);
  Then(EventKind::kStatuteApplied, 10, "complaints", StatuteReason(absl::Hours(24)));
  const absl::Time wednesday = absl::FromCivil(absl::CivilDay(2023, 11, 15), absl::UTCTimeZone());
  EXPECT_EQ(Of(ClockKind::kFirstResponse).at(0).due, At(60)) << "as it was told";
  EXPECT_EQ(Of(ClockKind::kNextResponse).at(0).due, wednesday + absl::Hours(9) + absl::Minutes(30));
  EXPECT_EQ(Of(ClockKind::kResolution).at(0).due, wednesday + absl::Hours(24 + 17));
  EXPECT_EQ(Of(ClockKind::kStatutory).at(0).due, At(24 * 60)) << "laws know no office hours";
}

}  // namespace
}  // namespace switchboard::queue
