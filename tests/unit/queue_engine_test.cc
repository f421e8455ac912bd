// The engine over the in-memory store, with a clock that only the test moves.
#include "services/queue/queue_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/errors.h"
#include "common/time/business_calendar.h"
#include "services/queue/in_memory_queue_store.h"
#include "tests/support/engine_client.h"
#include "tests/support/fake_clock.h"

namespace switchboard::queue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class QueueEngineTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(client_.Start({"roads", "taxes"}).ok()); }

  void Advance(absl::Duration step) {
    clock_.Advance(step);
    client_.engine().ClockMoved();
  }
  GrantedLease SubmitAndClaim(Submission submission) {
    const std::string queue = submission.queue;
    EXPECT_TRUE(client_.Submit(std::move(submission)).ok());
    return ClaimOne(queue);
  }
  GrantedLease ClaimOne(const std::string& queue) {
    auto leases = client_.ClaimNow(queue);
    EXPECT_TRUE(leases.ok()) << leases.status();
    EXPECT_THAT(*leases, SizeIs(1));
    return leases->empty() ? GrantedLease() : std::move(leases->front());
  }
  InquiryState StateOf(int64_t id) { return client_.engine().Get(id)->state; }
  std::vector<EventKind> HistoryOf(int64_t id) {
    std::vector<EventKind> kinds;
    const auto history = client_.engine().History(id);
    for (const StoredEvent& event : *history) kinds.push_back(event.kind);
    return kinds;
  }
  // Submitted one after the other, and claimed at once.
  std::vector<int64_t> SubmitAndClaimAll(int count, EngineClient& client) {
    std::vector<int64_t> ids;
    for (int i = 0; i < count; ++i) ids.push_back(client.Submit(PlainSubmission("roads"))->id);
    EXPECT_THAT(*client.ClaimNow("roads", count), SizeIs(count));
    return ids;
  }
  // What a claim is handed, one after the other, when the leases that end now have come back.
  std::vector<int64_t> HandedOutAgain(size_t count) {
    std::vector<int64_t> ids;
    while (ids.size() < count) {
      const auto leases = client_.Claim(client_.Waits("roads", absl::Hours(1)));
      if (!leases.ok() || leases->empty()) break;
      ids.push_back(leases->front().inquiry.content.id);
    }
    return ids;
  }
  // A claim that waits, and that the engine knows to find nothing.
  EngineClient::Waiting WaitIdle(const std::string& queue, int max = 1) {
    EngineClient::Waiting waiting = client_.ClaimLater(client_.Waits(queue, absl::Minutes(1), max));
    EXPECT_THAT(*client_.ClaimNow(queue), IsEmpty());
    return waiting;
  }

  FakeClock clock_;
  InMemoryQueueStore store_;
  EngineClient client_{store_, clock_};
};

TEST_F(QueueEngineTest, LifeOfAnInquiry) {
  const auto accepted = client_.Submit(PlainSubmission("roads", "a hole"));
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(accepted->create_time, clock_.Now());
  EXPECT_EQ(accepted->first_response_due, clock_.Now() + absl::Hours(24));
  const GrantedLease lease = ClaimOne("roads");
  EXPECT_EQ(lease.queue, "roads");
  EXPECT_EQ(lease.inquiry.content.id, accepted->id);
  EXPECT_EQ(lease.inquiry.content.text, "a hole");
  EXPECT_EQ(lease.inquiry.attempts, 1);
  EXPECT_EQ(lease.inquiry.lease_until, clock_.Now() + absl::Minutes(15));
  const auto settled = client_.Complete(lease.token);
  ASSERT_TRUE(settled.ok()) << settled.status();
  EXPECT_EQ(settled->id, accepted->id);
  EXPECT_EQ(StateOf(accepted->id), InquiryState::kCompleted);
  EXPECT_THAT(HistoryOf(accepted->id), ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kCompleted));
}

// An hour a day, in which no target of more than that ends on the same day.
std::shared_ptr<const BusinessCalendar> AnHourADay() {
  WeeklyHours week;
  for (auto& day : week) day = {{absl::Hours(9), absl::Hours(10)}};
  return std::make_shared<const BusinessCalendar>("rare", absl::UTCTimeZone(), week, std::vector<absl::CivilDay>());
}

