// Workers for trying and for load: they claim over StreamClaims, settle each lease the same way, and count.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_WORKBENCH_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_WORKBENCH_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "switchboard/v1/frontline.grpc.pb.h"

namespace switchboard::client {

struct WorkbenchOptions {
  std::vector<std::string> queues;     // `queues/{queue}`
  std::string worker = "workers/cli";  // with several streams: "-1", "-2", … is added
  std::vector<std::string> languages;
  v1::Disposition disposition = v1::ANSWERED;
  std::string reason;
  int streams = 1;
  int credit = 100;           // leases in hand, per stream
  int64_t count = 0;          // stop after so many; 0: no bound
  absl::Duration think_time;  // how long a worker takes for each message of leases
};

// Who claims: one for each stream.
std::vector<std::string> WorkersOf(const WorkbenchOptions& options);

struct WorkTally {
  int64_t claimed = 0;
  int64_t completed = 0;
  int64_t lost = 0;         // LEASE_LOST
  int64_t redelivered = 0;  // leases with attempts > 1
  int64_t repeated = 0;     // inquiries completed twice by this bench; must stay 0
  absl::Status status;      // the first error that ended a stream
};

// One run. Thread-safe where it says so.
class Workbench {
 public:
  using OnCompleted = std::function<void(const v1::Inquiry&)>;

  Workbench(v1::FrontlineService::Stub& stub, const Clock& clock, WorkbenchOptions options, OnCompleted on_completed);

  // Works until `count` is reached, Stop is called, or every stream failed.
  WorkTally Run();

  // Ends the run once what is in hand is settled. Thread-safe.
  void Stop();

  // How long nothing was handed out, and how many leases are in hand. Thread-safe.
  absl::Duration IdleFor() const;
  WorkTally tally() const;
  bool finished() const;

 private:
  using Stream = grpc::ClientReaderWriter<v1::StreamClaimsRequest, v1::StreamClaimsResponse>;

  void Work(int number);
  // Takes up to `wanted` of what is left of `count`.
  int TakeTickets(int wanted);
  v1::StreamClaimsRequest Settle(const v1::StreamClaimsResponse& response);
  // Counts it; where the server refuses to settle it so, also puts it off.
  void TakeResult(const v1::SettlementResult& result);
  // False where it is refused for another reason than a lost lease.
  bool CountResult(const v1::SettlementResult& result);
  // Gives a lease back for a while, without an attempt, so that neither this run nor the lease's time keeps it.
  void PutOff(const v1::SettlementResult& refused);
  void SettleLate(const v1::StreamClaimsResponse& response);

  v1::FrontlineService::Stub& stub_;
  const Clock& clock_;
  const WorkbenchOptions options_;
  const OnCompleted on_completed_;

  mutable absl::Mutex mutex_;
  int64_t tickets_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  int running_ ABSL_GUARDED_BY(mutex_);  // from the beginning: a run that did not start yet has not finished
  absl::Duration last_lease_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, v1::Inquiry> in_hand_ ABSL_GUARDED_BY(mutex_);  // by lease token
  absl::flat_hash_set<std::string> done_ ABSL_GUARDED_BY(mutex_);                  // names
  WorkTally tally_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_WORKBENCH_H_
