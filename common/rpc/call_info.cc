#include "common/rpc/call_info.h"

#include <utility>

namespace switchboard {

void CallInfo::OnCancel(absl::AnyInvocable<void()> callback) {
  {
    absl::MutexLock lock(&mutex_);
    if (!cancelled()) {
      on_cancel_ = std::move(callback);
      return;
    }
  }
  callback();
}

void CallInfo::Cancel() {
  absl::AnyInvocable<void()> callback;
  {
    absl::MutexLock lock(&mutex_);
    cancelled_.store(true, std::memory_order_release);
    callback = std::exchange(on_cancel_, nullptr);
  }
  if (callback) callback();
}

void CallInfo::DropCancelCallback() {
  absl::AnyInvocable<void()> dropped;
  absl::MutexLock lock(&mutex_);
  dropped = std::exchange(on_cancel_, nullptr);
}

}  // namespace switchboard