TEST_F(QueueEngineTest, TargetsCountInTheCalendarOfTheQueue) {
  QueueSettings roads = PlainQueue("roads");
  roads.calendar = AnHourADay();
  roads.resolution_normal = absl::Hours(5);
  ASSERT_TRUE(client_.engine().Configure({roads}).ok());
  const absl::Time begin = clock_.Now();
  for (const Priority priority : {Priority::kHigh, Priority::kNormal, Priority::kHigh}) {
    Submission submission = PlainSubmission("roads");
    submission.priority = priority;
    const auto accepted = client_.Submit(std::move(submission));
    ASSERT_TRUE(accepted.ok()) << accepted.status();
    EXPECT_EQ(accepted->first_response_due, roads.calendar->Add(begin, roads.TargetFor(priority)));
    EXPECT_GT(accepted->first_response_due, begin + roads.TargetFor(priority));
  }
  // Two days later nothing is late: of the HIGH ones in the second open hour, of the NORMAL one in the fifth.
  Advance(absl::Hours(24));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client_.Complete(ClaimOne("roads").token).ok());
  const std::string text = client_.registry().Scrape();
  EXPECT_THAT(text, HasSubstr("kind=\"first_response\",queue=\"roads\",result=\"met\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("kind=\"resolution\",queue=\"roads\",result=\"met\"} 1\n"));
}

TEST_F(QueueEngineTest, ResolutionIsLateAfterItsTarget) {
  QueueSettings roads = PlainQueue("roads");
  roads.resolution_normal = absl::Hours(5);
  ASSERT_TRUE(client_.engine().Configure({roads}).ok());
  ASSERT_TRUE(client_.Submit(PlainSubmission("roads")).ok());
  Advance(absl::Hours(5) + absl::Milliseconds(1));
  ASSERT_TRUE(client_.Complete(ClaimOne("roads").token).ok());
  EXPECT_THAT(client_.registry().Scrape(), HasSubstr("kind=\"resolution\",queue=\"roads\",result=\"missed\"} 1\n"));
}

ReplyRequest ReplyUnder(const GrantedLease& lease) {
  ReplyRequest reply{.lease_token = lease.token, .request_id = RandomUuid()};
  reply.message = {.author = 2, .visibility = 2, .text = "A crew comes on Monday."};
  return reply;
}

