// One system that hands inquiries in, through faults: it repeats what has no answer under the same request id, and at
// times repeats knowingly.
#ifndef SWITCHBOARD_TESTS_FAULT_LOAD_SUBMITTER_H_
#define SWITCHBOARD_TESTS_FAULT_LOAD_SUBMITTER_H_

#include <memory>
#include <string>
#include <vector>

#include "switchboard/v1/intake.grpc.pb.h"
#include "tests/fault/load_options.h"

namespace switchboard::fault {

// Used by one thread.
class LoadSubmitter {
 public:
  LoadSubmitter(LoadContext& context, uint64_t seed);

  // Until the context says stop; what has no answer then is tried for a few seconds more.
  void Run();

 private:
  v1::SubmitInquiryRequest NewRequest();
  void SubmitUntilKnown(std::vector<v1::SubmitInquiryRequest> requests);
  // Gives those that have no answer.
  std::vector<v1::SubmitInquiryRequest> SubmitOnce(const std::vector<v1::SubmitInquiryRequest>& requests);
  v1::SubmitResult SubmitAlone(const v1::SubmitInquiryRequest& request);
  std::vector<v1::SubmitResult> SubmitTogether(const std::vector<v1::SubmitInquiryRequest>& requests);
  void RepeatWithOtherText();

  LoadContext& context_;
  Dice dice_;
  std::vector<std::unique_ptr<v1::IntakeService::Stub>> stubs_;
  std::vector<v1::SubmitInquiryRequest> acknowledged_;
  int submitted_ = 0;
};

}  // namespace switchboard::fault

#endif  // SWITCHBOARD_TESTS_FAULT_LOAD_SUBMITTER_H_
