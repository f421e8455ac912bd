// switchboardd is killed, stopped and told to go at random moments under load; the database stays whole.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/fault/fault_bench.h"
#include "tests/support/await.h"

namespace switchboard::fault {
namespace {

using DatabaseKind = FaultBench::DatabaseKind;

TEST(ServerFaults, KilledAtRandomMoments) {
  constexpr int kKills = 30;
  FaultBench bench(DatabaseKind::kOwn, 1);
  bench.StartLoad();
  for (int i = 0; i < kKills; ++i) {
    bench.RunFor(absl::Milliseconds(100), absl::Milliseconds(900));
    bench.KillAndRestart(0);
  }
  bench.RunFor(absl::Seconds(1), absl::Seconds(1));
  bench.HealDrainAndCheck();
}

TEST(ServerFaults, OneOfTwoKilledAtRandomMoments) {
  constexpr int kKills = 20;
  FaultBench bench(DatabaseKind::kOwn, 2);
  bench.StartLoad();
  for (int i = 0; i < kKills; ++i) {
    bench.RunFor(absl::Milliseconds(100), absl::Milliseconds(700));
    bench.KillAndRestart(static_cast<size_t>(bench.dice().Below(2)));
  }
  bench.RunFor(absl::Seconds(1), absl::Seconds(1));
  bench.HealDrainAndCheck();
}

// Its private PostgreSQL loses its parent each time, and has to be taken over.
TEST(ServerFaults, KilledWithItsOwnPostgres) {
  constexpr int kKills = 6;
  FaultBench bench(DatabaseKind::kEmbedded, 1);
  bench.StartLoad();
  for (int i = 0; i < kKills; ++i) {
    bench.RunFor(absl::Milliseconds(200), absl::Milliseconds(1200));
    bench.KillAndRestart(0);
  }
  bench.RunFor(absl::Seconds(1), absl::Seconds(1));
  bench.HealDrainAndCheck();
}

// Longer than the leases last: what its workers hold runs out under a second process, and the one that wakes up must
// not believe in what it remembers.
TEST(ServerFaults, StoppedLongerThanLeasesLast) {
  constexpr int kStops = 3;
  FaultBench bench(DatabaseKind::kOwn, 2);
  bench.StartLoad();
  for (int i = 0; i < kStops; ++i) {
    bench.RunFor(absl::Milliseconds(500), absl::Milliseconds(1500));
    bench.Outage([&] {
      bench.server(1).Signal(SIGSTOP);
      bench.RunFor(absl::Seconds(3), absl::Seconds(4));
      bench.server(1).Signal(SIGCONT);
    });
  }
  bench.RunFor(absl::Seconds(1), absl::Seconds(1));
  bench.HealDrainAndCheck();
}

// What it has begun it ends; what it was given it says.
TEST(ServerFaults, DrainsUnderLoad) {
  constexpr int kRestarts = 5;
  FaultBench bench(DatabaseKind::kOwn, 2);
  bench.StartLoad();
  for (int i = 0; i < kRestarts; ++i) {
    bench.RunFor(absl::Milliseconds(300), absl::Milliseconds(900));
    bench.Outage([&] {
      EXPECT_EQ(bench.server(0).Stop(), 0) << bench.server(0).log();
      ASSERT_TRUE(bench.server(0).Start().ok());
    });
  }
  bench.RunFor(absl::Seconds(1), absl::Seconds(1));
  bench.HealDrainAndCheck();
}

}  // namespace
}  // namespace switchboard::fault