TEST_F(QueueEngineTest, AReplyThatKeepsItOpenIsTheFirstResponse) {
  const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
  Advance(absl::Minutes(5));
  EXPECT_TRUE(client_.engine().Reply(ReplyUnder(lease))->first_response);
  EXPECT_THAT(client_.registry().Scrape(),
              HasSubstr("switchboard_first_response_seconds_sum{channel=\"EMAIL\",queue=\"roads\"} 300\n"));
  Advance(absl::Minutes(5));
  EXPECT_FALSE(client_.engine().Reply(ReplyUnder(lease))->first_response);
  EXPECT_FALSE(client_.Complete(lease.token)->first_response);
  const std::string text = client_.registry().Scrape();
  EXPECT_THAT(text, HasSubstr("switchboard_first_response_seconds_count{channel=\"EMAIL\",queue=\"roads\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("kind=\"first_response\",queue=\"roads\",result=\"met\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("switchboard_resolution_seconds_sum{channel=\"EMAIL\",queue=\"roads\"} 600\n"));
}

TEST_F(QueueEngineTest, ADraftThatIsLetOutIsTheFirstResponse) {
  for (const bool answered : {false, true}) {
    const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
    if (answered) {
      ASSERT_TRUE(client_.engine().Reply(ReplyUnder(lease)).ok());
    }
    DraftRequest draft{.lease_token = lease.token, .request_id = RandomUuid(), .wait = absl::Hours(1)};
    draft.message = {.author = 2, .visibility = 2, .text = "We guarantee it."};
    const auto kept = client_.engine().KeepDraft(draft);
    ASSERT_TRUE(kept.ok()) << kept.status();
    const auto decided = client_.engine().DecideDraft({.key = kept->key, .send = true, .decided_by = "chief"});
    ASSERT_TRUE(decided.ok()) << decided.status();
    EXPECT_EQ(decided->first_response, !answered);
  }
  EXPECT_THAT(client_.registry().Scrape(),
              HasSubstr("switchboard_first_response_seconds_count{channel=\"EMAIL\",queue=\"roads\"} 2\n"));
}

TEST_F(QueueEngineTest, RepeatedSubmitIsTheSameInquiry) {
  Submission submission = PlainSubmission("roads");
  submission.request_id = RandomUuid();
  submission.content_hash = 1;
  const auto first = client_.Submit(submission);
  const auto again = client_.Submit(submission);
  EXPECT_EQ(again->id, first->id);
  EXPECT_TRUE(again->duplicate);
  submission.content_hash = 2;
  const absl::Status reused = client_.Submit(submission).status();
  EXPECT_TRUE(absl::IsAlreadyExists(reused));
  EXPECT_TRUE(HasReason(reused, reason::kRequestIdReused));
  EXPECT_THAT(*client_.ClaimNow("roads", 10), SizeIs(1));
}

TEST_F(QueueEngineTest, UnknownQueuesAreNotFound) {
  EXPECT_TRUE(absl::IsNotFound(client_.Submit(PlainSubmission("nowhere")).status()));
  EXPECT_TRUE(absl::IsNotFound(client_.ClaimNow("nowhere").status()));
  Submission overflowing = PlainSubmission("roads");
  overflowing.overflow_after = absl::Hours(1);
  overflowing.overflow_queue = "nowhere";
  EXPECT_TRUE(absl::IsNotFound(client_.Submit(std::move(overflowing)).status()));
}

TEST_F(QueueEngineTest, ManyAtOnceAreAnsweredEachByItself) {
  std::vector<Pending<Accepted>> answers(3);
  std::vector<PendingSubmission> submissions;
  submissions.push_back({PlainSubmission("roads"), answers[0].Answer()});
  submissions.push_back({PlainSubmission("nowhere"), answers[1].Answer()});
  submissions.push_back({PlainSubmission("taxes"), answers[2].Answer()});
  client_.engine().SubmitAll(std::move(submissions));
  EXPECT_TRUE(answers[0].Get().ok());
  EXPECT_TRUE(absl::IsNotFound(answers[1].Get().status()));
  EXPECT_TRUE(answers[2].Get().ok());
}

TEST_F(QueueEngineTest, AWaitingWorkerIsHandedTheInquiryInItsOwnCommit) {
  EngineClient::Waiting waiting = WaitIdle("roads");
  const auto accepted = client_.Submit(PlainSubmission("roads"));
  const auto leases = waiting.pending.Get();
  ASSERT_TRUE(leases.ok());
  ASSERT_THAT(*leases, SizeIs(1));
  EXPECT_EQ(leases->front().inquiry.content.id, accepted->id);
  EXPECT_EQ(leases->front().inquiry.content.text, "there is a hole in the road");
  EXPECT_TRUE(client_.Complete(leases->front().token).ok());
  EXPECT_THAT(HistoryOf(accepted->id), ElementsAre(EventKind::kReceived, EventKind::kClaimed, EventKind::kCompleted));
}

TEST_F(QueueEngineTest, AWaitingWorkerIsHandedNoMoreThanItMayHold) {
  ClaimRequest request = client_.Waits("roads", absl::Minutes(1), 3);
  request.capacity = 2;
  EngineClient::Waiting waiting = client_.ClaimLater(request);
  EXPECT_THAT(*client_.ClaimNow("roads"), IsEmpty());
  ASSERT_TRUE(client_.Submit(PlainSubmission("roads")).ok());
  EXPECT_THAT(*waiting.pending.Get(), SizeIs(1));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(client_.Submit(PlainSubmission("roads")).ok());
  EXPECT_THAT(*client_.Claim(request), SizeIs(1));
  EXPECT_THAT(*client_.Claim(request), IsEmpty()) << "it is not to wait for what it may not have";
  EXPECT_THAT(*client_.ClaimNow("roads", 3), SizeIs(1)) << "others may";
}

TEST_F(QueueEngineTest, AWaitingWorkerIsWokenByWhatComesBack) {
  const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
  EngineClient::Waiting waiting = WaitIdle("taxes");
  ASSERT_TRUE(client_
                  .Settle({.lease_token = lease.token,
                           .kind = EventKind::kTransferred,
                           .queue = "taxes",
                           .reason = "a matter of taxes"})
                  .ok());
  const auto leases = waiting.pending.Get();
  ASSERT_THAT(*leases, SizeIs(1));
  EXPECT_EQ(leases->front().inquiry.attempts, 1);
}

TEST_F(QueueEngineTest, AClaimThatFindsNothingIsAnsweredEmptyInTime) {
  EngineClient::Waiting waiting = WaitIdle("roads");
  EXPECT_FALSE(waiting.pending.Arrived());
  Advance(absl::Minutes(1));
  const auto leases = waiting.pending.Get();
  ASSERT_TRUE(leases.ok());
  EXPECT_THAT(*leases, IsEmpty());
}

TEST_F(QueueEngineTest, ACancelledClaimTakesNothing) {
  EngineClient::Waiting waiting = WaitIdle("roads");
  client_.engine().CancelClaim(waiting.claim);
  EXPECT_TRUE(absl::IsCancelled(waiting.pending.Get().status()));
  const auto accepted = client_.Submit(PlainSubmission("roads"));
  EXPECT_EQ(StateOf(accepted->id), InquiryState::kReady);
}

TEST_F(QueueEngineTest, TheHeadThatIsDueFirstIsServedFirst) {
  Submission low = PlainSubmission("roads", "low");
  low.priority = Priority::kLow;
  ASSERT_TRUE(client_.Submit(std::move(low)).ok());
  Advance(absl::Seconds(1));
  ASSERT_TRUE(client_.Submit(PlainSubmission("roads", "normal")).ok());
  Advance(absl::Seconds(1));
  Submission urgent = PlainSubmission("roads", "urgent");
  urgent.priority = Priority::kUrgent;
  ASSERT_TRUE(client_.Submit(std::move(urgent)).ok());
  const GrantedLease first = ClaimOne("roads");
  EXPECT_EQ(first.inquiry.content.text, "urgent");
  ASSERT_TRUE(client_.Complete(first.token).ok());
  Advance(absl::Hours(60));
  ASSERT_TRUE(client_.Submit(PlainSubmission("roads", "normal, later")).ok());
  EXPECT_EQ(ClaimOne("roads").inquiry.content.text, "normal");
  EXPECT_EQ(ClaimOne("roads").inquiry.content.text, "low") << "nothing starves";
}

TEST_F(QueueEngineTest, WhatAFloodSendsDoesNotHoldUpTheOthers) {
  std::vector<Pending<Accepted>> flood;
  for (int i = 0; i < 200; ++i) {
    Submission submission = PlainSubmission("roads", "flood");
    submission.caller = "flood";
    flood.push_back(client_.SubmitLater(std::move(submission)));
  }
  for (Pending<Accepted>& answer : flood) ASSERT_TRUE(answer.Get().ok());
  Advance(absl::Seconds(1));
  Submission quiet = PlainSubmission("roads", "quiet");
  quiet.caller = "quiet";
  ASSERT_TRUE(client_.Submit(std::move(quiet)).ok());
  int before = 0;
  while (ClaimOne("roads").inquiry.content.text != "quiet") ++before;
  EXPECT_LT(before, 40) << "only what the flood sent before it was known as one";
}

TEST_F(QueueEngineTest, AnExpiredLeaseIsLostAndTheInquiryHandedOutAgain) {
  const GrantedLease lost = SubmitAndClaim(PlainSubmission("roads"));
  EngineClient::Waiting waiting = WaitIdle("roads");
  client_.engine().CancelClaim(waiting.claim);
  Advance(absl::Minutes(15));
  EngineClient::Waiting next = client_.ClaimLater(client_.Waits("roads", absl::Minutes(1)));
  const auto leases = next.pending.Get();
  ASSERT_THAT(*leases, SizeIs(1));
  EXPECT_EQ(leases->front().inquiry.content.id, lost.inquiry.content.id);
  EXPECT_EQ(leases->front().inquiry.attempts, 2);
  const absl::Status stale = client_.Complete(lost.token).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(stale));
  EXPECT_TRUE(HasReason(stale, reason::kLeaseLost));
  EXPECT_TRUE(client_.Complete(leases->front().token).ok());
}

