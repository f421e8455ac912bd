// Members of staff under faults: they claim, and then do everything that may be done with a lease, and some that may
// not.
#ifndef SWITCHBOARD_TESTS_FAULT_LOAD_WORKER_H_
#define SWITCHBOARD_TESTS_FAULT_LOAD_WORKER_H_

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "switchboard/v1/frontline.grpc.pb.h"
#include "tests/fault/load_options.h"

namespace switchboard::fault {

// What a worker does with leases by unary calls. Used by one thread.
class LeaseHandler {
 public:
  LeaseHandler(LoadContext& context, uint64_t seed);

  // Puts the delivery on record.
  void Record(const v1::Lease& lease);

  // Does something with the lease; what depends on its end is done by a later call.
  void Handle(const v1::Lease& lease);

  // Tries to complete leases that were left to run out, once they have.
  void UseStaleLeases();

  // Repeats the call while its outcome is unknown, a few times; each try goes on record.
  Outcome Try(const std::string& token, Action action, const std::string& queue = "");

  v1::FrontlineService::Stub& AnyStub() { return *dice_.Of(stubs_); }
  Dice& dice() { return dice_; }

 private:
  struct StaleLease {
    std::string token;
    absl::Time use_at;
  };

  LeaseCall TryOnce(const std::string& token, Action action, const std::string& queue);
  grpc::Status Call(LeaseCall& call);

  LoadContext& context_;
  Dice dice_;
  std::vector<std::unique_ptr<v1::FrontlineService::Stub>> stubs_;
  std::deque<StaleLease> stale_;
};

// Claims by unary calls. Used by one thread.
class UnaryWorker {
 public:
  UnaryWorker(LoadContext& context, std::string name, uint64_t seed);
  void Run();

 private:
  LoadContext& context_;
  const std::string name_;
  LeaseHandler handler_;
};

// Claims and settles over StreamClaims, opening a new stream whenever one breaks. Used by one thread, but for Cancel.
class StreamWorker {
 public:
  StreamWorker(LoadContext& context, std::string name, uint64_t seed);
  void Run();

  // Ends the stream that is open, from another thread.
  void Cancel();

 private:
  using Stream = grpc::ClientReaderWriter<v1::StreamClaimsRequest, v1::StreamClaimsResponse>;

  void RunStream();
  // What of the leases is settled on the stream; the others are handled by unary calls.
  v1::StreamClaimsRequest Answer(const v1::StreamClaimsResponse& response);
  void RecordResult(const v1::SettlementResult& result);
  void ForgetUnanswered();

  LoadContext& context_;
  const std::string name_;
  LeaseHandler handler_;
  absl::flat_hash_map<std::string, LeaseCall> unanswered_;
  absl::Mutex mutex_;
  grpc::ClientContext* open_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace switchboard::fault

#endif  // SWITCHBOARD_TESTS_FAULT_LOAD_WORKER_H_
