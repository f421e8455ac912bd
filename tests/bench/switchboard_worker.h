// One StreamClaims call that completes whatever it is handed.
#ifndef SWITCHBOARD_TESTS_BENCH_SWITCHBOARD_WORKER_H_
#define SWITCHBOARD_TESTS_BENCH_SWITCHBOARD_WORKER_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "switchboard/v1/frontline.grpc.pb.h"
#include "tests/bench/load_recorder.h"

namespace switchboard::bench {

struct WorkerOptions {
  std::string name;
  std::vector<std::string> queues;
  int window = 256;          // inquiries asked for or held
  std::string author;        // whose inquiries are timed; empty: everybody's
  bool hold = false;         // keeps its leases and completes nothing
  bool time_claims = false;  // records what lies between credit and lease, and between settlement and result
};

// Thread-safe. `recorder` and `allowance` outlive it.
class Worker : private grpc::ClientBidiReactor<v1::StreamClaimsRequest, v1::StreamClaimsResponse> {
 public:
  // `allowance` is how many leases all workers together may still ask for.
  Worker(const std::shared_ptr<grpc::Channel>& channel, WorkerOptions options, LoadRecorder& recorder,
         std::atomic<int64_t>& allowance);

  // Ends the stream; leases that are out stay out.
  ~Worker() override;

  // Asks for as many leases as window and allowance let it.
  void AskForMore();

 private:
  // So many credits or settlements that were sent at one time.
  struct Sent {
    int count;
    SteadyTime time;
  };

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  void TakeLeases();
  void TakeResults();
  void AddCredit();
  void WriteMore();
  SteadyTime Answered(std::deque<Sent>& sent);

  const std::unique_ptr<v1::FrontlineService::Stub> stub_;
  const WorkerOptions options_;
  LoadRecorder& recorder_;
  std::atomic<int64_t>& allowance_;
  grpc::ClientContext context_;
  v1::StreamClaimsResponse incoming_;

  std::mutex mutex_;
  std::condition_variable ended_;
  v1::StreamClaimsRequest pending_;  // next to be written
  v1::StreamClaimsRequest writing_;
  bool write_under_way_ = false;
  bool done_ = false;
  int credit_out_ = 0, leased_ = 0;
  std::vector<SteadyTime> timed_;  // of one message
  std::deque<Sent> credit_sent_, settlements_sent_;
};

}  // namespace switchboard::bench

#endif  // SWITCHBOARD_TESTS_BENCH_SWITCHBOARD_WORKER_H_