TEST_F(QueueEngineTest, LeasesThatEndTogetherComeBackOldestFirst) {
  const std::vector<int64_t> ids = SubmitAndClaimAll(20, client_);
  Advance(absl::Minutes(15));
  EXPECT_EQ(HandedOutAgain(ids.size()), ids);
}

TEST_F(QueueEngineTest, AnExtendedLeaseIsKept) {
  const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
  Advance(absl::Minutes(14));
  const auto until = client_.Extend(lease.token);
  ASSERT_TRUE(until.ok()) << until.status();
  EXPECT_EQ(*until, clock_.Now() + absl::Minutes(15));
  Advance(absl::Minutes(14));
  EXPECT_THAT(*client_.ClaimNow("roads"), IsEmpty());
  EXPECT_TRUE(client_.Complete(lease.token).ok());
}

TEST_F(QueueEngineTest, TooManyAttemptsEndInOneDeadLetterThatCanBeRedriven) {
  const int64_t id = client_.Submit(PlainSubmission("roads"))->id;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    const GrantedLease lease = ClaimOne("roads");
    EXPECT_EQ(lease.inquiry.attempts, attempt);
    const auto settled = client_.Settle(
        {.lease_token = lease.token, .kind = EventKind::kReleased, .delay = absl::ZeroDuration(), .reason = "no"});
    EXPECT_EQ(settled->state, attempt < 3 ? InquiryState::kReady : InquiryState::kDeadLettered);
  }
  const auto dead = client_.engine().ListDeadLetters(std::nullopt, 0, 10);
  ASSERT_THAT(*dead, SizeIs(1));
  EXPECT_EQ(dead->front().reason, "released 3 times");
  const DeadLetterSelection all{.queue = *client_.engine().NumberOf("roads")};
  const auto preview = client_.engine().Redrive(all, std::nullopt, 10, /*dry_run=*/true);
  EXPECT_THAT(preview->ids, ElementsAre(id));
  EXPECT_EQ(StateOf(id), InquiryState::kDeadLettered);
  const auto redriven = client_.engine().Redrive(all, std::nullopt, 10, /*dry_run=*/false);
  EXPECT_THAT(redriven->ids, ElementsAre(id));
  EXPECT_EQ(redriven->remaining, 0);
  EXPECT_EQ(ClaimOne("roads").inquiry.attempts, 1);
}

