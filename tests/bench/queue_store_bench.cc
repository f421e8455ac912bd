// How many lifecycles (take in, claim, complete) a second the store does by itself: batches over a given number of
// connections, on a PostgreSQL with fsync on. Also what a lifecycle costs in write-ahead log.
//
//   queue_store_bench [--connections=N] [--batch=N] [--seconds=N] [--text=BYTES] [--waiting=N]
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "common/postgres/embedded_postgres.h"
#include "services/queue/postgres_queue_store.h"

namespace switchboard::queue {
namespace {

constexpr SqlStatement kWalPosition{"bench_wal", "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"};

struct BenchOptions {
  int connections = 2;
  int batch = 100;
  int seconds = 10;
  int text = 512;
  int waiting = 0;  // inquiries that wait in each lane all the time
};

BenchOptions ParseOptions(int argc, char** argv) {
  BenchOptions options;
  const struct {
    const char* format;
    int* value;
  } flags[] = {{"--connections=%d", &options.connections},
               {"--batch=%d", &options.batch},
               {"--seconds=%d", &options.seconds},
               {"--text=%d", &options.text},
               {"--waiting=%d", &options.waiting}};
  for (int i = 1; i < argc; ++i) {
    bool known = false;
    for (const auto& flag : flags) known = known || std::sscanf(argv[i], flag.format, flag.value) == 1;
    if (!known) {
      std::fprintf(stderr, "unknown option %s\n", argv[i]);
      std::exit(2);
    }
  }
  return options;
}

template <typename T>
T OrDie(absl::StatusOr<T> result, const char* what) {
  if (result.ok()) return *std::move(result);
  std::fprintf(stderr, "%s: %s\n", what, result.status().ToString().c_str());
  std::exit(1);
}

// One connection's work: its own queue, one batch after the other.
class Worker {
 public:
  Worker(QueueStore& store, IdGenerator& ids, const Clock& clock, const BenchOptions& options, QueueNumber queue)
      : store_(store), ids_(ids), clock_(clock), options_(options), queue_(queue) {}

  void Fill(int count) {
    for (int stored = 0; stored < count; stored += options_.batch) Submit();
  }

  void RunBatch() {
    Submit();
    Complete(Claim());
  }

 private:
  void Submit() {
    std::vector<NewInquiry> batch(static_cast<size_t>(options_.batch));
    for (NewInquiry& inquiry : batch) {
      inquiry.request_id = RandomUuid();
      inquiry.content.id = ids_.NextInquiryId(ShardFor(1, *inquiry.request_id));
      inquiry.content.topic = "potholes";
      inquiry.content.language = "en";
      inquiry.content.route = "roads-public-en";
      inquiry.content.create_time = clock_.Now();
      inquiry.content.first_response_due = clock_.Now() + absl::Hours(24);
      inquiry.content.text = std::string(static_cast<size_t>(options_.text), 'x');
      inquiry.request_id_expires = clock_.Now() + absl::Hours(24);
      inquiry.place = {queue_, lane_, ids_.NextPosition()};
    }
    OrDie(store_.Enqueue(batch), "enqueue");
  }

  std::vector<ClaimedInquiry> Claim() {
    ClaimBatch batch;
    batch.lanes = {{queue_, lane_, hint_, absl::Hours(24), absl::Minutes(15)}};
    batch.slots.assign(static_cast<size_t>(options_.batch), ClaimSlot{"bench-worker", std::nullopt});
    batch.token = ids_.NextPosition();
    batch.now = clock_.Now();
    std::vector<ClaimedInquiry> claimed = OrDie(store_.Claim(batch), "claim");
    if (claimed.size() != static_cast<size_t>(options_.batch)) {
      std::fprintf(stderr, "claimed %zu\n", claimed.size());
      std::exit(1);
    }
    hint_ = claimed.back().place.position;
    return claimed;
  }

  void Complete(const std::vector<ClaimedInquiry>& claimed) {
    std::vector<Settlement> settlements(claimed.size());
    for (size_t i = 0; i < claimed.size(); ++i) {
      settlements[i].lease = {claimed[i].content.id, claimed[i].place, claimed[i].token};
      settlements[i].next = {queue_, lane_, ids_.NextPosition()};
      settlements[i].disposition = 1;
      settlements[i].now = clock_.Now();
    }
    for (const SettleOutcome& outcome : OrDie(store_.Settle(settlements), "settle")) {
      if (outcome.kind != SettleOutcome::Kind::kDone) std::exit(1);
    }
  }

  QueueStore& store_;
  IdGenerator& ids_;
  const Clock& clock_;
  const BenchOptions& options_;
  const QueueNumber queue_;
  const Lane lane_{Priority::kNormal, "en"};
  int64_t hint_ = 0;
};

int64_t WalPosition(Database& database) { return OrDie(database.Execute(kQueryPool, kWalPosition), "wal")[0].Int64(0); }

int Run(const BenchOptions& options, const std::string& directory) {
  const auto server = OrDie(EmbeddedPostgres::Start({.data_dir = directory}), "postgres");
  SystemClock clock;
  IdGenerator ids(clock, 1);
  Database database(
      QueueDatabaseOptions(server->conninfo(), {.durable = options.connections, .relaxed = options.connections}),
      clock);
  const absl::Status migrated = database.WithConnection(
      kQueryPool, [](Connection& connection) { return Migrator({QueueMigrations()}).Migrate(connection).status(); });
  PostgresQueueStore store(database, ids);
  if (!migrated.ok() || !store.CreatePartitions(clock.Now() + absl::Hours(24)).ok()) return 1;

  std::vector<Worker> workers;
  for (int i = 0; i < options.connections; ++i) workers.emplace_back(store, ids, clock, options, i + 1);
  for (Worker& worker : workers) worker.Fill(options.waiting);
  for (Worker& worker : workers) worker.RunBatch();

  const int64_t wal_before = WalPosition(database);
  const absl::Duration started = clock.Elapsed();
  const absl::Duration end = started + absl::Seconds(options.seconds);
  std::atomic<int64_t> batches = 0;
  std::vector<std::thread> threads;
  for (Worker& worker : workers) {
    threads.emplace_back([&] {
      for (; clock.Elapsed() < end; ++batches) worker.RunBatch();
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds = absl::ToDoubleSeconds(clock.Elapsed() - started);
  const double lifecycles = static_cast<double>(batches) * options.batch;
  std::printf("%d connections, batches of %d, %d bytes, %d waiting: %.0f lifecycles/s, %.0f bytes of WAL each\n",
              options.connections, options.batch, options.text, options.waiting, lifecycles / seconds,
              static_cast<double>(WalPosition(database) - wal_before) / lifecycles);
  return 0;
}

}  // namespace
}  // namespace switchboard::queue

int main(int argc, char** argv) {
  char directory[] = "/tmp/queue_store_bench.XXXXXX";
  // Run by root, the server is another user, and has to pass.
  if (mkdtemp(directory) == nullptr || chmod(directory, 0755) != 0) return 1;
  const int result = switchboard::queue::Run(switchboard::queue::ParseOptions(argc, argv), directory);
  return std::system(("rm -rf " + std::string(directory)).c_str()) == 0 ? result : 1;
}
