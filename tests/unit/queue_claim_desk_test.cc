#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "services/queue/claim_desk.h"
#include "tests/support/engine_client.h"
#include "tests/support/fake_clock.h"

namespace switchboard::queue {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr QueueNumber kRoads = 1;
constexpr QueueNumber kTaxes = 2;
const Lane kEnglish(Priority::kNormal, "en");
const Lane kFrench(Priority::kNormal, "fr");
const absl::Time kStart = absl::FromUnixSeconds(1767225600);

// Plays the engine: takes plans to a store that is a list of places.
class ClaimDeskTest : public testing::Test {
 protected:
  ClaimDeskTest()
      : queues_({{{kRoads, "roads", false, ""}, PlainQueue("roads"), nullptr},
                 {{kTaxes, "taxes", false, ""}, PlainQueue("taxes"), nullptr}}) {}

  int64_t Add(QueueNumber queue, absl::Duration wait, int max = 1, std::vector<std::string> languages = {}) {
    return AddClaim(queue, wait, max, std::move(languages)).claim;
  }
  ClaimDesk::Added AddClaim(QueueNumber queue, absl::Duration wait, int max = 1,
                            std::vector<std::string> languages = {}) {
    Callback<std::vector<GrantedLease>> done = [](absl::StatusOr<std::vector<GrantedLease>>) {};
    ClaimRequest request{.worker = "anna", .languages = std::move(languages), .max_inquiries = max};
    request.wait_until = wait == absl::ZeroDuration() ? absl::InfinitePast() : now_ + wait;
    return desk_.Add(std::move(request), {queue}, now_, done);
  }
  std::optional<ClaimPlan> NextPlan() {
    answers_.clear();
    return desk_.NextPlan(queues_, horizon_, now_, answers_);
  }
  // An inquiry as the store would lease it.
  static ClaimedInquiry Inquiry(QueueNumber queue, Lane lane, int64_t position) {
    ClaimedInquiry inquiry;
    inquiry.content.id = position;
    inquiry.place = {queue, lane, position};
    return inquiry;
  }
  // A claim that found nothing and waits.
  int64_t AddIdle(QueueNumber queue, int max = 1, std::vector<std::string> languages = {}) {
    const int64_t claim = Add(queue, absl::Minutes(1), max, std::move(languages));
    while (std::optional<ClaimPlan> plan = NextPlan()) {
      EXPECT_THAT(desk_.Finish(*plan, std::vector<ClaimedInquiry>(), now_), IsEmpty());
    }
    return claim;
  }
  bool Announce(QueueNumber queue, Lane lane, int64_t position) { return desk_.Announce({{queue, lane, position}}); }

