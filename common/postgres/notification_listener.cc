#include "common/postgres/notification_listener.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <pqxx/notification>
#include <thread>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "common/postgres/pqxx_session.h"
#include "common/runtime/log.h"
#include "common/runtime/signals.h"

namespace switchboard {
namespace {

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(50);
constexpr absl::Duration kLongestBackoff = absl::Seconds(5);

class Receiver final : public pqxx::notification_receiver {
 public:
  Receiver(PqxxSession& session, const std::string& channel, NotificationListener::Callback& callback)
      : pqxx::notification_receiver(session, channel), callback_(callback) {}

  void operator()(const std::string& payload, int /*backend_pid*/) override { callback_(channel(), payload); }

 private:
  NotificationListener::Callback& callback_;
};

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
    try {
      PqxxSession session(session_);
      std::vector<std::unique_ptr<Receiver>> receivers;
      for (const std::string& channel : channels_) {
        receivers.push_back(std::make_unique<Receiver>(session, channel, callback_));
      }
      // Else every receiver would have the server stop telling, and wait for its answer.
      const absl::Cleanup hang_up = [&session] { session.disconnect(); };
      if (!session.is_open()) return;
      backoff = kFirstBackoff;
      for (const std::string& channel : channels_) callback_(channel, "");
      while (!stopping_) {
        session.get_notifs();
        if (!session.is_open()) return;
        AwaitReadable(session.sock(), absl::InfiniteDuration());
      }
    } catch (const std::exception&) {
      // Lost, or refused: the caller tries again.
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
