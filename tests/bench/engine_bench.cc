// How many lifecycles (submit, claim, complete) a second the engine does through its callbacks, without gRPC and
// sorting, and how long a submit and the way into a waiting worker's hands take.
//
//   engine_bench [--store=memory|postgres] [--publishers=N] [--batch=N] [--window=N] [--workers=N] [--credit=N]
//                [--seconds=N] [--text=BYTES] [--submit-writers=N] [--settle-writers=N] [--claim-writers=N]
//
// --batch=1 --publishers=64 --window=1 are 64 callers with one inquiry in flight each. PostgreSQL runs privately in a
// temporary directory, with fsync on.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/postgres/embedded_postgres.h"
#include "services/queue/in_memory_queue_store.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/queue_engine.h"

namespace switchboard::queue {
namespace {

using Flags = std::map<std::string, std::string>;

Flags ParseFlags(int argc, char** argv) {
  Flags flags = {{"store", "memory"},     {"publishers", "2"},     {"batch", "100"},      {"window", "256"},
                 {"workers", "2"},        {"credit", "256"},       {"seconds", "5"},      {"text", "512"},
                 {"submit-writers", "2"}, {"settle-writers", "2"}, {"claim-writers", "1"}};
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals).substr(std::min<size_t>(2, argument.size()));
    if (equals == std::string::npos || flags.count(name) == 0) {
      std::fprintf(stderr, "unknown option %s\n", argv[i]);
      std::exit(2);
    }
    flags[name] = argument.substr(equals + 1);
  }
  return flags;
}

// What was measured, in microseconds.
class Samples {
 public:
  void Add(absl::Duration sample) {
    absl::MutexLock lock(&mutex_);
    micros_.push_back(absl::ToInt64Microseconds(sample));
  }
  void Print(const char* name) {
    absl::MutexLock lock(&mutex_);
    if (micros_.empty()) return;
    std::sort(micros_.begin(), micros_.end());
    const auto at = [this](double share) {
      return static_cast<double>(micros_[static_cast<size_t>(share * static_cast<double>(micros_.size() - 1))]) / 1000;
    };
    std::printf("  %-22s p50 %8.3f ms  p99 %8.3f ms  p99.9 %8.3f ms\n", name, at(0.5), at(0.99), at(0.999));
  }

 private:
  absl::Mutex mutex_;
  std::vector<int64_t> micros_ ABSL_GUARDED_BY(mutex_);
};

// Closed loops of publishers and workers, driven by the engine's callbacks alone.
class Load {
 public:
  Load(QueueEngine& engine, const Clock& clock, const Flags& flags)
      : engine_(engine),
        clock_(clock),
        batch_(std::stoi(flags.at("batch"))),
        window_(std::stoi(flags.at("window"))),
        credit_(std::stoi(flags.at("credit"))),
        text_(static_cast<size_t>(std::stoi(flags.at("text"))), 'x') {}

  void Start(int publishers, int workers) {
    for (int i = 0; i < workers; ++i) Claim();
    for (int i = 0; i < publishers; ++i) {
      for (int sent = 0; sent < window_; sent += batch_) Publish();
    }
  }

  // Publishes no more and waits until nothing is in flight.
  void Stop() {
    stopping_ = true;
    absl::MutexLock lock(&mutex_);
    const auto drained = [this]() { return completed_ == submitted_ && publishing_ == 0; };
    if (!mutex_.AwaitWithTimeout(absl::Condition(&drained), absl::Seconds(30))) std::printf("  NOT DRAINED\n");
  }

  int64_t completed() const { return completed_; }
  int64_t failed() const { return failed_; }
  void Print() {
    submit_latency_.Print("submit acknowledged");
    delivery_latency_.Print("in a worker's hands");
  }

