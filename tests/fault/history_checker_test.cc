// Checks the checker: a good history is good, and each broken promise is found and called by its name.
#include "tests/fault/history_checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

namespace switchboard::fault {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

const absl::Time kStart = absl::FromUnixSeconds(1767225600);

absl::Time At(double seconds) { return kStart + absl::Seconds(seconds); }

// An inquiry that was taken in, leased at 1 s for 2 s, and completed at 2 s; and its record.
struct World {
  History history;
  FinalState state;

  World() {
    history.submits = {{"r1", "pothole", Outcome::kOk, "inquiries/1", At(0)}};
    history.deliveries = {{"inquiries/1", "r1", "pothole", "t1", "queues/roads", 1, At(1), At(3), 10, 11}};
    history.lease_calls = {Call("t1", Action::kComplete, Outcome::kOk, 2)};
    state.inquiries = {
        {"inquiries/1",
         "r1",
         "pothole",
         v1::Inquiry::COMPLETED,
         1,
         {{v1::Event::RECEIVED, At(0), 0}, {v1::Event::CLAIMED, At(1), 1}, {v1::Event::COMPLETED, At(2), 1}}}};
  }

  static LeaseCall Call(std::string token, Action action, Outcome outcome, double start) {
    return {std::move(token), action, outcome, At(start), At(start + 0.01), absl::InfinitePast(), ""};
  }

  FinalInquiry& inquiry() { return state.inquiries.front(); }

  // Has the lease t1 run out, and a second one completed instead.
  void RunOutAndDeliverAgain() {
    history.deliveries.push_back({"inquiries/1", "r1", "pothole", "t2", "queues/roads", 2, At(4), At(6), 20, 21});
    history.lease_calls = {Call("t2", Action::kComplete, Outcome::kOk, 5)};
    inquiry().attempts = 2;
    inquiry().events = {{v1::Event::RECEIVED, At(0), 0},
                        {v1::Event::CLAIMED, At(1), 1},
                        {v1::Event::EXPIRED, At(3.2), 1, true, "", 11},
                        {v1::Event::RESUMED, At(3.9), 1},
                        {v1::Event::CLAIMED, At(4), 2},
                        {v1::Event::COMPLETED, At(5), 2}};
  }

  // Has the lease t1 end by `action` and a second one completed.
  void EndFirstLeaseBy(Action action, v1::Event::Kind kind) {
    RunOutAndDeliverAgain();
    history.lease_calls.push_back(Call("t1", action, Outcome::kOk, 2));
    history.lease_calls.back().until = At(3.5);
    history.lease_calls.back().queue = "queues/water";
    inquiry().events[2] = {kind, At(2), 1, kind != v1::Event::TRANSFERRED};
    if (kind == v1::Event::TRANSFERRED) inquiry().events.erase(inquiry().events.begin() + 3);
  }

  void GiveUp() {
    history.lease_calls.clear();
    inquiry().state = v1::Inquiry::DEAD_LETTERED;
    inquiry().events = {{v1::Event::RECEIVED, At(0), 0}};
    for (int attempt = 1; attempt <= 3; ++attempt) {
      inquiry().events.push_back({v1::Event::CLAIMED, At(attempt), attempt});
      inquiry().events.push_back({v1::Event::RELEASED, At(attempt + 0.5), attempt, false});
    }
    inquiry().events.back().kind = v1::Event::DEAD_LETTERED;
    history.deliveries.clear();
    state.dead_letters = {"inquiries/1"};
  }

  std::set<std::string> Broken() const {
    std::set<std::string> broken;
    for (const Violation& violation : CheckHistory(history, state, {.max_attempts = 3}))
      broken.insert(violation.invariant);
    return broken;
  }

