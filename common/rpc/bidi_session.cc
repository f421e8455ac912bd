#include "common/rpc/bidi_session.h"

#include "common/rpc/rpc_edge.h"
#include "common/rpc/status_conversion.h"
#include "common/rpc/wire_format.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

constexpr absl::Duration kReconnectAfter = absl::Milliseconds(100);

}  // namespace

ReadCredit& ReadCredit::operator=(ReadCredit&& other) noexcept {
  if (this != &other) {
    if (session_ != nullptr) session_->ReturnCredit();
    session_ = std::move(other.session_);
  }
  return *this;
}

ReadCredit::~ReadCredit() {
  if (session_ != nullptr) session_->ReturnCredit();
}

void BidiSessionBase::Prepare(RpcEdge& edge, RpcMethod& method, grpc::CallbackServerContext& context) {
  edge_ = &edge;
  info_ = std::make_unique<CallInfo>(method);
  edge.Describe(context, *info_);
}

void BidiSessionBase::Start() {
  OnStart();
  absl::MutexLock lock(&mutex_);
  ReadIfAllowed();
}

void BidiSessionBase::Finish(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (finishing_) return;
  finishing_ = true;
  final_status_ = status;
  FinishIfFlushed();
}

void BidiSessionBase::FinishWhenIdle(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (finish_when_idle_) return;
  finish_when_idle_ = true;
  idle_status_ = status;
  SettleIfIdle();
}

void BidiSessionBase::OnDraining() {
  FinishWhenIdle(
      Unavailable(reason::kShuttingDown, "this process is stopping: connect again and carry on", kReconnectAfter));
}

bool BidiSessionBase::Writable() const {
  absl::MutexLock lock(&mutex_);
  return !finishing_ && outbound_.size() < limits_.max_outbound;
}

bool BidiSessionBase::SendMessage(const google::protobuf::Message& message) {
  {
    // Spares the work where nobody will read it.
    absl::MutexLock lock(&mutex_);
    if (finishing_) return false;
  }
  grpc::ByteBuffer bytes = ToBytes(message);
  absl::MutexLock lock(&mutex_);
  if (finishing_) return false;
  outbound_.push_back(std::move(bytes));
  was_full_ = was_full_ || outbound_.size() >= limits_.max_outbound;
  WriteNext();
  return true;
}

absl::Status BidiSessionBase::ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) const {
  const size_t limit = edge_->options().max_message_bytes;
  if (bytes.Length() > limit) {
    return MakeError(absl::StatusCode::kInvalidArgument, reason::kRequestTooLarge,
                     StrCat("a message has ", bytes.Length(), " bytes, at most ", limit, " are taken"));
  }
  return FromBytes(bytes, message);
}

void BidiSessionBase::ReturnCredit() {
  absl::MutexLock lock(&mutex_);
  --unreturned_;
  ReadIfAllowed();
  SettleIfIdle();
}

bool BidiSessionBase::MayRead() const {
  return !reading_ && !dispatching_ && !reads_over_ && !finishing_ && !finish_when_idle_ &&
         unreturned_ < limits_.max_unreturned && outbound_.size() < limits_.max_outbound;
}

void BidiSessionBase::ReadIfAllowed() {
  if (!MayRead()) return;
  reading_ = true;
  StartRead(&inbound_);
}

void BidiSessionBase::WriteNext() {
  if (writing_ || outbound_.empty() || finished_) return;
  writing_ = true;
  grpc::WriteOptions options;
  // More is coming at once: let the transport put them into one packet.
  if (outbound_.size() > 1) options.set_buffer_hint();
  StartWrite(&outbound_.front(), options);
}

void BidiSessionBase::FinishIfFlushed() {
  if (!finishing_ || finished_ || writing_ || !outbound_.empty()) return;
  finished_ = true;
  ServerBidiReactor::Finish(ToGrpc(final_status_));
}

void BidiSessionBase::SettleIfIdle() {
  if (!finish_when_idle_ || finishing_ || unreturned_ > 0 || dispatching_) return;
  finishing_ = true;
  final_status_ = idle_status_;
  FinishIfFlushed();
}

void BidiSessionBase::OnReadDone(bool ok) {
  {
    absl::MutexLock lock(&mutex_);
    reading_ = false;
    reads_over_ = reads_over_ || !ok;
    dispatching_ = ok && !finishing_;
    if (dispatching_) ++unreturned_;
  }
  if (!ok) {
    if (!info_->cancelled()) OnReadsDone();
    return;
  }
  Deliver();
}

// Hands the message that was read to the session, then reads on.
void BidiSessionBase::Deliver() {
  {
    absl::MutexLock lock(&mutex_);
    if (!dispatching_) return;
  }
  const absl::Status status = Dispatch(inbound_, ReadCredit(shared_from_this()));
  if (!status.ok()) Finish(status);
  absl::MutexLock lock(&mutex_);
  dispatching_ = false;
  ReadIfAllowed();
  SettleIfIdle();
}

void BidiSessionBase::OnWriteDone(bool ok) {
  bool is_writable_again = false;
  {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    outbound_.pop_front();
    if (!ok) outbound_.clear();
    is_writable_again = was_full_ && !finishing_ && outbound_.size() <= limits_.max_outbound / 2;
    if (is_writable_again) was_full_ = false;
    WriteNext();
    FinishIfFlushed();
    ReadIfAllowed();
  }
  if (is_writable_again) OnWritable();
}

void BidiSessionBase::OnCancel() {
  info_->Cancel();
  {
    // What waits will not be read any more; what is being written comes back by itself.
    absl::MutexLock lock(&mutex_);
    while (outbound_.size() > (writing_ ? 1u : 0u)) outbound_.pop_back();
  }
  Finish(MakeError(absl::StatusCode::kCancelled, reason::kCancelled, "the caller hung up"));
  OnCancelled();
}

void BidiSessionBase::OnDone() {
  const std::shared_ptr<BidiSessionBase> self = shared_from_this();
  absl::Status status;
  {
    absl::MutexLock lock(&mutex_);
    finishing_ = true;
    finished_ = true;
    status = final_status_;
  }
  OnEnd();
  edge_->Conclude(*info_, status);
  edge_->ReleaseStream(self);
}

}  // namespace switchboard
