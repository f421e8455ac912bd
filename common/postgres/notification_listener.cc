#include "common/postgres/notification_listener.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <utility>

#include "common/postgres/libpq_session.h"
#include "common/runtime/log.h"
#include "common/runtime/signals.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(50);
constexpr absl::Duration kLongestBackoff = absl::Seconds(5);

struct FreeNotification {
  void operator()(PGnotify* notification) const { PQfreemem(notification); }
};
using Notification = std::unique_ptr<PGnotify, FreeNotification>;

class ThreadedListener final : public NotificationListener {
 public:
  ThreadedListener(SessionOptions session, std::vector<std::string> channels, Callback callback)
      : session_(std::move(session)), channels_(std::move(channels)), callback_(std::move(callback)) {
    thread_ = std::thread([this] { Run(); });
  }

  ~ThreadedListener() override {
    stopping_ = true;
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
    thread_.join();
    close(wake_fd_);
  }

 private:
  void Run() {
    SetThreadName("pg-listener");
    absl::Duration backoff = kFirstBackoff;
    while (!stopping_) {
      if (ListenWhileConnected(backoff); stopping_) return;
      Log(LogLevel::kWarning, "lost the database connection that listens for hints; trying again");
      // Nothing is read from the event descriptor, so this returns at once when stopping.
      AwaitReadable(-1, backoff);
      backoff = std::min(2 * backoff, kLongestBackoff);
    }
  }

  void ListenWhileConnected(absl::Duration& backoff) {
    absl::StatusOr<SessionHandle> session = OpenSession(session_);
    if (!session.ok()) return;
    for (const std::string& channel : channels_) {
      const ResultHandle listening(PQexec(session->get(), StrCat("LISTEN \"", channel, "\"").c_str()));
      if (PQresultStatus(listening.get()) != PGRES_COMMAND_OK) return;
    }
    backoff = kFirstBackoff;
    for (const std::string& channel : channels_) callback_(channel, "");
    while (!stopping_) {
      if (PQconsumeInput(session->get()) != 1) return;
      while (const auto notification = Notification(PQnotifies(session->get()))) {
        callback_(notification->relname, notification->extra);
      }
      AwaitReadable(PQsocket(session->get()), absl::InfiniteDuration());
    }
  }

  void AwaitReadable(int fd, absl::Duration timeout) {
    pollfd fds[] = {{wake_fd_, POLLIN, 0}, {fd, POLLIN, 0}};
    const int millis = timeout == absl::InfiniteDuration() ? -1 : static_cast<int>(absl::ToInt64Milliseconds(timeout));
    poll(fds, 2, millis);
  }

  const SessionOptions session_;
  const std::vector<std::string> channels_;
  Callback callback_;
  const int wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace

std::unique_ptr<NotificationListener> NotificationListener::Start(SessionOptions session,
                                                                  std::vector<std::string> channels,
                                                                  Callback on_notification) {
  return std::make_unique<ThreadedListener>(std::move(session), std::move(channels), std::move(on_notification));
}

}  // namespace switchboard
