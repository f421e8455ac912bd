// How operators see queues: the configuration's settings, the engine's figures and who holds leases, as the API says
// it.
#ifndef SWITCHBOARD_SERVICES_OPERATIONS_QUEUE_VIEW_H_
#define SWITCHBOARD_SERVICES_OPERATIONS_QUEUE_VIEW_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "services/queue/queue_engine.h"
#include "services/triage/configuration.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::operations {

// True where any inquiry is ready, leased, delayed or dead in the queue.
bool HoldsInquiries(const queue::QueueFigures& figures);

// The queues that operators see: those of the configuration in its order, then those that were left out of it but still
// hold inquiries, by name.
std::vector<std::string> VisibleQueues(const triage::Configuration& configuration, const queue::FiguresSample& sample);

// The queue's settings and figures. `configuration` and `sample` need not know it: then its settings are empty, or its
// figures zero.
void FillQueue(std::string_view id, const triage::Configuration& configuration, const queue::FiguresSample& sample,
               v1::Queue& out);

// What a pause or a resume has just made of it, which the sample does not know yet.
void FillPause(const queue::QueueRecord& record, v1::Queue& out);

void FillHolders(absl::Span<const queue::LeaseHolder> holders, v1::Queue& out);

}  // namespace switchboard::operations

#endif  // SWITCHBOARD_SERVICES_OPERATIONS_QUEUE_VIEW_H_
