// A lone worker's system beside the load: claims one inquiry at a time and completes it, at an even pace.
#ifndef SWITCHBOARD_TESTS_BENCH_SWITCHBOARD_PROBE_H_
#define SWITCHBOARD_TESTS_BENCH_SWITCHBOARD_PROBE_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "switchboard/v1/frontline.grpc.pb.h"
#include "tests/bench/load_recorder.h"

namespace switchboard::bench {

// Runs a thread of its own while it lives. `recorder` outlives it. Claims that find nothing count as well.
class Probe {
 public:
  Probe(const std::shared_ptr<grpc::Channel>& channel, std::vector<std::string> queues, double rate,
        LoadRecorder& recorder);

 private:
  void Run(const std::stop_token& stop);
  void ClaimOne(SteadyTime due);

  const std::unique_ptr<v1::FrontlineService::Stub> stub_;
  const std::vector<std::string> queues_;
  const std::chrono::nanoseconds step_;
  LoadRecorder& recorder_;
  std::jthread thread_;
};

}  // namespace switchboard::bench

#endif  // SWITCHBOARD_TESTS_BENCH_SWITCHBOARD_PROBE_H_
