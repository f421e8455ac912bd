// Workers between the API and the domain.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_WORKER_TO_PROTO_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_WORKER_TO_PROTO_H_

#include "absl/status/statusor.h"
#include "services/workforce/worker.h"
#include "switchboard/v1/workers.pb.h"

namespace switchboard::frontline {

void FillWorker(const workforce::Worker& worker, v1::Worker& out);

// The `worker` of a request. INVALID_ARGUMENT names every wrong field.
absl::StatusOr<workforce::Worker> ReadWorker(const v1::Worker& worker);

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_WORKER_TO_PROTO_H_