TEST_F(QueueEngineTest, AReleasedInquiryRestsAndReturnsOnTime) {
  const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
  const auto settled = client_.Settle({.lease_token = lease.token, .kind = EventKind::kReleased});
  ASSERT_TRUE(settled.ok());
  EXPECT_EQ(settled->state, InquiryState::kDelayed);
  EXPECT_GE(settled->ready_time, clock_.Now() + absl::Seconds(24));
  EXPECT_LE(settled->ready_time, clock_.Now() + absl::Seconds(36));
  EXPECT_THAT(*client_.ClaimNow("roads"), IsEmpty());
  EngineClient::Waiting waiting = client_.ClaimLater(client_.Waits("roads", absl::Minutes(2)));
  Advance(settled->ready_time - clock_.Now() - absl::Milliseconds(1));
  EXPECT_THAT(*client_.ClaimNow("roads"), IsEmpty());
  Advance(absl::Milliseconds(1));
  EXPECT_THAT(*waiting.pending.Get(), SizeIs(1));
}

TEST_F(QueueEngineTest, DeferringDoesNotCountAsAnAttempt) {
  const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
  ASSERT_TRUE(
      client_.Settle({.lease_token = lease.token, .kind = EventKind::kDeferred, .until = clock_.Now() + absl::Hours(1)})
          .ok());
  EngineClient::Waiting waiting = client_.ClaimLater(client_.Waits("roads", absl::Hours(2)));
  Advance(absl::Hours(1));
  EXPECT_EQ(waiting.pending.Get()->front().inquiry.attempts, 1);
}

