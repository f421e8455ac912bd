// The settlements of one message of a StreamClaims call, on their way.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_STREAM_SETTLEMENTS_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_STREAM_SETTLEMENTS_H_

#include <google/protobuf/repeated_ptr_field.h>

#include "absl/functional/any_invocable.h"
#include "services/frontline/completions.h"
#include "services/frontline/request_reader.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/frontline.pb.h"

namespace switchboard::frontline {

// Settles each by itself and gives the results in the order of the settlements, all at once: `done` runs exactly once,
// on any thread, and the response lives as long. What it is given outlives that; the settlements are not needed after
// this returns.
void SettleAll(queue::QueueEngine& engine, const RequestReader& reader, const Completions& completions,
               const google::protobuf::RepeatedPtrField<v1::Settlement>& settlements,
               absl::AnyInvocable<void(const v1::StreamClaimsResponse&)> done);

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_STREAM_SETTLEMENTS_H_
