// Tells other processes that there is work, and hears it from them. Only ever saves the wait for the next poll.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARDD_QUEUE_HINTS_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARDD_QUEUE_HINTS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "services/queue/queue_engine.h"

namespace switchboard {

class Database;

inline constexpr char kQueueChannel[] = "switchboard_queue";

// "7:1,5,12": the sender's node number and the queues.
std::string FormatQueueHint(int node, absl::Span<const queue::QueueNumber> queues);

// Empty for a hint of this node's own, and for anything that is no hint.
std::vector<queue::QueueNumber> ParseQueueHint(std::string_view payload, int own_node);

// Announces what this process put into its queues since the last call; nothing where that is nothing. Blocks.
void SendQueueHint(queue::QueueEngine& engine, Database& database, int node);

}  // namespace switchboard

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARDD_QUEUE_HINTS_H_