TEST_F(QueueEngineTest, ReclassifyingWithinTheQueueKeepsTheLease) {
  const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
  const auto settled =
      client_.Settle({.lease_token = lease.token, .kind = EventKind::kReclassified, .queue = "roads", .topic = "snow"});
  ASSERT_TRUE(settled.ok()) << settled.status();
  EXPECT_TRUE(settled->lease_kept);
  EXPECT_EQ(settled->queue, "roads");
  EXPECT_EQ(client_.engine().Get(settled->id)->topic, "snow");
  EXPECT_TRUE(client_.Complete(lease.token).ok());
}

TEST_F(QueueEngineTest, RepeatingACompletionIsFine) {
  const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
  EXPECT_FALSE(client_.Complete(lease.token)->repeated);
  EXPECT_TRUE(client_.Complete(lease.token)->repeated);
  EXPECT_THAT(client_.registry().Scrape(), HasSubstr("disposition=\"ANSWERED\",queue=\"roads\"} 1"));
}

TEST_F(QueueEngineTest, WhatTheCitizenAddsMeanwhileReopensIt) {
  const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
  ASSERT_TRUE(client_.engine().Append(lease.inquiry.content.id, {.author = 1, .text = "and another"}, {}, 1).ok());
  EXPECT_TRUE(client_.Complete(lease.token)->reopened);
  const GrantedLease again = ClaimOne("roads");
  ASSERT_THAT(again.messages, SizeIs(1));
  EXPECT_EQ(again.messages[0].text, "and another");
  EXPECT_FALSE(client_.Complete(again.token)->reopened);
}

TEST_F(QueueEngineTest, WritingAgainAfterItWasClosedWakesAWorker) {
  const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
  ASSERT_TRUE(client_.Complete(lease.token).ok());
  EngineClient::Waiting waiting = WaitIdle("roads");
  ASSERT_TRUE(client_.engine().Append(lease.inquiry.content.id, {.author = 1, .text = "still there"}, {}, 1).ok());
  EXPECT_THAT(waiting.pending.Get()->front().messages, SizeIs(1));
}

TEST_F(QueueEngineTest, AWithdrawnInquiryIsNotHandedOut) {
  const int64_t id = client_.Submit(PlainSubmission("roads"))->id;
  EXPECT_EQ(*client_.engine().Withdraw(id, "solved"), WithdrawOutcome::kWithdrawn);
  EXPECT_THAT(*client_.ClaimNow("roads"), IsEmpty());
  EXPECT_THAT(client_.registry().Scrape(), HasSubstr("disposition=\"WITHDRAWN\",queue=\"roads\"} 1"));
}

TEST_F(QueueEngineTest, APausedQueueKeepsItsWorkUntilItIsResumed) {
  const int64_t id = client_.Submit(PlainSubmission("roads"))->id;
  EngineClient::Waiting both =
      client_.ClaimLater({.queues = {"roads", "taxes"}, .worker = "anna", .wait_until = absl::InfinitePast()});
  EXPECT_TRUE(client_
                  .Settle({.lease_token = both.pending.Get()->front().token,
                           .kind = EventKind::kReleased,
                           .delay = absl::ZeroDuration()})
                  .ok());
  ASSERT_TRUE(client_.engine().SetPaused("roads", true, "fire drill").ok());
  const absl::Status paused = client_.ClaimNow("roads").status();
  EXPECT_TRUE(HasReason(paused, reason::kQueuePaused));
  EXPECT_THAT(std::string(paused.message()), HasSubstr("fire drill"));
  EngineClient::Waiting waiting = client_.ClaimLater(
      {.queues = {"roads", "taxes"}, .worker = "anna", .wait_until = clock_.Now() + absl::Minutes(1)});
  EXPECT_TRUE(client_.Submit(PlainSubmission("roads")).ok()) << "submits are accepted all the same";
  EXPECT_FALSE(waiting.pending.Arrived());
  ASSERT_TRUE(client_.engine().SetPaused("roads", false, "").ok());
  EXPECT_EQ(waiting.pending.Get()->front().inquiry.content.id, id);
}

