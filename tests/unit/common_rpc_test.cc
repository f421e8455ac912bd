// The rpc edge between a real client and a real server: what every service gets for free.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server_posix.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/rpc/bidi_session.h"
#include "common/rpc/channel.h"
#include "common/rpc/protobuf_utf8.h"
#include "common/rpc/rpc_edge.h"
#include "common/rpc/rpc_server.h"
#include "common/rpc/status_conversion.h"
#include "common/rpc/wire_format.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "google/rpc/error_details.pb.h"
#include "switchboard/v1/intake.grpc.pb.h"

namespace switchboard {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using v1::GetInquiryRequest;
using v1::IntakeService;
using v1::StreamInquiriesRequest;
using v1::StreamInquiriesResponse;

constexpr char kService[] = "switchboard.v1.IntakeService";

using UnaryHandler = std::function<void(const GetInquiryRequest&, CallInfo&, Responder<v1::GetInquiryResponse>)>;
using RawService = IntakeService::WithRawCallbackMethod_GetInquiry<
    IntakeService::WithRawCallbackMethod_StreamInquiries<IntakeService::Service>>;

// Answers each message with its number; credits go back when the test says so.
class EchoSession final : public BidiSession<StreamInquiriesRequest, StreamInquiriesResponse> {
 public:
  EchoSession(SessionLimits limits, bool hold_credits) : BidiSession(limits), hold_credits_(hold_credits) {}

  void ReleaseCredits() {
    std::vector<ReadCredit> released;
    absl::MutexLock lock(&held_mutex_);
    released.swap(held_);
  }

  std::atomic<int> received{0};
  absl::Notification ended;

 private:
  void OnMessage(const StreamInquiriesRequest& request, ReadCredit credit) override {
    ++received;
    if (hold_credits_) {
      // Before the answer, at which the test may release it.
      absl::MutexLock lock(&held_mutex_);
      held_.push_back(std::move(credit));
    }
    StreamInquiriesResponse response;
    response.set_sequence(request.sequence());
    Send(response);
  }
  void OnEnd() override { ended.Notify(); }

  const bool hold_credits_;
  absl::Mutex held_mutex_;
  std::vector<ReadCredit> held_;
};

class TestService final : public RawService {
 public:
  TestService(RpcEdge& edge, UnaryHandler handler) : edge_(edge), handler_(std::move(handler)) {}

  grpc::ServerUnaryReactor* GetInquiry(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                       grpc::ByteBuffer* out) override {
    return edge_.Unary<GetInquiryRequest, v1::GetInquiryResponse>(context, in, out, get_, handler_);
  }

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StreamInquiries(
      grpc::CallbackServerContext* context) override {
    return edge_.Stream(context, stream_, session);
  }

  std::shared_ptr<EchoSession> session;

 private:
  RpcEdge& edge_;
  UnaryHandler handler_;
  RpcMethod& get_ = edge_.Method(kService, "GetInquiry");
  RpcMethod& stream_ = edge_.Method(kService, "StreamInquiries", RpcType::kBidiStream);
};

class RpcTest : public ::testing::Test {
 protected:
  void Serve(UnaryHandler handler, RpcEdgeOptions options = {}) {
    SetLogLevel(LogLevel::kError);
    edge_ = std::make_unique<RpcEdge>(options, clock_, registry_);
    service_ = std::make_unique<TestService>(*edge_, std::move(handler));
    auto server = RpcServer::Start({.address = "127.0.0.1:0"}, *edge_, {service_.get()}, {kService});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = *MakeChannel({.address = server_->address(), .caller = "Town-Hall", .own_connection = true});
    stub_ = IntakeService::NewStub(channel_);
  }

  void ServeStream(SessionLimits limits, bool hold_credits = false) {
    Serve([](const GetInquiryRequest&, CallInfo&, Responder<v1::GetInquiryResponse>) {});
    service_->session = std::make_shared<EchoSession>(limits, hold_credits);
  }

  absl::Status Get(const std::string& name, v1::GetInquiryResponse* answer = nullptr,
                   absl::Duration timeout = absl::Seconds(10)) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
    GetInquiryRequest request;
    request.set_name(name);
    v1::GetInquiryResponse response;
    const absl::Status status = FromGrpc(stub_->GetInquiry(&context, request, answer != nullptr ? answer : &response));
    return status;
  }