 private:
  // One batch, and when all of it is answered the next.
  void Publish() {
    ++publishing_;
    struct Batch {
      std::atomic<int> open;
      absl::Duration begin;
    };
    auto state = std::make_shared<Batch>();
    state->open = batch_;
    state->begin = clock_.Elapsed();
    std::vector<PendingSubmission> submissions;
    submissions.reserve(static_cast<size_t>(batch_));
    submitted_ += batch_;
    for (int i = 0; i < batch_; ++i) {
      Submission submission;
      submission.content.channel = 5;
      submission.content.visibility = 2;
      submission.content.topic_method = 3;
      submission.content.language = "en";
      submission.content.topic = "potholes";
      submission.content.route = "roads-all";
      submission.content.text = text_;
      submission.queue = "roads";
      submission.request_id = NextRequestId();
      submission.content_hash = 1;
      submissions.push_back({std::move(submission), [this, state](absl::StatusOr<Accepted> accepted) {
                               Answered(accepted.ok(), clock_.Elapsed() - state->begin);
                               if (--state->open == 0) BatchDone();
                             }});
    }
    engine_.SubmitAll(std::move(submissions));
  }

  void Answered(bool ok, absl::Duration latency) {
    if (!ok) {
      ++failed_;
      --submitted_;
    }
    if (++answered_ % 16 == 0) submit_latency_.Add(latency);
  }

  void BatchDone() {
    if (!stopping_) Publish();
    // The drained condition is looked at when the mutex is let go.
    absl::MutexLock lock(&mutex_);
    --publishing_;
  }

  void Claim() {
    engine_.Claim({.queues = {"roads"},
                   .worker = "bench",
                   .max_inquiries = credit_,
                   .wait_until = clock_.Now() + absl::Seconds(1)},
                  [this](absl::StatusOr<std::vector<GrantedLease>> leases) { Work(std::move(leases)); });
  }

  void Work(absl::StatusOr<std::vector<GrantedLease>> leases) {
    if (!leases.ok() && (absl::IsUnavailable(leases.status()))) return;
    std::vector<PendingSettlement> settlements;
    for (size_t i = 0; leases.ok() && i < leases->size(); ++i) {
      GrantedLease& lease = (*leases)[i];
      if (i % 16 == 0) delivery_latency_.Add(clock_.Now() - lease.inquiry.content.create_time);
      settlements.push_back({{.lease_token = std::move(lease.token), .kind = EventKind::kCompleted, .disposition = 1},
                             [this](absl::StatusOr<Settled> settled) {
                               if (!settled.ok()) ++failed_;
                               if (++completed_ == submitted_ && stopping_) {
                                 absl::MutexLock lock(&mutex_);
                               }
                             }});
    }
    if (!settlements.empty()) engine_.SettleAll(std::move(settlements));
    if (!closed_) Claim();
  }

  Uuid NextRequestId() {
    const uint64_t number = next_request_.fetch_add(1) * 0x9e3779b97f4a7c15;
    Uuid id;
    for (size_t i = 0; i < 16; ++i) id.bytes[i] = static_cast<uint8_t>(number >> (8 * (i % 8)) ^ i * 31);
    return id;
  }

  QueueEngine& engine_;
  const Clock& clock_;
  const int batch_;
  const int window_;
  const int credit_;
  const std::string text_;
  std::atomic<uint64_t> next_request_{1};
  std::atomic<int64_t> submitted_{0};
  std::atomic<int64_t> answered_{0};
  std::atomic<int64_t> completed_{0};
  std::atomic<int64_t> failed_{0};
  std::atomic<int> publishing_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> closed_{false};
  absl::Mutex mutex_;
  Samples submit_latency_;
  Samples delivery_latency_;
};

// Waits for the clock to reach a point.
void WaitFor(absl::Duration duration) {
  absl::Mutex mutex;
  absl::MutexLock lock(&mutex);
  mutex.AwaitWithTimeout(absl::Condition(
                             +[](bool* never) { return *never; }, new bool(false)),
                         duration);
}