  std::string Described() const { return Describe(CheckHistory(history, state, {.max_attempts = 3})); }
};

TEST(HistoryChecker, FindsNothingInGoodHistories) {
  const struct {
    const char* name;
    std::function<void(World&)> arrange;
  } cases[] = {
      {"completed", [](World&) {}},
      {"submitted twice", [](World& w) { w.history.submits.push_back(w.history.submits.front()); }},
      {"unknown, then acknowledged",
       [](World& w) {
         w.history.submits.insert(w.history.submits.begin(), {"r1", "pothole", Outcome::kUnknown, "", At(0)});
       }},
      {"unknown and never stored",
       [](World& w) {
         w.history.submits.push_back({"r2", "noise", Outcome::kUnknown, "", At(0)});
       }},
      {"completion repeated",
       [](World& w) { w.history.lease_calls.push_back(World::Call("t1", Action::kComplete, Outcome::kOk, 9)); }},
      {"completion of unknown outcome", [](World& w) { w.history.lease_calls.front().outcome = Outcome::kUnknown; }},
      {"lease ran out", [](World& w) { w.RunOutAndDeliverAgain(); }},
      {"stale completion refused",
       [](World& w) {
         w.RunOutAndDeliverAgain();
         w.history.lease_calls.push_back(World::Call("t1", Action::kComplete, Outcome::kFailed, 4.5));
       }},
      {"released", [](World& w) { w.EndFirstLeaseBy(Action::kRelease, v1::Event::RELEASED); }},
      {"deferred",
       [](World& w) {
         w.EndFirstLeaseBy(Action::kDefer, v1::Event::DEFERRED);
         w.inquiry().events[3].attempts = 0;
         w.inquiry().events[4].attempts = 1;
         w.inquiry().events[5].attempts = 1;
       }},
      {"given up", [](World& w) { w.GiveUp(); }},
      {"a claim that the database forgot",
       [](World& w) {
         w.history.deliveries.insert(w.history.deliveries.begin(), {"inquiries/1", "r1", "pothole", "t0",
                                                                    "queues/roads", 1, At(0.5), At(2.5), 10, 5});
         w.history.database_crashes = {At(0.9)};
       }},
      {"a lease taken back late, in an outage",
       [](World& w) {
         w.RunOutAndDeliverAgain();
         for (int i = 2; i < 6; ++i) w.inquiry().events[i].time += absl::Seconds(20);
         w.history.deliveries[1].granted += absl::Seconds(20);
         w.history.deliveries[1].expires += absl::Seconds(20);
         w.history.lease_calls[0].start += absl::Seconds(20);
         w.history.outages = {{At(2), At(22)}};
       }},
  };
  for (const auto& test : cases) {
    World world;
    test.arrange(world);
    EXPECT_EQ(world.Described(), "") << test.name;
  }
}

TEST(HistoryChecker, NamesTheInvariantThatIsBroken) {
  const struct {
    const char* invariant;
    const char* name;
    std::function<void(World&)> arrange;
  } cases[] = {
      {"I1", "acknowledged and nowhere",
       [](World& w) {
         w.history.submits.push_back({"r2", "noise", Outcome::kOk, "inquiries/2", At(0)});
       }},
      {"I1", "never handed out again",
       [](World& w) {
         w.inquiry().state = v1::Inquiry::READY;
         w.inquiry().events = {{v1::Event::RECEIVED, At(0), 0}};
         w.history.lease_calls.clear();
         w.history.deliveries.clear();
       }},
      {"I1", "acknowledged completion is not on record",
       [](World& w) {
         w.inquiry().state = v1::Inquiry::DEAD_LETTERED;
         w.inquiry().events.pop_back();
       }},
      {"I2", "nobody submitted it",
       [](World& w) {
         w.state.inquiries.push_back({"inquiries/7", "r7", "?", v1::Inquiry::COMPLETED, 0, {}});
       }},
      {"I2", "stored although refused",
       [](World& w) {
         w.history.submits.front() = {"r1", "pothole", Outcome::kFailed, "", At(0)};
       }},
      {"I2", "another text", [](World& w) { w.inquiry().text = "noise"; }},
      {"I2", "delivered with another text", [](World& w) { w.history.deliveries.front().text = "noise"; }},
      {"I2", "completed by nobody", [](World& w) { w.history.lease_calls.clear(); }},
      {"I3", "acknowledged under two names",
       [](World& w) {
         w.history.submits.push_back({"r1", "pothole", Outcome::kOk, "inquiries/2", At(0)});
         w.state.inquiries.push_back(w.inquiry());
         w.state.inquiries.back().inquiry = "inquiries/2";
       }},
      {"I3", "stored twice",
       [](World& w) {
         w.state.inquiries.push_back(w.inquiry());
         w.state.inquiries.back().inquiry = "inquiries/2";
       }},
      {"I4", "two valid leases",
       [](World& w) {
         w.RunOutAndDeliverAgain();
         w.history.deliveries[1].granted = At(2);
       }},
      {"I4", "granted in spite of an extension",
       [](World& w) {
         w.RunOutAndDeliverAgain();
         w.history.lease_calls.push_back(World::Call("t1", Action::kExtend, Outcome::kOk, 2));
         w.history.lease_calls.back().until = At(5);
       }},
      {"I4", "stale completion succeeded",
       [](World& w) {
         w.RunOutAndDeliverAgain();
         w.history.lease_calls.push_back(World::Call("t1", Action::kComplete, Outcome::kOk, 4.5));
       }},
      {"I4", "stale extension succeeded",
       [](World& w) {
         w.RunOutAndDeliverAgain();
         w.history.lease_calls.push_back(World::Call("t1", Action::kExtend, Outcome::kOk, 4.5));
         w.history.lease_calls.back().until = At(7);
       }},
      {"I4", "a spent lease succeeded",
       [](World& w) {
         w.EndFirstLeaseBy(Action::kRelease, v1::Event::RELEASED);
         w.history.lease_calls.push_back(World::Call("t1", Action::kComplete, Outcome::kOk, 2.2));
       }},
      {"I5", "delivered after completion",
       [](World& w) {
         w.RunOutAndDeliverAgain();
         w.history.lease_calls.push_back(World::Call("t1", Action::kComplete, Outcome::kOk, 2));
       }},
      {"I6", "handed out too often", [](World& w) { w.history.deliveries.front().attempts = 4; }},
      {"I6", "recorded too often",
       [](World& w) { w.inquiry().events[1].attempts = w.inquiry().events[2].attempts = 4; }},
      {"I6", "an attempt was not counted",
       [](World& w) {
         w.RunOutAndDeliverAgain();
         w.inquiry().events[4].attempts = 1;
       }},
      {"I6", "given up too early",
       [](World& w) {
         w.GiveUp();
         w.inquiry().events.resize(3);
         w.inquiry().events.back().kind = v1::Event::DEAD_LETTERED;
       }},
      {"I6", "two dead letters",
       [](World& w) {
         w.GiveUp();
         w.state.dead_letters.push_back("inquiries/1");
       }},
      {"I6", "no dead letter",
       [](World& w) {
         w.GiveUp();
         w.state.dead_letters.clear();
       }},
      {"I6", "completed and a dead letter", [](World& w) { w.state.dead_letters = {"inquiries/1"}; }},
      {"I7", "handed out before its time",
       [](World& w) {
         w.EndFirstLeaseBy(Action::kDefer, v1::Event::DEFERRED);
         w.history.lease_calls.back().until = At(4.5);
       }},
      {"I7", "taken back early",
       [](World& w) {
         w.RunOutAndDeliverAgain();
         w.inquiry().events[2].time = At(2.5);
       }},
      {"I7", "taken back late",
       [](World& w) {
         w.RunOutAndDeliverAgain();
         w.inquiry().events[2].time = At(30);
       }},
      {"I8", "transferred elsewhere",
       [](World& w) {
         w.EndFirstLeaseBy(Action::kTransfer, v1::Event::TRANSFERRED);
         w.inquiry().events[3].attempts = w.inquiry().events[4].attempts = 1;
       }},
      {"I8", "a transfer without effect",
       [](World& w) {
         w.RunOutAndDeliverAgain();
         w.history.deliveries[1].queue = "queues/water";
         w.history.lease_calls.push_back(World::Call("t1", Action::kTransfer, Outcome::kOk, 2));
         w.history.lease_calls.back().queue = "queues/water";
       }},
      {"I8", "redriven and not there",
       [](World& w) {
         w.GiveUp();
         w.history.redrives = {{Outcome::kOk, {"inquiries/1"}}};
       }},
      {"I8", "redriven and lost",
       [](World& w) {
         w.history.redrives = {{Outcome::kOk, {"inquiries/3"}}};
       }},
      {"I8", "listed twice", [](World& w) { w.state.inquiries.push_back(w.inquiry()); }},
      {"I10", "two events for one claim",
       [](World& w) { w.inquiry().events.insert(w.inquiry().events.begin() + 1, w.inquiry().events[1]); }},
      {"I10", "no event for the claim", [](World& w) { w.inquiry().events.erase(w.inquiry().events.begin() + 1); }},
      {"I10", "in another order than they happened",
       [](World& w) { std::swap(w.inquiry().events[1], w.inquiry().events[2]); }},
      {"I10", "the events lead elsewhere", [](World& w) { w.inquiry().state = v1::Inquiry::WITHDRAWN; }},
  };
  for (const auto& test : cases) {
    World world;
    test.arrange(world);
    EXPECT_THAT(world.Broken(), Contains(test.invariant)) << test.name << ":\n" << world.Described();
  }
}

TEST(HistoryChecker, DescribesAFewOfMany) {
  std::vector<Violation> violations(7, {"I1", "lost"});
  EXPECT_EQ(Describe(violations, 2), "I1 lost\nI1 lost\nI1 … 7 in all\n");
  EXPECT_THAT(Describe({}), IsEmpty());
}

}  // namespace
}  // namespace switchboard::fault
