// What is in force before an operator has applied anything.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_STORE_BUILT_IN_SNAPSHOT_H_
#define SWITCHBOARD_SERVICES_TRIAGE_STORE_BUILT_IN_SNAPSHOT_H_

#include <memory>

#include "services/triage/triage_engine.h"

namespace switchboard::triage {

// One queue, `general`, and no topics: every inquiry is accepted, its language told, and marked unsure. Version 0. So a
// fresh server refuses nothing, and what came in before the first configuration waits where somebody can claim it.
std::shared_ptr<const TriageSnapshot> BuiltInSnapshot();

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_STORE_BUILT_IN_SNAPSHOT_H_
