#include "tests/fault/load_generator.h"

#include <utility>

#include "common/text/string_view.h"

namespace switchboard::fault {

LoadGenerator::LoadGenerator(std::vector<std::shared_ptr<grpc::Channel>> channels, LoadOptions options,
                             HistoryRecorder& recorder, const Clock& clock)
    : options_(std::move(options)), channels_(std::move(channels)), context_{options_, channels_, recorder, clock} {
  uint64_t seed = options_.seed * 1000;
  for (int i = 0; i < options_.submitters; ++i) {
    submitters_.push_back(std::make_unique<LoadSubmitter>(context_, ++seed));
  }
  for (int i = 0; i < options_.unary_workers; ++i) {
    unary_workers_.push_back(std::make_unique<UnaryWorker>(context_, StrCat("workers/unary-", i), ++seed));
  }
  for (int i = 0; i < options_.stream_workers; ++i) {
    stream_workers_.push_back(std::make_unique<StreamWorker>(context_, StrCat("workers/stream-", i), ++seed));
  }
  for (const auto& submitter : submitters_) submitting_.emplace_back([&submitter] { submitter->Run(); });
  for (const auto& worker : unary_workers_) working_.emplace_back([&worker] { worker->Run(); });
  for (const auto& worker : stream_workers_) working_.emplace_back([&worker] { worker->Run(); });
}

LoadGenerator::~LoadGenerator() { Stop(); }

void LoadGenerator::StopSubmitting() {
  context_.stop_submitting = true;
  for (std::thread& thread : submitting_) thread.join();
  submitting_.clear();
}

void LoadGenerator::Stop() {
  StopSubmitting();
  context_.stop_working = true;
  for (const auto& worker : stream_workers_) worker->Cancel();
  for (std::thread& thread : working_) thread.join();
  working_.clear();
}

}  // namespace switchboard::fault
