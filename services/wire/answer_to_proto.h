// Answers of the library, from the domain to the API.
#ifndef SWITCHBOARD_SERVICES_WIRE_ANSWER_TO_PROTO_H_
#define SWITCHBOARD_SERVICES_WIRE_ANSWER_TO_PROTO_H_

#include "services/guidance/answer_library.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::wire {

// Everything but `recalled` and `in_force`.
void FillAnswer(const guidance::Answer& answer, v1::Answer& out);

}  // namespace switchboard::wire

#endif  // SWITCHBOARD_SERVICES_WIRE_ANSWER_TO_PROTO_H_
