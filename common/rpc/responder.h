// The answer to a unary call, given exactly once.
#ifndef SWITCHBOARD_COMMON_RPC_RESPONDER_H_
#define SWITCHBOARD_COMMON_RPC_RESPONDER_H_

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/call_info.h"

namespace switchboard {

class RpcEdge;

// A unary call being served: gRPC's reactor, the arena with request and response, and what is known about the call.
// Deletes itself when gRPC is done with it. Handlers see it only as a Responder.
class UnaryCall : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(RpcEdge& edge, RpcMethod& method, grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
            grpc::ByteBuffer* out);

  CallInfo& info() { return info_; }

  // Answers with the response if OK. Nothing of the call may be touched afterwards.
  void Finish(const absl::Status& status);

  void OnCancel() override;
  void OnDone() override;

 protected:
  ~UnaryCall() override;

  // Admits the call and parses the request; false when the call is refused, and then it is answered already.
  bool AcceptInto(google::protobuf::Message& request);
  void set_response(const google::protobuf::Message* response) { response_ = response; }

  google::protobuf::Arena arena_;

 private:
  // None of the reactions blocks, so that gRPC need not have another thread run them.
  bool InternalInlineable() override { return true; }

  RpcEdge& edge_;
  CallInfo info_;
  const grpc::ByteBuffer* in_;
  grpc::ByteBuffer* out_;
  const google::protobuf::Message* response_ = nullptr;
  size_t admitted_bytes_ = 0;
  bool admitted_ = false;
};

template <typename Request, typename Response>
class TypedUnaryCall final : public UnaryCall {
 public:
  using UnaryCall::UnaryCall;

  bool Accept() { return AcceptInto(*request_); }
  const Request& request() const { return *request_; }

  Response& response() {
    if (typed_response_ == nullptr) {
      typed_response_ = google::protobuf::Arena::CreateMessage<Response>(&arena_);
      set_response(typed_response_);
    }
    return *typed_response_;
  }

 private:
  Request* request_ = google::protobuf::Arena::CreateMessage<Request>(&arena_);
  Response* typed_response_ = nullptr;
};

// The type-erased half of a call that a Responder needs: where the response is, and how to finish.
template <typename Response>
class UnaryAnswer {
 public:
  template <typename Request>
  explicit UnaryAnswer(TypedUnaryCall<Request, Response>* call)
      : call_(call), response_([](UnaryCall* c) -> Response& {
          return static_cast<TypedUnaryCall<Request, Response>*>(c)->response();
        }) {}

  Response& response() const { return response_(call_); }
  void Finish(const absl::Status& status) const { call_->Finish(status); }

 private:
  UnaryCall* call_;
  Response& (*response_)(UnaryCall*);
};

// Move-only. Used once, from any thread: by calling it with a status, a response, or a StatusOr of one; or by filling
// response() in place (on the call's arena) and calling it with OK. One that is destroyed unused answers INTERNAL.
// After the answer the request, the CallInfo and response() are gone.
template <typename Response>
class Responder {
 public:
  template <typename Request>
  explicit Responder(TypedUnaryCall<Request, Response>* call) : answer_(call), pending_(true) {}

  Responder(Responder&& other) noexcept : answer_(other.answer_), pending_(std::exchange(other.pending_, false)) {}
  Responder& operator=(Responder&& other) noexcept {
    if (this != &other) {
      Abandon();
      answer_ = other.answer_;
      pending_ = std::exchange(other.pending_, false);
    }
    return *this;
  }
  ~Responder() { Abandon(); }

  // The response to fill; empty at first.
  Response& response() { return answer_.response(); }

  void operator()(const absl::Status& status) {
    pending_ = false;
    answer_.Finish(status);
  }

  void operator()(Response response) {
    answer_.response() = std::move(response);
    (*this)(absl::OkStatus());
  }

  void operator()(absl::StatusOr<Response> response) {
    if (response.ok()) answer_.response() = *std::move(response);
    (*this)(response.status());
  }

 private:
  void Abandon() {
    if (std::exchange(pending_, false)) answer_.Finish(absl::InternalError("the call was dropped without an answer"));
  }

  UnaryAnswer<Response> answer_;
  bool pending_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_RESPONDER_H_
