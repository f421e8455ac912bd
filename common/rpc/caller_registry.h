// The callers seen by this process, as a closed set of names.
#ifndef SWITCHBOARD_COMMON_RPC_CALLER_REGISTRY_H_
#define SWITCHBOARD_COMMON_RPC_CALLER_REGISTRY_H_

#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/node_hash_set.h"
#include "absl/synchronization/mutex.h"

namespace switchboard {

// Thread-safe. Views that it gives stay valid as long as it lives.
class CallerRegistry {
 public:
  explicit CallerRegistry(int max_callers) : max_callers_(max_callers) {}

  // The name to go by: lower case; "unknown" for "", "invalid" for what is not [A-Za-z0-9._-]{1,64}, "other" for a name
  // that is new after max_callers different ones.
  std::string_view Intern(std::string_view name);

 private:
  const size_t max_callers_;
  absl::Mutex mutex_;
  absl::node_hash_set<std::string> names_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_CALLER_REGISTRY_H_
