// Loads Switchboard over gRPC: submits, claims by stream, completes. Prints one JSON object.
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/rpc/protobuf_utf8.h"
#include "switchboard/v1/operations.grpc.pb.h"
#include "tests/bench/bodies.h"
#include "tests/bench/load_recorder.h"
#include "tests/bench/switchboard_probe.h"
#include "tests/bench/switchboard_submitter.h"
#include "tests/bench/switchboard_worker.h"

namespace switchboard::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max() / 2;

struct Options {
  std::string address;
  std::string worker_address;
  std::string samples;
  SubmitterOptions submit;
  std::string queue;
  int submitters = 2;
  int workers = 2;
  int window = 256;
  int worker_window = 256;
  int body_bytes = 512;
  int hold = 0;
  int rounds = 0;
  double probe_rate = 0;
  int64_t count = kUnlimited;
  double seconds = 5;
  double warmup = 1;
  double interval = 3600;
  bool leave = false;
};

std::chrono::nanoseconds FromSeconds(double seconds) {
  return std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
}

// A connection of its own without what a generator has no use for, as the peer's client has nothing of the kind either:
// retries, deadlines, compression, statistics of calls.
std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  UseQuickUtf8();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_MINIMAL_STACK, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
  arguments.SetMaxReceiveMessageSize(-1);
  auto channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  // On a busy machine the first attempts may time out; none of the load is to be lost by that.
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(30))) {
    throw std::runtime_error("cannot connect to " + address);
  }
  return channel;
}

// The queue that was asked for, or all there are.
std::vector<std::string> Queues(const Options& options) {
  if (!options.queue.empty()) return {options.queue};
  const auto stub = v1::OperationsService::NewStub(Connect(options.worker_address));
  grpc::ClientContext context;
  v1::ListQueuesResponse answer;
  const grpc::Status status = stub->ListQueues(&context, {}, &answer);
  if (!status.ok()) throw std::runtime_error(status.error_message());
  std::vector<std::string> names;
  for (const v1::Queue& queue : answer.queues()) names.push_back(queue.name());
  return names;
}

// Submitters and workers of one run, in this order of life: warm-up, measurement, figures.
class Load {
 public:
  explicit Load(const Options& options)
      : options_(options),
        queues_(Queues(options)),
        bodies_(options.samples, options.body_bytes),
        recorder_(FromSeconds(options.interval)) {
    for (int i = 0; i < options.submitters; ++i) MakeSubmitter();
  }

  nlohmann::json Run() {
    if (options_.hold > 0) Hold();
    if (options_.rounds > 0) return RunInRounds();
    MakeWorkers(options_.worker_window);
    if (options_.probe_rate > 0) {
      probe_.emplace(Connect(options_.worker_address), queues_, options_.probe_rate, recorder_);
    }
    Submit(options_.warmup);
    recorder_.Begin();
    budget_ = options_.count;
    Submit(options_.seconds);
    return recorder_.ToJson();
  }

 private:
  void MakeSubmitter() {
    SubmitterOptions submit = options_.submit;
    submit.calls = (options_.window + submit.batch - 1) / submit.batch;
    submit.batch = options_.window / submit.calls;
    submit.rate /= options_.submitters;
    submitters_.push_back(std::make_unique<Submitter>(Connect(options_.address), submit, bodies_, recorder_, budget_));
  }

  void MakeWorkers(int window, bool time_claims = false) {
    for (int i = 0; i < options_.workers; ++i) {
      const WorkerOptions worker{.name = "bench-" + std::to_string(i),
                                 .queues = queues_,
                                 .window = window,
                                 .author = options_.submit.author,
                                 .time_claims = time_claims};
      workers_.push_back(std::make_unique<Worker>(Connect(options_.worker_address), worker, recorder_, allowance_));
    }
  }

  // Submits for `seconds`, then waits until the workers are through.
  void Submit(double seconds) {
    const SteadyTime end = Clock::now() + FromSeconds(seconds);
    {
      std::vector<std::jthread> threads;
      for (auto& submitter : submitters_) threads.emplace_back([&submitter, end] { submitter->Run(end); });
    }
    if (!options_.leave) WaitFor([this] { return workers_.empty() || recorder_.in_flight() <= options_.hold; });
  }

  // Leases that somebody sits on for the whole run.
  void Hold() {
    constexpr int kPerStream = 5000;
    allowance_ = options_.hold;
    for (int left = options_.hold; left > 0; left -= kPerStream) {
      const WorkerOptions holder{
          .name = "holder", .queues = queues_, .window = std::min(left, kPerStream), .author = "nobody", .hold = true};
      holders_.push_back(std::make_unique<Worker>(Connect(options_.worker_address), holder, recorder_, allowance_));
    }
    SubmitCount(options_.hold);
    WaitFor([this] { return recorder_.in_flight() >= options_.hold; });
    allowance_ = kUnlimited;
  }