TEST_F(QueueEngineTest, OverflowsToAnotherQueueInTime) {
  Submission submission = PlainSubmission("roads");
  submission.overflow_after = absl::Hours(4);
  submission.overflow_queue = "taxes";
  ASSERT_TRUE(client_.Submit(std::move(submission)).ok());
  EngineClient::Waiting waiting = client_.ClaimLater(client_.Waits("taxes", absl::Hours(5)));
  Advance(absl::Hours(4));
  EXPECT_THAT(*waiting.pending.Get(), SizeIs(1));
}

TEST_F(QueueEngineTest, FiguresCountWhatIsWhere) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client_.Submit(PlainSubmission("roads")).ok());
  ASSERT_TRUE(client_.Complete(ClaimOne("roads").token).ok());
  ClaimOne("roads");
  const auto figures = client_.engine().Figures(absl::ZeroDuration());
  ASSERT_TRUE(figures.ok());
  ASSERT_THAT(figures->queues, SizeIs(2));
  const QueueFigures& roads = figures->queues[0];
  EXPECT_EQ(roads.record.name, "roads");
  EXPECT_EQ(roads.lanes[0].ready, 1);
  EXPECT_EQ(roads.lanes[0].leased, 1);
  EXPECT_EQ(roads.received_total, 3);
  EXPECT_EQ(roads.completed_total, 1);
}

TEST_F(QueueEngineTest, ATokenThatIsNoneIsAnInvalidArgument) {
  EXPECT_TRUE(absl::IsInvalidArgument(client_.Complete("what").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(client_.Extend("").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(client_.engine().DecodeToken("x").status()));
}

TEST_F(QueueEngineTest, StopsGrantingAndFinishesTheRest) {
  const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
  EngineClient::Waiting waiting = WaitIdle("roads");
  client_.engine().StopGranting();
  EXPECT_THAT(*waiting.pending.Get(), IsEmpty());
  EXPECT_THAT(*client_.ClaimNow("roads"), IsEmpty());
  EXPECT_TRUE(client_.Complete(lease.token).ok());
  EXPECT_TRUE(client_.Submit(PlainSubmission("roads")).ok());
  client_.engine().Shutdown();
  EXPECT_TRUE(HasReason(client_.Submit(PlainSubmission("roads")).status(), reason::kShuttingDown));
  EXPECT_TRUE(HasReason(client_.Complete(lease.token).status(), reason::kShuttingDown));
  EXPECT_TRUE(HasReason(client_.ClaimNow("roads").status(), reason::kShuttingDown));
}

// A citizen who writes again: the worker who answered is asked first, if it takes work.
class SameWorkerTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(client_.Start({"roads"}).ok()); }

  // An inquiry that anna closed and the citizen reopened.
  int64_t Reopened() {
    EXPECT_TRUE(client_.Submit(PlainSubmission("roads")).ok());
    const auto leases = client_.ClaimNow("roads");
    EXPECT_THAT(*leases, SizeIs(1));
    EXPECT_TRUE(client_.Complete(leases->at(0).token).ok());
    const int64_t id = leases->at(0).inquiry.content.id;
    EXPECT_TRUE(client_.engine().Append(id, {.author = 1, .text = "and now?"}, {}, 1).ok());
    return id;
  }
  std::vector<GrantedLease> KeptFor(const std::string& worker) {
    const auto leases = client_.engine().ClaimKept({.queues = {"roads"}, .worker = worker});
    EXPECT_TRUE(leases.ok()) << leases.status();
    return leases.value_or(std::vector<GrantedLease>());
  }

  FakeClock clock_;
  InMemoryQueueStore store_;
  std::string takes_work_ = "anna";
  EngineClient client_{
      store_, clock_, {.takes_work = [this](std::string_view worker) { return worker == takes_work_; }}};
};

TEST_F(SameWorkerTest, IsHandedWhatTheCitizenWroteNext) {
  const int64_t id = Reopened();
  EXPECT_THAT(*client_.ClaimNow("roads"), IsEmpty());
  EXPECT_THAT(KeptFor("ben"), IsEmpty());
  const auto leases = KeptFor("anna");
  ASSERT_THAT(leases, SizeIs(1));
  EXPECT_EQ(leases[0].inquiry.content.id, id);
  ASSERT_THAT(leases[0].messages, SizeIs(1));
  EXPECT_EQ(leases[0].messages[0].text, "and now?");
  EXPECT_TRUE(client_.Complete(leases[0].token).ok());
}