int Measure(QueueStore& store, const Clock& clock, IdGenerator& ids, const Flags& flags) {
  MetricRegistry registry;
  QueueMetrics metrics(registry);
  EngineOptions options;
  options.submit_writers = std::stoi(flags.at("submit-writers"));
  options.settle_writers = std::stoi(flags.at("settle-writers"));
  options.claim_writers = std::stoi(flags.at("claim-writers"));
  const std::unique_ptr<QueueEngine> engine = MakeQueueEngine(store, clock, ids, metrics, options);
  absl::Status ready = engine->Start();
  if (ready.ok()) {
    ready = engine->Configure({{.name = "roads",
                                .target_urgent = absl::Minutes(30),
                                .target_high = absl::Hours(2),
                                .target_normal = absl::Hours(24),
                                .target_low = absl::Hours(72),
                                .lease_duration = absl::Minutes(15),
                                .retry_initial = absl::Seconds(30),
                                .retry_max = absl::Hours(1)}});
  }
  if (!ready.ok()) {
    std::fprintf(stderr, "%s\n", ready.ToString().c_str());
    return 1;
  }
  Load load(*engine, clock, flags);
  load.Start(std::stoi(flags.at("publishers")), std::stoi(flags.at("workers")));
  WaitFor(absl::Seconds(1));  // warm up
  const int64_t before = load.completed();
  const absl::Duration begin = clock.Elapsed();
  WaitFor(absl::Seconds(std::stoi(flags.at("seconds"))));
  const double rate = static_cast<double>(load.completed() - before) / absl::ToDoubleSeconds(clock.Elapsed() - begin);
  load.Stop();
  engine->Shutdown();
  std::printf("%s: %.0f lifecycles/s (publishers %s, batch %s, window %s, workers %s), %lld failed\n",
              flags.at("store").c_str(), rate, flags.at("publishers").c_str(), flags.at("batch").c_str(),
              flags.at("window").c_str(), flags.at("workers").c_str(), static_cast<long long>(load.failed()));
  load.Print();
  std::string text = registry.Scrape();
  for (const char* operation : {"submit", "claim", "settle"}) {
    for (const char* part : {"size_sum", "size_count"}) {
      const std::string key = std::string("switchboard_commit_batch_") + part + "{operation=\"" + operation + "\"} ";
      const size_t at = text.find(key);
      if (at != std::string::npos) {
        std::printf("  %s %s %s\n", operation, part,
                    text.substr(at + key.size(), text.find('\n', at) - at - key.size()).c_str());
      }
    }
  }
  return 0;
}

int OnPostgres(const Clock& clock, IdGenerator& ids, const Flags& flags) {
  std::string directory = (std::filesystem::temp_directory_path() / "engine_bench_XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) return 1;
  std::filesystem::permissions(directory, std::filesystem::perms(0755));
  int result = 1;
  {
    auto server = EmbeddedPostgres::Start({.data_dir = directory + "/data"});
    if (!server.ok()) {
      std::fprintf(stderr, "%s\n", server.status().ToString().c_str());
      return 1;
    }
    auto connection = Connection::Open({.conninfo = (*server)->conninfo()});
    if (!connection.ok() || !Migrator({QueueMigrations()}).Migrate(**connection).ok()) return 1;
    Database database(QueueDatabaseOptions((*server)->conninfo()), clock);
    PostgresQueueStore store(database, ids);
    result = Measure(store, clock, ids, flags);
  }
  std::filesystem::remove_all(directory);
  return result;
}

int Run(int argc, char** argv) {
  const Flags flags = ParseFlags(argc, argv);
  SystemClock clock;
  IdGenerator ids(clock, 1);
  if (flags.at("store") == "postgres") return OnPostgres(clock, ids, flags);
  InMemoryQueueStore store;
  return Measure(store, clock, ids, flags);
}

}  // namespace
}  // namespace switchboard::queue

int main(int argc, char** argv) { return switchboard::queue::Run(argc, argv); }
