// The stage of the fault tests: one database, one or more real switchboardd, a load that goes on through everything,
// and the judgement at the end.
#ifndef SWITCHBOARD_TESTS_FAULT_FAULT_BENCH_H_
#define SWITCHBOARD_TESTS_FAULT_FAULT_BENCH_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/postgres/connection.h"
#include "common/postgres/embedded_postgres.h"
#include "common/time/clock.h"
#include "tests/fault/history_checker.h"
#include "tests/fault/load_generator.h"
#include "tests/support/server_process.h"
#include "tests/support/temporary_directory.h"

namespace switchboard::fault {

// SWITCHBOARD_FAULT_SEED, or a fresh one; printed once, so that a failure can be had again.
uint64_t Seed();

// Two queues, `roads` and `water`, with short back-offs and three attempts.
extern const char kFaultConfiguration[];
inline constexpr int kMaxAttempts = 3;

class FaultBench {
 public:
  enum class DatabaseKind {
    kOwn,       // a PostgreSQL of the bench's, which the servers get as --database
    kEmbedded,  // the first server's private one
  };

  // `servers` are started and have the configuration in force. Ends the test where that fails.
  FaultBench(DatabaseKind kind, int servers, std::vector<std::string> arguments = {}, std::string data_dir = "");
  ~FaultBench();

  ServerProcess& server(size_t index = 0) { return *servers_[index]; }
  size_t server_count() const { return servers_.size(); }
  EmbeddedPostgres& postgres() { return *postgres_; }
  Dice& dice() { return dice_; }
  const Clock& clock() const { return clock_; }
  HistoryRecorder& recorder() { return recorder_; }
  LoadGenerator& load() { return *load_; }
  const std::string& conninfo() const { return conninfo_; }
  LoadOptions default_load() const;

  void StartLoad() { StartLoad(default_load()); }
  void StartLoad(LoadOptions options);

  // Kills the server, and starts it again.
  void KillAndRestart(size_t index);

  // For a random time from `least` to `most`.
  void RunFor(absl::Duration least, absl::Duration most);

  // Marks the time of `fault` as one in which nothing can be expected in time.
  template <typename Fault>
  void Outage(Fault fault) {
    const absl::Time from = clock_.Now();
    fault();
    recorder_.AddOutage(from, clock_.Now() + kRecovery);
  }

  // Ends the load, redrives half of the dead letters, has everything completed, and asks the checker. Every violation
  // fails the test. `workers_end` in time even where the drain does not.
  void HealDrainAndCheck(CheckerOptions options = {.max_attempts = kMaxAttempts});

  // A session with the database, for looking.
  std::unique_ptr<Connection> Connect() const;

 private:
  static constexpr absl::Duration kRecovery = absl::Seconds(2);

  void StartPostgres();
  void Apply();
  void RedriveSome();
  void AwaitDrained();

  SystemClock clock_;
  Dice dice_;
  TemporaryDirectory directory_;
  std::unique_ptr<EmbeddedPostgres> postgres_;
  std::string conninfo_;
  std::vector<std::unique_ptr<ServerProcess>> servers_;
  HistoryRecorder recorder_;
  std::unique_ptr<LoadGenerator> load_;
};

}  // namespace switchboard::fault

#endif  // SWITCHBOARD_TESTS_FAULT_FAULT_BENCH_H_