TEST_F(SameWorkerTest, EverybodyIsAfterAWhile) {
  Reopened();
  clock_.Advance(absl::Minutes(1));
  client_.engine().ClockMoved();
  EXPECT_THAT(*client_.Claim(client_.Waits("roads", absl::Minutes(1))), SizeIs(1));
  EXPECT_THAT(KeptFor("anna"), IsEmpty());
}

TEST_F(SameWorkerTest, EverybodyIsAtOnceWhereTheWorkerTakesNoWork) {
  takes_work_ = "";
  Reopened();
  EXPECT_THAT(*client_.ClaimNow("roads"), SizeIs(1));
}

TEST_F(SameWorkerTest, IsAlsoWhoClosedItWhileTheCitizenWrote) {
  EXPECT_TRUE(client_.Submit(PlainSubmission("roads")).ok());
  const auto leases = client_.ClaimNow("roads");
  ASSERT_THAT(*leases, SizeIs(1));
  ASSERT_TRUE(client_.engine().Append(leases->at(0).inquiry.content.id, {.author = 1, .text = "wait"}, {}, 1).ok());
  EXPECT_TRUE(client_.Complete(leases->at(0).token)->reopened);
  EXPECT_THAT(KeptFor("anna"), SizeIs(1));
}

// Another process on the same store: its own node, its own engine.
class TwoProcessesTest : public QueueEngineTest {
 protected:
  void SetUp() override {
    QueueEngineTest::SetUp();
    ASSERT_TRUE(other_.Start({"roads", "taxes"}).ok());
  }

  EngineClient other_{store_, clock_, {}, /*node=*/2};
};

TEST_F(TwoProcessesTest, AHintBringsWorkAcross) {
  EngineClient::Waiting waiting = WaitIdle("roads");
  const auto accepted = other_.Submit(PlainSubmission("roads"));
  const std::vector<QueueNumber> fresh = other_.engine().TakeFreshQueues();
  ASSERT_THAT(fresh, SizeIs(1));
  client_.engine().Hint(fresh);  // the clock stands still, so no poll helps
  EXPECT_EQ(waiting.pending.Get()->front().inquiry.content.id, accepted->id);
}

TEST_F(TwoProcessesTest, WithoutAHintThePollFindsIt) {
  EngineClient::Waiting waiting = WaitIdle("roads");
  ASSERT_TRUE(other_.Submit(PlainSubmission("roads")).ok());
  Advance(absl::Milliseconds(200));
  Advance(absl::Milliseconds(200));
  EXPECT_THAT(*waiting.pending.Get(), SizeIs(1));
}

TEST_F(TwoProcessesTest, ALeaseOfADeadProcessIsTakenBackByTheOther) {
  ASSERT_TRUE(other_.Submit(PlainSubmission("roads")).ok());
  const auto lease = other_.ClaimNow("roads");
  ASSERT_THAT(*lease, SizeIs(1));
  other_.engine().Shutdown();
  EngineClient::Waiting waiting = client_.ClaimLater(client_.Waits("roads", absl::Hours(1)));
  Advance(absl::Minutes(15));
  Advance(absl::Seconds(1));
  EXPECT_EQ(waiting.pending.Get()->front().inquiry.attempts, 2);
}

TEST_F(TwoProcessesTest, LeasesOfADeadProcessComeBackOldestFirst) {
  const std::vector<int64_t> ids = SubmitAndClaimAll(20, other_);
  other_.engine().Shutdown();
  Advance(absl::Minutes(15));
  Advance(absl::Seconds(1));
  EXPECT_EQ(HandedOutAgain(ids.size()), ids);
}

TEST_F(TwoProcessesTest, ATokenIsGoodInEveryProcess) {
  const GrantedLease lease = SubmitAndClaim(PlainSubmission("roads"));
  EXPECT_TRUE(other_.Complete(lease.token).ok());
  EXPECT_TRUE(client_.Complete(lease.token)->repeated);
}

}  // namespace
}  // namespace switchboard::queue