  // Sends bytes that no generated client would.
  absl::Status GetRaw(const std::string& bytes) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    const grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1), response;
    absl::Notification done;
    grpc::Status status;
    stub.UnaryCall(&context, std::string("/") + kService + "/GetInquiry", {}, &request, &response, [&](grpc::Status s) {
      status = std::move(s);
      done.Notify();
    });
    done.WaitForNotification();
    return FromGrpc(status);
  }

  SystemClock clock_;
  MetricRegistry registry_;
  std::unique_ptr<RpcEdge> edge_;
  std::unique_ptr<TestService> service_;
  std::unique_ptr<RpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<IntakeService::Stub> stub_;
};

void Echo(const GetInquiryRequest& request, CallInfo&, Responder<v1::GetInquiryResponse> respond) {
  respond.response().mutable_inquiry()->set_name(request.name());
  respond(absl::OkStatus());
}

TEST_F(RpcTest, AnswersAndCounts) {
  Serve(Echo);
  v1::GetInquiryResponse answer;
  EXPECT_TRUE(Get("inquiries/1", &answer).ok());
  EXPECT_EQ(answer.inquiry().name(), "inquiries/1");
  EXPECT_THAT(registry_.Scrape(), HasSubstr("grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"GetInquiry\","
                                            "grpc_service=\"switchboard.v1.IntakeService\",grpc_type=\"unary\"} 1"));
}

TEST_F(RpcTest, EmptyResponseIsAResponse) {
  Serve([](const GetInquiryRequest&, CallInfo&, Responder<v1::GetInquiryResponse> respond) {
    respond(absl::OkStatus());
  });
  EXPECT_TRUE(Get("x").ok());
}

TEST_F(RpcTest, DetailsOfAnErrorReachTheCaller) {
  Serve([](const GetInquiryRequest&, CallInfo&, Responder<v1::GetInquiryResponse> respond) {
    FieldViolations violations;
    violations.Add("name", "is required");
    violations.Add("view", "is unknown");
    respond(WithRetryAfter(violations.ToStatus(), absl::Milliseconds(1500)));
  });
  const absl::Status status = Get("");
  google::rpc::BadRequest bad_request;
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(ReadDetail(status, bad_request));
  EXPECT_EQ(bad_request.field_violations_size(), 2);
  EXPECT_EQ(ReasonOf(status), reason::kInvalidRequest);
  EXPECT_EQ(RetryAfterOf(status), absl::Milliseconds(1500));
}

TEST_F(RpcTest, EveryErrorCarriesAnErrorInfo) {
  Serve([](const GetInquiryRequest&, CallInfo&, Responder<v1::GetInquiryResponse> respond) {
    respond(absl::PermissionDeniedError("no"));
  });
  EXPECT_EQ(ReasonOf(Get("x")), "PERMISSION_DENIED");
}

TEST_F(RpcTest, FieldWithInvalidUtf8IsNamed) {
  Serve(Echo);
  const absl::Status status = GetRaw("\x0a\x02\xff\xfe");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  google::rpc::BadRequest bad_request;
  ASSERT_TRUE(ReadDetail(status, bad_request)) << status;
  EXPECT_EQ(bad_request.field_violations(0).field(), "name");
}

// The symbol is protobuf's, as its own calls find it.
TEST(QuickUtf8, IsWhatProtobufCalls) {
  UseQuickUtf8();
  const void* found = dlsym(RTLD_DEFAULT, "_ZN6google8protobuf8internal23IsStructurallyValidUTF8EPKci");
  const auto check = reinterpret_cast<bool (*)(const char*, int)>(reinterpret_cast<uintptr_t>(found));
  ASSERT_NE(check, nullptr);
  Dl_info ours, its;
  ASSERT_NE(dladdr(reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(&UseQuickUtf8)), &ours), 0);
  ASSERT_NE(dladdr(found, &its), 0);
  EXPECT_EQ(ours.dli_fbase, its.dli_fbase);
  EXPECT_TRUE(check("caf\xc3\xa9", 5));
  EXPECT_FALSE(check("caf\xc3\xa9", 4));
}

TEST_F(RpcTest, BytesThatAreNoRequestAreRefused) {
  Serve(Echo);
  EXPECT_EQ(ReasonOf(GetRaw("\x0a\x7f")), reason::kUnparsableRequest);
}

TEST_F(RpcTest, OversizeRequestIsRefused) {
  Serve(Echo, {.max_message_bytes = 1000});
  EXPECT_EQ(ReasonOf(Get(std::string(1100, 'x'))), reason::kRequestTooLarge);
  EXPECT_TRUE(Get("small").ok());
}

