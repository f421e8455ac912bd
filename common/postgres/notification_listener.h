// LISTEN: hints from other processes. Hints may be lost at any time; nothing may depend on them but latency.
#ifndef SWITCHBOARD_COMMON_POSTGRES_NOTIFICATION_LISTENER_H_
#define SWITCHBOARD_COMMON_POSTGRES_NOTIFICATION_LISTENER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "common/postgres/connection.h"

namespace switchboard {

// A thread with a session of its own that listens on channels and reconnects with backoff (50 ms up to 5 s) after a
// loss. To send: `SELECT pg_notify($1, $2)`, outside the transactions that matter.
class NotificationListener {
 public:
  using Callback = absl::AnyInvocable<void(std::string_view channel, std::string_view payload)>;

  // Starts the thread; does not wait for the connection. `on_notification` runs on the listener's thread, one call at a
  // time. After each (re)connection it is called once per channel with an empty payload: something may have been
  // missed.
  static std::unique_ptr<NotificationListener> Start(SessionOptions session, std::vector<std::string> channels,
                                                     Callback on_notification);

  // Ends the thread, after the callback that may be running.
  virtual ~NotificationListener() = default;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_NOTIFICATION_LISTENER_H_
