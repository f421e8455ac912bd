// Submitters and workers that go on through every fault, and the record of what they saw.
#ifndef SWITCHBOARD_TESTS_FAULT_LOAD_GENERATOR_H_
#define SWITCHBOARD_TESTS_FAULT_LOAD_GENERATOR_H_

#include <memory>
#include <thread>
#include <vector>

#include "common/time/clock.h"
#include "tests/fault/history_recorder.h"
#include "tests/fault/load_options.h"
#include "tests/fault/load_submitter.h"
#include "tests/fault/load_worker.h"

namespace switchboard::fault {

// Runs from construction to Stop(). Every thread may use every channel, so that calls about one inquiry reach several
// processes. `recorder` and `clock` outlive it.
class LoadGenerator {
 public:
  LoadGenerator(std::vector<std::shared_ptr<grpc::Channel>> channels, LoadOptions options, HistoryRecorder& recorder,
                const Clock& clock);
  ~LoadGenerator();  // Stop()

  // Returns when every submitter has its last answer, or has given up.
  void StopSubmitting();

  // From now on workers complete whatever they get.
  void BecomeHonest() { context_.honest = true; }

  // Ends the workers, too.
  void Stop();

 private:
  const LoadOptions options_;
  const std::vector<std::shared_ptr<grpc::Channel>> channels_;
  LoadContext context_;
  std::vector<std::unique_ptr<LoadSubmitter>> submitters_;
  std::vector<std::unique_ptr<UnaryWorker>> unary_workers_;
  std::vector<std::unique_ptr<StreamWorker>> stream_workers_;
  std::vector<std::thread> submitting_;
  std::vector<std::thread> working_;
};

}  // namespace switchboard::fault

#endif  // SWITCHBOARD_TESTS_FAULT_LOAD_GENERATOR_H_