TEST_F(RpcTest, DroppedCallIsAnsweredInternal) {
  Serve([](const GetInquiryRequest&, CallInfo&, Responder<v1::GetInquiryResponse>) {});
  EXPECT_EQ(Get("x").code(), absl::StatusCode::kInternal);
}

TEST_F(RpcTest, TooManyCallsAtOnceAreToldWhenToComeBack) {
  std::vector<Responder<v1::GetInquiryResponse>> waiting;
  absl::Mutex mutex;
  Serve(
      [&](const GetInquiryRequest&, CallInfo&, Responder<v1::GetInquiryResponse> respond) {
        absl::MutexLock lock(&mutex);
        waiting.push_back(std::move(respond));
      },
      {.max_calls_in_flight = 1});
  std::thread first([&] { EXPECT_TRUE(Get("first").ok()); });
  {
    absl::MutexLock lock(&mutex);
    const auto arrived = [&] { return !waiting.empty(); };
    mutex.Await(absl::Condition(&arrived));
  }

  const absl::Status status = Get("second");

  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(status), reason::kOverloaded);
  EXPECT_TRUE(RetryAfterOf(status).has_value());
  waiting.front()(absl::OkStatus());
  first.join();
  EXPECT_EQ(edge_->calls_in_flight(), 0);
}

