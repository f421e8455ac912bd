// One bidirectional stream, flow-controlled in both directions.
//
//   class SubmitSession : public BidiSession<StreamInquiriesRequest, StreamInquiriesResponse> {
//     void OnMessage(const StreamInquiriesRequest& request, ReadCredit credit) override {
//       intake_.Submit(request, [self = Self<SubmitSession>(), credit = std::move(credit)](auto answer) {
//         self->Send(answer);           // any thread
//       });                             // the credit goes back here, and another message may be read
//     }
//   };
//
// Upwards: at most max_unreturned messages are with the handler; the next one is read when a credit goes back and fewer
// than max_outbound answers wait to be written. Downwards: Send never blocks and never drops; who sends without being
// asked looks at Writable() first and resumes in OnWritable().
#ifndef SWITCHBOARD_COMMON_RPC_BIDI_SESSION_H_
#define SWITCHBOARD_COMMON_RPC_BIDI_SESSION_H_

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <deque>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/rpc/call_info.h"

namespace switchboard {

class RpcEdge;
class BidiSessionBase;

struct SessionLimits {
  size_t max_unreturned = 64;  // messages read whose credit is still out
  size_t max_outbound = 256;   // answers waiting before reading pauses and Writable() is false
};

// The right of one more message to be read; goes back when destroyed. Move-only, may outlive the stream.
class ReadCredit {
 public:
  ReadCredit() = default;
  explicit ReadCredit(std::shared_ptr<BidiSessionBase> session) : session_(std::move(session)) {}
  ReadCredit(ReadCredit&&) noexcept = default;
  ReadCredit& operator=(ReadCredit&& other) noexcept;
  ~ReadCredit();

 private:
  std::shared_ptr<BidiSessionBase> session_;
};

// What does not depend on the message types. Derive from BidiSession.
class BidiSessionBase : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                        public std::enable_shared_from_this<BidiSessionBase> {
 public:
  ~BidiSessionBase() override = default;

  // Ends the stream with `status` once what was sent before is written. The first call counts. Thread-safe.
  void Finish(const absl::Status& status);

  // False while max_outbound answers wait, or the stream has ended. Thread-safe.
  bool Writable() const;

  CallInfo& call() { return *info_; }

 protected:
  explicit BidiSessionBase(SessionLimits limits) : limits_(limits) {}

  // The reactions. One at a time for OnMessage and OnReadsDone; the others may come in parallel. None may block.

  // The stream was admitted and call() is known; nothing was read yet.
  virtual void OnStart() {}
  // The caller will send no more. Finishes with OK by default, once every credit is back.
  virtual void OnReadsDone() { FinishWhenIdle(absl::OkStatus()); }
  // The outbound queue has gone down to half of its limit after having been full.
  virtual void OnWritable() {}
  // The caller hung up. The session is finished already; Send is a no-op from here on.
  virtual void OnCancelled() {}
  // The process is about to stop. By default: reads no more and, once every credit is back, finishes with UNAVAILABLE
  // (SHUTTING_DOWN), on which callers reconnect elsewhere.
  virtual void OnDraining();
  // The stream is over. The session is released afterwards.
  virtual void OnEnd() {}

  // Reads no more, and finishes when every credit is back and everything sent is written. The first call counts.
  void FinishWhenIdle(const absl::Status& status);

  bool SendMessage(const google::protobuf::Message& message);
  virtual absl::Status Dispatch(const grpc::ByteBuffer& bytes, ReadCredit credit) = 0;
  absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) const;

  template <typename Session>
  std::shared_ptr<Session> Self() {
    return std::static_pointer_cast<Session>(shared_from_this());
  }

 private:
  friend class RpcEdge;
  friend class ReadCredit;

  void Prepare(RpcEdge& edge, RpcMethod& method, grpc::CallbackServerContext& context);
  void Start();
  void Deliver();
  void ReturnCredit();
  void OnReadDone(bool ok) final;
  void OnWriteDone(bool ok) final;
  void OnCancel() final;
  void OnDone() final;

  bool MayRead() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ReadIfAllowed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FinishIfFlushed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SettleIfIdle() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const SessionLimits limits_;
  RpcEdge* edge_ = nullptr;
  std::unique_ptr<CallInfo> info_;
  grpc::ByteBuffer inbound_;  // of the read under way

  mutable absl::Mutex mutex_;
  std::deque<grpc::ByteBuffer> outbound_ ABSL_GUARDED_BY(mutex_);  // front: being written
  size_t unreturned_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool reads_over_ ABSL_GUARDED_BY(mutex_) = false;
  bool dispatching_ ABSL_GUARDED_BY(mutex_) = false;  // OnMessage is running
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool was_full_ ABSL_GUARDED_BY(mutex_) = false;
  bool finishing_ ABSL_GUARDED_BY(mutex_) = false;  // Finish was called
  bool finish_when_idle_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;  // and handed to gRPC
  absl::Status final_status_ ABSL_GUARDED_BY(mutex_);
  absl::Status idle_status_ ABSL_GUARDED_BY(mutex_);
};

template <typename Request, typename Response>
class BidiSession : public BidiSessionBase {
 public:
  // Queues an answer; false when the stream has ended and nobody will read it. Thread-safe, never blocks.
  bool Send(const Response& response) { return SendMessage(response); }

 protected:
  explicit BidiSession(SessionLimits limits = {}) : BidiSessionBase(limits) {}

  // A message came. The request lives until this returns.
  virtual void OnMessage(const Request& request, ReadCredit credit) = 0;

 private:
  absl::Status Dispatch(const grpc::ByteBuffer& bytes, ReadCredit credit) final {
    google::protobuf::Arena arena;
    Request& request = *google::protobuf::Arena::CreateMessage<Request>(&arena);
    if (absl::Status status = ParseMessage(bytes, request); !status.ok()) return status;
    OnMessage(request, std::move(credit));
    return absl::OkStatus();
  }
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_BIDI_SESSION_H_
