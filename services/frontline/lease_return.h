// What becomes of a lease whose caller is not there any more to hear of it.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_LEASE_RETURN_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_LEASE_RETURN_H_

#include <vector>

#include "common/time/clock.h"
#include "services/queue/queue_engine.h"

namespace switchboard::frontline {

// Puts the leases back into their queues at once, with the attempt refunded: nobody has seen them. Does not block, and
// nobody waits for it: where it fails, the leases end by themselves.
void GiveBack(queue::QueueEngine& engine, const Clock& clock, const std::vector<queue::GrantedLease>& leases);

// About how many bytes the lease takes in a message.
size_t BytesOf(const queue::GrantedLease& lease);

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_LEASE_RETURN_H_