TEST_F(RpcTest, HandlerLearnsCallerTraceAndDeadline) {
  std::string caller, trace;
  absl::Time deadline;
  Serve([&](const GetInquiryRequest&, CallInfo& call, Responder<v1::GetInquiryResponse> respond) {
    caller = std::string(call.caller());
    trace = std::string(call.trace_id());
    deadline = call.deadline();
    respond(absl::OkStatus());
  });
  grpc::ClientContext context;
  context.AddMetadata("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  v1::GetInquiryResponse answer;
  EXPECT_TRUE(stub_->GetInquiry(&context, {}, &answer).ok());
  EXPECT_EQ(caller, "town-hall");
  EXPECT_EQ(trace, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_GT(deadline, clock_.Now() + absl::Seconds(20));
  EXPECT_LT(deadline, clock_.Now() + absl::Seconds(31));
}

TEST_F(RpcTest, CallerThatGivesUpIsNoticed) {
  absl::Notification cancelled;
  Serve([&](const GetInquiryRequest&, CallInfo& call, Responder<v1::GetInquiryResponse> respond) {
    auto shared = std::make_shared<Responder<v1::GetInquiryResponse>>(std::move(respond));
    call.OnCancel([&cancelled, shared] {
      (*shared)(absl::CancelledError("gone"));
      cancelled.Notify();
    });
  });
  EXPECT_EQ(Get("x", nullptr, absl::Milliseconds(50)).code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(cancelled.WaitForNotificationWithTimeout(absl::Seconds(10)));
}

TEST_F(RpcTest, AnswersFromManyThreadsAtOnce) {
  Executor executor("answers", 4, 10000);
  Serve([&](const GetInquiryRequest& request, CallInfo&, Responder<v1::GetInquiryResponse> respond) {
    ASSERT_TRUE(executor.TrySubmit([&request, respond = std::move(respond)]() mutable {
      respond.response().mutable_inquiry()->set_name(request.name());
      respond(absl::OkStatus());
    }));
  });
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&, i] {
      for (int n = 0; n < 100; ++n) {
        v1::GetInquiryResponse answer;
        const std::string name = StrCat(i, "/", n);
        right += Get(name, &answer).ok() && answer.inquiry().name() == name;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 800);
}

TEST_F(RpcTest, DrainEndsLongPollsAndThenRefuses) {
  std::shared_ptr<Responder<v1::GetInquiryResponse>> parked;
  absl::Notification arrived;
  Serve([&](const GetInquiryRequest&, CallInfo&, Responder<v1::GetInquiryResponse> respond) {
    parked = std::make_shared<Responder<v1::GetInquiryResponse>>(std::move(respond));
    arrived.Notify();
  });
  edge_->AddDrainListener([&] { (*parked)(absl::OkStatus()); });
  absl::Status status = absl::UnknownError("");
  std::thread poll([&] { status = Get("x"); });
  arrived.WaitForNotification();

  server_->Drain(absl::Seconds(10));

  poll.join();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Get("y", nullptr, absl::Seconds(1)).code(), absl::StatusCode::kUnavailable);
}

TEST_F(RpcTest, ManyCallersStayAClosedSet) {
  CallerRegistry callers(2);
  EXPECT_EQ(callers.Intern("A"), "a");
  EXPECT_EQ(callers.Intern("b"), "b");
  EXPECT_EQ(callers.Intern("c"), "other");
  EXPECT_EQ(callers.Intern("a"), "a");
  EXPECT_EQ(callers.Intern(""), "unknown");
  EXPECT_EQ(callers.Intern("Jane Doe <jane@example.org>"), "invalid");
}

TEST_F(RpcTest, StreamAnswersEveryMessageInOrder) {
  ServeStream({.max_unreturned = 4, .max_outbound = 4});
  grpc::ClientContext context;
  auto stream = stub_->StreamInquiries(&context);
  std::thread writer([&] {
    for (int i = 1; i <= 500; ++i) {
      StreamInquiriesRequest request;
      request.set_sequence(i);
      ASSERT_TRUE(stream->Write(request));
    }
    stream->WritesDone();
  });
  StreamInquiriesResponse response;
  int expected = 1;
  while (stream->Read(&response)) EXPECT_EQ(response.sequence(), expected++);
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(expected, 501);
  service_->session->ended.WaitForNotification();
}

TEST_F(RpcTest, StreamReadsNoFurtherThanItsCredits) {
  ServeStream({.max_unreturned = 3, .max_outbound = 100}, /*hold_credits=*/true);
  grpc::ClientContext context;
  auto stream = stub_->StreamInquiries(&context);
  StreamInquiriesRequest request;
  StreamInquiriesResponse response;
  for (int i = 0; i < 6; ++i) stream->Write(request);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(service_->session->received, 3);
  service_->session->ReleaseCredits();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(service_->session->received, 6);
  service_->session->ReleaseCredits();
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(RpcTest, StreamOfACallerThatHangsUpEnds) {
  ServeStream({}, /*hold_credits=*/true);
  grpc::ClientContext context;
  auto stream = stub_->StreamInquiries(&context);
  StreamInquiriesResponse response;
  stream->Write({});
  ASSERT_TRUE(stream->Read(&response));
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(service_->session->ended.WaitForNotificationWithTimeout(absl::Seconds(10)));
  EXPECT_FALSE(service_->session->Send({}));
  service_->session->ReleaseCredits();
}

TEST_F(RpcTest, DrainLetsAStreamFinishWhatItHolds) {
  ServeStream({}, /*hold_credits=*/true);
  grpc::ClientContext context;
  auto stream = stub_->StreamInquiries(&context);
  StreamInquiriesResponse response;
  stream->Write({});
  ASSERT_TRUE(stream->Read(&response));
  std::thread drain([&] { server_->Drain(absl::Seconds(10)); });
  while (!edge_->draining()) std::this_thread::yield();
  EXPECT_TRUE(service_->session->Send({}));
  ASSERT_TRUE(stream->Read(&response));
  service_->session->ReleaseCredits();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(ReasonOf(FromGrpc(stream->Finish())), reason::kShuttingDown);
  drain.join();
}

TEST_F(RpcTest, OpenAddressWithoutTlsIsRefused) {
  RpcEdge edge({}, clock_, registry_);
  EXPECT_EQ(RpcServer::Start({.address = "0.0.0.0:0"}, edge, {}, {}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(RpcServer::Start({.address = "0.0.0.0:0", .insecure_listen = true}, edge, {}, {}).ok());
  EXPECT_EQ(RpcServer::Start({.address = "127.0.0.1:0", .tls_certificate_file = "/nonexistent"}, edge, {}, {})
                .status()
                .code(),
            absl::StatusCode::kInvalidArgument);
}

// A self-signed certificate and its key in files named after `name`; false where there is no openssl.
bool MakeCertificate(const std::string& directory, const std::string& name, const std::string& subject) {
  const std::string command =
      StrCat("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 ", "-keyout ",
             directory, name, ".key -out ", directory, name, ".pem ", subject, " 2>/dev/null");
  return std::system(command.c_str()) == 0;
}

TEST_F(RpcTest, TlsClientsAreKnownByTheirCertificate) {
  const std::string dir = ::testing::TempDir() + "rpc-" + std::to_string(getpid()) + "-";
  if (!MakeCertificate(dir, "server", "-subj /CN=localhost -addext subjectAltName=DNS:localhost") ||
      !MakeCertificate(dir, "client", "-subj /CN=Tax-Office")) {
    FAIL() << "openssl is not installed";
  }
  std::string caller;
  Serve([&](const GetInquiryRequest&, CallInfo& call, Responder<v1::GetInquiryResponse> respond) {
    caller = std::string(call.caller());
    respond(absl::OkStatus());
  });
  server_ = *RpcServer::Start({.address = "127.0.0.1:0",
                               .tls_certificate_file = dir + "server.pem",
                               .tls_key_file = dir + "server.key",
                               .tls_client_ca_file = dir + "client.pem"},
                              *edge_, {service_.get()}, {kService});

  const ChannelOptions nameless = {
      .address = server_->address(), .tls_ca_file = dir + "server.pem", .tls_server_name = "localhost"};
  ChannelOptions known = nameless;
  known.tls_certificate_file = dir + "client.pem";
  known.tls_key_file = dir + "client.key";
  known.caller = "somebody-else";
  stub_ = IntakeService::NewStub(*MakeChannel(nameless));
  EXPECT_EQ(Get("x", nullptr, absl::Seconds(3)).code(), absl::StatusCode::kUnavailable);
  stub_ = IntakeService::NewStub(*MakeChannel(known));
  const absl::Status status = Get("x");
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(caller, "tax-office");
}

TEST_F(RpcTest, HealthIsAnsweredForEveryService) {
  Serve(Echo);
  // grpc.health.v1.Health/Check with a service name; the answer's field 1 is the state: 1 serving, 2 not.
  const auto check = [&](const std::string& service) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    const grpc::Slice slice(std::string("\x0a") + static_cast<char>(service.size()) + service);
    grpc::ByteBuffer request(&slice, 1), response;
    absl::Notification done;
    stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &request, &response,
                   [&](const grpc::Status&) { done.Notify(); });
    done.WaitForNotification();
    std::vector<grpc::Slice> slices;
    response.Dump(&slices).ok();
    return slices.empty() || slices[0].size() < 2 ? -1 : slices[0].begin()[1];
  };
  EXPECT_EQ(check(kService), 1);
  EXPECT_EQ(check(""), 1);
  server_->SetServing(false);
  EXPECT_EQ(check(kService), 2);
}

TEST_F(RpcTest, AddressInUseIsUnavailable) {
  Serve(Echo);
  RpcEdge edge({}, clock_, registry_);
  EXPECT_EQ(RpcServer::Start({.address = server_->address()}, edge, {}, {}).status().code(),
            absl::StatusCode::kUnavailable);
}

// On a busy machine a server may accept a connection long before it says something.
TEST(Channel, AServerThatIsSlowToGreetIsWaitedFor) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener, 8), 0);
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  IntakeService::Service service;
  const std::unique_ptr<grpc::Server> server = grpc::ServerBuilder().RegisterService(&service).BuildAndStart();
  std::thread greeting([&] {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    absl::SleepFor(absl::Milliseconds(500));
    grpc::AddInsecureChannelFromFd(server.get(), connection);
  });
  const auto channel = MakeChannel({.address = StrCat("127.0.0.1:", ntohs(address.sin_port)), .own_connection = true});
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  v1::GetInquiryResponse response;
  const grpc::Status status = IntakeService::NewStub(*channel)->GetInquiry(&context, GetInquiryRequest(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << status.error_message();
  greeting.join();
  server->Shutdown();
  close(listener);
}

TEST(StatusConversion, AStatusFitsTheMetadataThatPeersTake) {
  FieldViolations violations;
  for (int i = 0; i < 90; ++i) violations.Add(StrCat("routes[", i, "].queue"), "names a queue that is not there");
  const grpc::Status large = ToGrpc(violations.ToStatus());
  EXPECT_LT(large.error_message().size() + large.error_details().size() * 4 / 3, 6200U);
  const absl::Status read = FromGrpc(large);
  EXPECT_EQ(ReasonOf(read), reason::kInvalidRequest);
  google::rpc::BadRequest details;
  ASSERT_TRUE(ReadDetail(read, details));
  EXPECT_GT(details.field_violations_size(), 20);
  EXPECT_LT(details.field_violations_size(), 90);
}

TEST(StatusConversion, InvalidTextIsMadeFitForTheWire) {
  EXPECT_EQ(ToProto(absl::InternalError("good\xff bad")).message(), "good");
}

}  // namespace
}  // namespace switchboard