  QueueSnapshot queues_;
  ClaimDesk desk_{DeskOptions{.max_slots = 10, .max_waiting = 100}};
  absl::Time now_ = kStart;
  int64_t horizon_ = int64_t{1} << 62;
  std::vector<ClaimAnswer> answers_;
};

TEST_F(ClaimDeskTest, TakesClaimsThatWantTheSameTogether) {
  desk_.AddLanes({{kRoads, kEnglish}, {kTaxes, kEnglish}});
  const int64_t first = Add(kRoads, absl::Minutes(1), 2);
  const int64_t other = Add(kTaxes, absl::Minutes(1));
  const int64_t second = Add(kRoads, absl::Minutes(1));
  EXPECT_THAT(NextPlan()->claims, ElementsAre(first, first, second));
  EXPECT_THAT(NextPlan()->claims, ElementsAre(other));
  EXPECT_FALSE(NextPlan().has_value());
}

TEST_F(ClaimDeskTest, ServesInTheOrderOfTheSlots) {
  desk_.AddLanes({{kRoads, kEnglish}});
  Add(kRoads, absl::Minutes(1), 2);
  Add(kRoads, absl::Minutes(1));
  const std::optional<ClaimPlan> plan = NextPlan();
  const auto answers = desk_.Finish(
      *plan, std::vector{Inquiry(kRoads, kEnglish, 1), Inquiry(kRoads, kEnglish, 2), Inquiry(kRoads, kEnglish, 3)},
      now_);
  ASSERT_THAT(answers, SizeIs(2));
  EXPECT_THAT(answers[0].granted, SizeIs(2));
  EXPECT_EQ(answers[1].granted[0].content.id, 3);
}

TEST_F(ClaimDeskTest, ACutPlanGoesOnWithTheNextOne) {
  desk_.AddLanes({{kRoads, kEnglish}});
  Add(kRoads, absl::Minutes(1), 8);
  Add(kRoads, absl::Minutes(1), 8);
  EXPECT_THAT(NextPlan()->claims, SizeIs(8));
  EXPECT_THAT(NextPlan()->claims, SizeIs(8));
}

TEST_F(ClaimDeskTest, LooksOnlyWhereSomethingMayWait) {
  desk_.AddLanes({{kRoads, kEnglish}, {kRoads, kFrench}});
  AddIdle(kRoads);
  EXPECT_TRUE(Announce(kRoads, kFrench, 5));
  const std::optional<ClaimPlan> plan = NextPlan();
  ASSERT_TRUE(plan.has_value());
  ASSERT_THAT(plan->batch.lanes, SizeIs(1));
  EXPECT_EQ(plan->batch.lanes[0].lane, kFrench);
}

TEST_F(ClaimDeskTest, NewsDuringAClaimIsNotMissed) {
  desk_.AddLanes({{kRoads, kEnglish}});
  Add(kRoads, absl::Minutes(1));
  const std::optional<ClaimPlan> plan = NextPlan();
  Announce(kRoads, kEnglish, 5);
  EXPECT_THAT(desk_.Finish(*plan, std::vector<ClaimedInquiry>(), now_), IsEmpty());
  EXPECT_TRUE(NextPlan().has_value());
}

TEST_F(ClaimDeskTest, WorkersTakeTheirLanguagesAndWhatHasNone) {
  const Lane unknown(Priority::kNormal, "und");
  desk_.AddLanes({{kRoads, kEnglish}, {kRoads, kFrench}, {kRoads, unknown}});
  Add(kRoads, absl::ZeroDuration(), 1, {"fr"});
  const std::optional<ClaimPlan> plan = NextPlan();
  std::vector<Lane> lanes;
  for (const LaneCursor& cursor : plan->batch.lanes) lanes.push_back(cursor.lane);
  EXPECT_THAT(lanes, testing::UnorderedElementsAre(kFrench, unknown));
}

TEST_F(ClaimDeskTest, FloodsAreDueLater) {
  desk_.AddLanes({{kRoads, kEnglish}, {kRoads, Lane(Priority::kNormal, "en", 3)}});
  Add(kRoads, absl::ZeroDuration());
  const std::optional<ClaimPlan> plan = NextPlan();
  EXPECT_EQ(plan->batch.lanes[0].target, absl::Hours(24));
  EXPECT_EQ(plan->batch.lanes[1].target, absl::Hours(96));
}

TEST_F(ClaimDeskTest, WhoDoesNotWaitIsAnsweredEmpty) {
  desk_.AddLanes({{kRoads, kEnglish}});
  Add(kRoads, absl::ZeroDuration());
  const std::optional<ClaimPlan> plan = NextPlan();
  const auto answers = desk_.Finish(*plan, std::vector<ClaimedInquiry>(), now_);
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_TRUE(answers[0].status.ok());
  EXPECT_THAT(answers[0].granted, IsEmpty());
}

TEST_F(ClaimDeskTest, WhoWaitsIsAnsweredEmptyWhenTheTimeIsUp) {
  AddIdle(kRoads);
  EXPECT_THAT(desk_.TakeOverdue(now_ + absl::Seconds(59)), IsEmpty());
  EXPECT_THAT(desk_.TakeOverdue(now_ + absl::Minutes(1)), SizeIs(1));
  EXPECT_EQ(desk_.NextLook(), absl::InfiniteFuture());
}

TEST_F(ClaimDeskTest, AClaimNeedsALookWhereItHasToBeServedSoonerThanWasKnown) {
  desk_.AddLanes({{kRoads, kEnglish}});
  EXPECT_TRUE(AddClaim(kRoads, absl::Minutes(1)).needs_look) << "nobody has looked yet";
  const std::optional<ClaimPlan> plan = NextPlan();
  ASSERT_TRUE(plan.has_value());
  desk_.Finish(*plan, std::vector<ClaimedInquiry>(), now_);
  EXPECT_EQ(desk_.NextLook(), now_ + absl::Milliseconds(25));

  EXPECT_FALSE(AddClaim(kRoads, absl::Minutes(1)).needs_look);
  EXPECT_TRUE(AddClaim(kRoads, absl::Milliseconds(10)).needs_look) << "its time is up before";
  EXPECT_TRUE(AddClaim(kTaxes, absl::Minutes(1)).needs_look) << "these queues were not looked at yet";
  Announce(kRoads, kEnglish, 7);
  EXPECT_TRUE(AddClaim(kRoads, absl::Minutes(1)).needs_look) << "something is there";
}

TEST_F(ClaimDeskTest, LooksForOthersWorkRarerAndRarer) {
  desk_.AddLanes({{kRoads, kEnglish}});
  AddIdle(kRoads);
  std::vector<absl::Duration> gaps;
  for (int i = 0; i < 5; ++i) {
    gaps.push_back(desk_.NextLook() - now_);
    now_ = desk_.NextLook();
    const std::optional<ClaimPlan> plan = NextPlan();
    ASSERT_TRUE(plan.has_value());
    EXPECT_TRUE(plan->probes_all);
    desk_.Finish(*plan, std::vector<ClaimedInquiry>(), now_);
  }
  EXPECT_EQ(gaps.front(), absl::Milliseconds(25));
  EXPECT_EQ(gaps.back(), absl::Milliseconds(200));
}

TEST_F(ClaimDeskTest, HandsASubmissionToWhoHasWaitedLongest) {
  desk_.AddLanes({{kRoads, kEnglish}});
  const int64_t first = AddIdle(kRoads, 2);
  const int64_t second = AddIdle(kRoads);
  const auto reservations = desk_.Reserve(
      {{kRoads, kEnglish, 1}, {kRoads, kEnglish, 2}, {kRoads, kEnglish, 3}, {kRoads, kEnglish, 4}}, queues_);
  EXPECT_EQ(reservations[0]->claim, first);
  EXPECT_EQ(reservations[1]->claim, first);
  EXPECT_EQ(reservations[2]->claim, second);
  EXPECT_FALSE(reservations[3].has_value());
  const auto answers = desk_.FinishReserved(
      {{first, Inquiry(kRoads, kEnglish, 1)}, {first, Inquiry(kRoads, kEnglish, 2)}, {second, std::nullopt}}, horizon_,
      now_);
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_THAT(answers[0].granted, SizeIs(2));
  EXPECT_FALSE(desk_.Reserve({{kRoads, kEnglish, 5}}, queues_)[0].has_value()) << "it looks again before it waits";
}

TEST_F(ClaimDeskTest, NothingOvertakesWhatWaits) {
  desk_.AddLanes({{kRoads, kEnglish}, {kTaxes, kEnglish}});
  AddIdle(kRoads);
  Announce(kRoads, kEnglish, 1);
  EXPECT_FALSE(desk_.Reserve({{kRoads, kEnglish, 2}}, queues_)[0].has_value());
}

TEST_F(ClaimDeskTest, WhoIsNotNeededForWhatWaitsIsHandedWhatComes) {
  desk_.AddLanes({{kRoads, kEnglish}});
  const int64_t first = AddIdle(kRoads, 8);
  const int64_t second = AddIdle(kRoads, 8);
  desk_.Announce({{kRoads, kEnglish, 1}, {kRoads, kEnglish, 2}});
  const std::optional<ClaimPlan> plan = NextPlan();
  EXPECT_THAT(plan->claims, ElementsAre(first, first, first)) << "one slot more than there are: it tells what is left";
  EXPECT_EQ(desk_.Reserve({{kRoads, kEnglish, 3}}, queues_)[0]->claim, second);
  desk_.FinishReserved({{second, Inquiry(kRoads, kEnglish, 3)}}, horizon_, now_);
  EXPECT_EQ(desk_.Lanes()[0].hint, 0) << "the claim under way might still leave something below";
  EXPECT_THAT(desk_.Finish(*plan, std::vector{Inquiry(kRoads, kEnglish, 1), Inquiry(kRoads, kEnglish, 2)}, now_),
              SizeIs(1));
  EXPECT_FALSE(NextPlan().has_value());
}

TEST_F(ClaimDeskTest, WhatComesWhileNothingWaitsCanBeHandedToAFreshClaimAtOnce) {
  desk_.AddLanes({{kRoads, kEnglish}});
  AddIdle(kRoads);
  desk_.Announce({{kRoads, kEnglish, 1}});
  const std::optional<ClaimPlan> plan = NextPlan();
  const int64_t fresh = Add(kRoads, absl::Minutes(1));
  EXPECT_FALSE(desk_.Reserve({{kRoads, kEnglish, 2}}, queues_)[0].has_value()) << "the plan may leave something";
  desk_.Finish(*plan, std::vector{Inquiry(kRoads, kEnglish, 1)}, now_);
  while (std::optional<ClaimPlan> next = NextPlan()) desk_.Finish(*next, std::vector<ClaimedInquiry>(), now_);
  EXPECT_EQ(desk_.Reserve({{kRoads, kEnglish, 3}}, queues_)[0]->claim, fresh);
}

// Would wait for ever where it has to wait.
TEST_F(ClaimDeskTest, SubmissionsWaitWhileWhatWaitsIsWorkedOff) {
  desk_.AddLanes({{kRoads, kEnglish}, {kTaxes, kEnglish}});
  AddIdle(kRoads);
  Announce(kTaxes, kEnglish, 1);
  const FakeClock clock(now_);
  desk_.LetClaimsThrough(clock, absl::InfiniteDuration());  // nobody takes the taxes
  desk_.Announce({{kRoads, kEnglish, 1}, {kRoads, kEnglish, 2}});
  const std::optional<ClaimPlan> first = NextPlan();
  std::atomic<bool> through = false;
  std::thread submission([&] {
    desk_.LetClaimsThrough(clock, absl::InfiniteDuration());
    through = true;
  });
  desk_.Finish(*first, std::vector{Inquiry(kRoads, kEnglish, 1)}, now_);
  Add(kRoads, absl::Minutes(1), 2);
  const std::optional<ClaimPlan> second = NextPlan();
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_FALSE(through);
  desk_.Finish(*second, std::vector{Inquiry(kRoads, kEnglish, 2)}, now_);
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_FALSE(through) << "nobody has come back yet";
  AddIdle(kRoads);
  submission.join();
}

TEST_F(ClaimDeskTest, AFailedClaimLeavesWhatWaited) {
  desk_.AddLanes({{kRoads, kEnglish}});
  AddIdle(kRoads, 8);
  AddIdle(kRoads, 8);
  desk_.Announce({{kRoads, kEnglish, 1}});
  desk_.Finish(*NextPlan(), absl::UnavailableError("away"), now_);
  EXPECT_FALSE(desk_.Reserve({{kRoads, kEnglish, 2}}, queues_)[0].has_value());
}

TEST_F(ClaimDeskTest, AFullClaimIsFollowedByAnother) {
  desk_.AddLanes({{kRoads, kEnglish}});
  AddIdle(kRoads);
  desk_.Announce({{kRoads, kEnglish, 1}, {kRoads, kEnglish, 2}});
  desk_.Finish(*NextPlan(), std::vector{Inquiry(kRoads, kEnglish, 1)}, now_);
  const int64_t next = Add(kRoads, absl::Minutes(1));
  EXPECT_THAT(NextPlan()->claims, ElementsAre(next));
}

TEST_F(ClaimDeskTest, HandsNothingFromAPausedQueue) {
  AddIdle(kRoads);
  const QueueSnapshot paused({{{kRoads, "roads", true, "fire"}, PlainQueue("roads"), nullptr}});
  EXPECT_FALSE(desk_.Reserve({{kRoads, kEnglish, 2}}, paused)[0].has_value());
}

TEST_F(ClaimDeskTest, CancelsAtOnceWhatOnlyWaits) {
  const int64_t claim = AddIdle(kRoads);
  const std::optional<ClaimAnswer> answer = desk_.Cancel(claim);
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(absl::IsCancelled(answer->status));
  EXPECT_FALSE(desk_.Cancel(claim).has_value());
}

TEST_F(ClaimDeskTest, WhatReachesACancelledClaimComesBack) {
  desk_.AddLanes({{kRoads, kEnglish}});
  const int64_t claim = AddIdle(kRoads);
  ASSERT_TRUE(desk_.Reserve({{kRoads, kEnglish, 1}}, queues_)[0].has_value());
  EXPECT_FALSE(desk_.Cancel(claim).has_value());
  const auto answers = desk_.FinishReserved({{claim, Inquiry(kRoads, kEnglish, 1)}}, horizon_, now_);
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_TRUE(absl::IsCancelled(answers[0].status));
  EXPECT_THAT(answers[0].granted, SizeIs(1));
}

TEST_F(ClaimDeskTest, AFailureIsAnsweredAndAConflictTriedAgain) {
  desk_.AddLanes({{kRoads, kEnglish}});
  Add(kRoads, absl::Minutes(1));
  EXPECT_THAT(desk_.Finish(*NextPlan(), absl::AbortedError("conflict"), now_), IsEmpty());
  now_ = desk_.NextLook();
  const auto answers = desk_.Finish(*NextPlan(), absl::UnavailableError("away"), now_);
  ASSERT_THAT(answers, SizeIs(1));
  EXPECT_TRUE(absl::IsUnavailable(answers[0].status));
}

TEST_F(ClaimDeskTest, ClosingAnswersEveryoneAndTakesNoMore) {
  AddIdle(kRoads);
  Add(kTaxes, absl::Minutes(1));
  EXPECT_THAT(desk_.Close(), SizeIs(2));
  Callback<std::vector<GrantedLease>> done = [](absl::StatusOr<std::vector<GrantedLease>>) {};
  EXPECT_EQ(desk_.Add({}, {kRoads}, now_, done).verdict, ClaimDesk::Added::Verdict::kClosed);
}

TEST_F(ClaimDeskTest, RefusesMoreThanMayWait) {
  for (int i = 0; i < 100; ++i) Add(kRoads, absl::Minutes(1));
  Callback<std::vector<GrantedLease>> done = [](absl::StatusOr<std::vector<GrantedLease>>) {};
  EXPECT_EQ(desk_.Add({}, {kRoads}, now_, done).verdict, ClaimDesk::Added::Verdict::kFull);
  EXPECT_TRUE(done != nullptr);
}

TEST_F(ClaimDeskTest, RemembersWhichQueuesHaveFreshWork) {
  Announce(kRoads, kEnglish, 1);
  Announce(kRoads, kEnglish, 2);
  EXPECT_THAT(desk_.TakeFreshQueues(), ElementsAre(kRoads));
  EXPECT_THAT(desk_.TakeFreshQueues(), IsEmpty());
}

}  // namespace
}  // namespace switchboard::queue
