// How leases are extended: in groups, one commit each.
#ifndef SWITCHBOARD_SERVICES_QUEUE_EXTEND_PATH_H_
#define SWITCHBOARD_SERVICES_QUEUE_EXTEND_PATH_H_

#include <optional>
#include <string_view>
#include <vector>

#include "services/queue/engine_parts.h"
#include "services/queue/group_committer.h"
#include "services/queue/lease_token.h"

namespace switchboard::queue {

// Thread-safe.
class ExtendPath {
 public:
  explicit ExtendPath(EngineParts& parts);

  void Start() { committer_.Start(); }
  void Close() { committer_.Close(); }

  // See QueueEngine::Extend.
  void Extend(std::string_view lease_token, std::optional<absl::Duration> duration, Callback<absl::Time> done);

 private:
  struct Element {
    LeaseKey lease;
    absl::Duration duration;
    Callback<absl::Time> done;
  };
  using Committer = GroupCommitter<Element>;
  struct Extension {
    LeaseKey lease;
    absl::Time until;
  };

  void Commit(std::vector<Element> batch);
  absl::StatusOr<std::vector<bool>> Write(absl::Span<const Extension> extensions);
  void Finish(Element& element, absl::Time until, const absl::StatusOr<bool>& valid, const QueueSnapshot& queues);

  EngineParts& parts_;
  Committer committer_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_EXTEND_PATH_H_