  // Measures claims and completions alone: again and again `count` inquiries are put on top of what waits already, and
  // then the oldest `count` are worked off.
  nlohmann::json RunInRounds() {
    allowance_ = 0;
    MakeWorkers(options_.worker_window, true);
    recorder_.Begin();
    std::vector<double> rates;
    for (int round = 0; round < options_.rounds; ++round) {
      SubmitCount(options_.count);
      const int64_t before = recorder_.in_flight();
      const SteadyTime begin = Clock::now();
      allowance_ = options_.count;
      for (auto& worker : workers_) worker->AskForMore();
      WaitFor([&] { return recorder_.in_flight() <= before - options_.count; });
      rates.push_back(static_cast<double>(options_.count) /
                      std::chrono::duration<double>(Clock::now() - begin).count());
    }
    std::sort(rates.begin(), rates.end());
    nlohmann::json figures = recorder_.ToJson();
    figures["rate"] = rates[rates.size() / 2];
    return figures;
  }

  void SubmitCount(int64_t count) {
    budget_ = count;
    const SteadyTime end = Clock::now() + std::chrono::hours(1);
    std::vector<std::jthread> threads;
    for (auto& submitter : submitters_) threads.emplace_back([&submitter, end] { submitter->Run(end); });
  }

  template <typename Condition>
  static void WaitFor(const Condition& condition) {
    const SteadyTime deadline = Clock::now() + std::chrono::minutes(2);
    while (!condition()) {
      if (Clock::now() > deadline) throw std::runtime_error("the workers do not get through");
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  const Options options_;
  const std::vector<std::string> queues_;
  const Bodies bodies_;
  LoadRecorder recorder_;
  std::atomic<int64_t> budget_{kUnlimited};
  std::atomic<int64_t> allowance_{kUnlimited};
  std::vector<std::unique_ptr<Submitter>> submitters_;
  std::vector<std::unique_ptr<Worker>> holders_, workers_;
  std::optional<Probe> probe_;
};

Options Parse(int argc, char** argv) {
  Options options;
  CLI::App program("Loads Switchboard");
  program.add_option("--address", options.address)->required();
  program.add_option("--worker-address", options.worker_address, "where claims go; the same unless given");
  program.add_option("--samples", options.samples, "JSON lines that texts are made of")->required();
  program.add_option("--caller", options.submit.caller, "the name that calls carry");
  program.add_option("--author", options.submit.author, "of the inquiries; only its own are timed when delivered");
  program.add_option("--topic", options.submit.topic, "topics/…; without it Switchboard sorts");
  program.add_flag("--decided", options.submit.decided, "the caller has judged the priority, too");
  program.add_option("--language", options.submit.language, "without it Switchboard finds it out");
  program.add_flag("--request-ids", options.submit.request_ids);
  program.add_option("--queue", options.queue, "queues/… to claim from; all of them unless given");
  program.add_option("--submitters", options.submitters, "each with a connection of its own");
  program.add_option("--batch", options.submit.batch, "inquiries a call; 1: SubmitInquiry");
  program.add_option("--window", options.window, "unanswered inquiries a submitter");
  program.add_option("--workers", options.workers, "StreamClaims streams, each with a connection of its own");
  program.add_option("--worker-window", options.worker_window, "inquiries asked for or held, a worker");
  program.add_option("--body-bytes", options.body_bytes);
  program.add_option("--rate", options.submit.rate, "inquiries a second; 0: as fast as the window allows");
  program.add_option("--probe-rate", options.probe_rate, "lone claims a second beside the load");
  program.add_option("--hold", options.hold, "leases that are held throughout");
  program.add_option("--count", options.count, "stop after so many inquiries; with --rounds: so many a round");
  program.add_option("--rounds", options.rounds, "submit, then work off, again and again; measures the second");
  program.add_option("--seconds", options.seconds);
  program.add_option("--warmup", options.warmup, "seconds before it measures");
  program.add_option("--interval", options.interval, "seconds; figures are also printed by interval");
  program.add_flag("--leave", options.leave, "do not wait until everything is worked off");
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(program.exit(error));
  }
  if (options.worker_address.empty()) options.worker_address = options.address;
  return options;
}

}  // namespace
}  // namespace switchboard::bench

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);  // Debian's Abseil looks for cycles by default
  prctl(PR_SET_TIMERSLACK, 1);  // calls that are due at a time shall leave at that time
  try {
    switchboard::bench::Load load(switchboard::bench::Parse(argc, argv));
    std::cout << load.Run().dump() << std::endl;
  } catch (const std::exception& error) {
    std::cerr << "switchboard_load: " << error.what() << std::endl;
    return 1;
  }
}
