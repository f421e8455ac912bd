// The error for a worker that is not registered.
#ifndef SWITCHBOARD_SERVICES_WORKFORCE_NO_SUCH_WORKER_H_
#define SWITCHBOARD_SERVICES_WORKFORCE_NO_SUCH_WORKER_H_

#include <string_view>

#include "absl/status/status.h"
#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"

namespace switchboard::workforce {

inline absl::Status NoSuchWorker(std::string_view id) {
  const std::string name = WorkerName(id);
  return NotFound("switchboard.v1.Worker", name, StrCat(name, " is not registered; register it with UpdateWorker"));
}

}  // namespace switchboard::workforce

#endif  // SWITCHBOARD_SERVICES_WORKFORCE_NO_SUCH_WORKER_H_
