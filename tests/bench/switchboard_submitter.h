// One connection over which inquiries are submitted, in calls of one or of many.
#ifndef SWITCHBOARD_TESTS_BENCH_SWITCHBOARD_SUBMITTER_H_
#define SWITCHBOARD_TESTS_BENCH_SWITCHBOARD_SUBMITTER_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "switchboard/v1/intake.grpc.pb.h"
#include "tests/bench/bodies.h"
#include "tests/bench/load_recorder.h"

namespace switchboard::bench {

struct SubmitterOptions {
  std::string caller = "bench";
  std::string topic;     // `topics/{topic}`; empty: Switchboard sorts
  bool decided = false;  // the caller has judged the priority, too: nothing is left to be found in the text
  std::string language;  // empty: Switchboard finds it out
  std::string author;    // by which workers know whose inquiries to time
  bool request_ids = false;
  int batch = 100;        // inquiries a call; 1: SubmitInquiry, more: BatchSubmitInquiries
  int calls = 3;          // in flight, where there is no rate
  double rate = 0;        // inquiries a second; 0: a new call whenever one was answered
  int most_calls = 4096;  // in flight, where there is a rate; what is due beyond them leaves late and is charged for it
};

// Run() is called by one thread at a time. `bodies`, `recorder` and `budget` outlive it.
class Submitter {
 public:
  // `budget` is how many inquiries all submitters together may still send.
  Submitter(const std::shared_ptr<grpc::Channel>& channel, SubmitterOptions options, const Bodies& bodies,
            LoadRecorder& recorder, std::atomic<int64_t>& budget);
  ~Submitter();

  // Submits until `end` or the end of the budget, and waits for the answers.
  void Run(SteadyTime end);

 private:
  class Call;

  void RunAtRate();
  bool Send(Call* call, SteadyTime due);
  void FillInquiry(v1::SubmitInquiryRequest& request, SteadyTime due);
  void Done(Call* call, const grpc::Status& status);
  void Count(const Call& call, const grpc::Status& status);
  Call* TakeIdle();
  void PutBack(Call* call);

  const std::unique_ptr<v1::IntakeService::Stub> stub_;
  const SubmitterOptions options_;
  const Bodies& bodies_;
  LoadRecorder& recorder_;
  std::atomic<int64_t>& budget_;
  std::atomic<uint64_t> sent_{0};
  SteadyTime end_;
  std::mutex mutex_;
  std::condition_variable idle_changed_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<Call*> idle_;
};

}  // namespace switchboard::bench

#endif  // SWITCHBOARD_TESTS_BENCH_SWITCHBOARD_SUBMITTER_H_
