// Bad input through the real server: each gets its code, its reason, and a text that says what to do; nothing is
// stored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "common/status/errors.h"
#include "google/rpc/error_details.pb.h"
#include "tests/e2e/e2e_server.h"
#include "tests/support/await.h"
#include "tests/support/small_configuration.h"

namespace switchboard::e2e {
namespace {

using ::testing::ContainsRegex;

class BadInputTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = StartServer().release();
    Apply(*server_, kSmallConfiguration);
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

  static ServerProcess* server_;
  Api api_{server_->NewChannel()};
};

ServerProcess* BadInputTest::server_ = nullptr;

absl::Status SubmitWith(Api& api, const std::function<void(v1::SubmitInquiryRequest&)>& change) {
  v1::SubmitInquiryRequest request = RoadRequest();
  change(request);
  return api.Submit(request).status();
}

absl::Status Get(Api& api, const std::string& name) {
  v1::GetInquiryRequest request;
  request.set_name(name);
  v1::GetInquiryResponse response;
  return CallFor(api.intake(), &v1::IntakeService::Stub::GetInquiry, request, response);
}

absl::Status ListWith(Api& api, int page_size, const std::string& page_token) {
  v1::ListInquiriesRequest request;
  request.set_page_size(page_size);
  request.set_page_token(page_token);
  v1::ListInquiriesResponse response;
  return CallFor(api.intake(), &v1::IntakeService::Stub::ListInquiries, request, response);
}

absl::Status ClaimFrom(Api& api, const std::string& queue, const std::string& worker, int most) {
  v1::ClaimInquiriesRequest request;
  request.add_queues(queue);
  request.set_worker(worker);
  request.set_max_inquiries(most);
  v1::ClaimInquiriesResponse response;
  return CallFor(api.frontline(), &v1::FrontlineService::Stub::ClaimInquiries, request, response);
}

absl::Status ApplyText(Api& api, const std::string& yaml) {
  v1::ApplyConfigurationRequest request;
  request.set_yaml(yaml);
  request.set_file_name("city.yaml");
  v1::ApplyConfigurationResponse response;
  return CallFor(api.operations(), &v1::OperationsService::Stub::ApplyConfiguration, request, response);
}

absl::Status Pause(Api& api, const std::string& queue, const std::string& reason) {
  v1::PauseQueueRequest request;
  request.set_name(queue);
  request.set_reason(reason);
  v1::Queue response;
  return CallFor(api.operations(), &v1::OperationsService::Stub::PauseQueue, request, response);
}

TEST_F(BadInputTest, IsRefusedWithItsReasonAndAWayOut) {
  const struct {
    const char* name;
    std::function<absl::Status(Api&)> call;
    absl::StatusCode code;
    std::string_view reason;
    const char* text;  // a regular expression
  } cases[] = {
      {"empty text", [](Api& api) { return SubmitWith(api, [](auto& r) { r.mutable_inquiry()->clear_text(); }); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "inquiry.text.*is required"},
      {"white space",
       [](Api& api) { return SubmitWith(api, [](auto& r) { r.mutable_inquiry()->set_text(" \n\t "); }); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "inquiry.text.*nothing but white space"},
      {"NUL in the text",
       [](Api& api) { return SubmitWith(api, [](auto& r) { r.mutable_inquiry()->set_text(std::string("a\0b", 3)); }); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "U\\+0000; remove it"},
      {"oversize text",
       [](Api& api) {
         return SubmitWith(api, [](auto& r) { r.mutable_inquiry()->set_text(std::string((1 << 20) + 1, 'x')); });
       },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "1048577 bytes; at most 1048576"},
      {"oversize request",
       [](Api& api) {
         return SubmitWith(api, [](auto& r) { r.mutable_inquiry()->set_text(std::string(20 << 20, 'x')); });
       },
       absl::StatusCode::kInvalidArgument, reason::kRequestTooLarge, "at most|larger"},
      {"invalid UTF-8",
       [](Api& api) { return SubmitWith(api, [](auto& r) { r.mutable_inquiry()->set_text("caf\xe9"); }); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "inquiry.text.*UTF-8"},
      {"no channel", [](Api& api) { return SubmitWith(api, [](auto& r) { r.mutable_inquiry()->clear_channel(); }); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "inquiry.channel.*one of X, FACEBOOK"},
      {"unknown channel",
       [](Api& api) {
         return SubmitWith(api, [](auto& r) { r.mutable_inquiry()->set_channel(static_cast<v1::Channel>(77)); });
       },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "no number 77; use one of X, FACEBOOK"},
      {"unknown topic",
       [](Api& api) { return SubmitWith(api, [](auto& r) { r.mutable_inquiry()->set_topic("topics/moon"); }); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "no topic moon.*ListTopics"},
      {"topic without its prefix",
       [](Api& api) { return SubmitWith(api, [](auto& r) { r.mutable_inquiry()->set_topic("moon"); }); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "inquiry.topic.*topics/"},
      {"no UUID", [](Api& api) { return SubmitWith(api, [](auto& r) { r.set_request_id("1"); }); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "request_id.*UUID"},
      {"several at once",
       [](Api& api) {
         return SubmitWith(api, [](auto& r) {
           r.mutable_inquiry()->clear_text();
           r.mutable_inquiry()->clear_channel();
           r.set_request_id("1");
         });
       },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "inquiry.channel.*inquiry.text.*request_id"},
      {"bad inquiry name", [](Api& api) { return Get(api, "inquiry/1"); }, absl::StatusCode::kInvalidArgument,
       reason::kInvalidRequest, "inquiries/"},
      {"inquiry that is none", [](Api& api) { return Get(api, "inquiries/0000000000001"); },
       absl::StatusCode::kNotFound, reason::kNotFound, "there is no inquiry inquiries/"},
      {"bad queue name", [](Api& api) { return ClaimFrom(api, "roads", "workers/anna", 1); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "queues\\[0\\].*queues/"},
      {"queue that is none", [](Api& api) { return ClaimFrom(api, "queues/moon", "workers/anna", 1); },
       absl::StatusCode::kNotFound, reason::kNotFound, "moon"},
      {"bad worker name", [](Api& api) { return ClaimFrom(api, "queues/roads", "anna", 1); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "worker.*workers/"},
      {"too many at once", [](Api& api) { return ClaimFrom(api, "queues/roads", "workers/anna", 1001); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "max_inquiries.*1,?000"},
      {"negative page size", [](Api& api) { return ListWith(api, -1, ""); }, absl::StatusCode::kInvalidArgument,
       reason::kInvalidRequest, "page_size.*negative|page_size.*0"},
      {"page token that is none", [](Api& api) { return ListWith(api, 1, "x"); }, absl::StatusCode::kInvalidArgument,
       reason::kInvalidPageToken, "page_token|page token"},
      {"token that is none", [](Api& api) { return api.Complete("not a lease"); }, absl::StatusCode::kInvalidArgument,
       reason::kInvalidRequest, "lease_token"},
      {"pause without a reason", [](Api& api) { return Pause(api, "queues/roads", ""); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, "reason.*required"},
      {"YAML: unknown field", [](Api& api) { return ApplyText(api, "version: 1\ncolour: red\n"); },
       absl::StatusCode::kInvalidArgument, reason::kInvalidConfiguration, "city.yaml:2:1.*colour"},
      {"YAML: not YAML", [](Api& api) { return ApplyText(api, "version: [1\n"); }, absl::StatusCode::kInvalidArgument,
       reason::kInvalidConfiguration, "city.yaml:"},
  };
  const int64_t stored = AskPsql(*server_, "SELECT count(*) FROM switchboard.inquiry");
  for (const auto& test : cases) {
    const absl::Status status = test.call(api_);
    EXPECT_EQ(status.code(), test.code) << test.name << ": " << status;
    EXPECT_EQ(ReasonOf(status), test.reason) << test.name << ": " << status;
    EXPECT_THAT(std::string(status.message()), ContainsRegex(test.text)) << test.name;
  }
  EXPECT_EQ(AskPsql(*server_, "SELECT count(*) FROM switchboard.inquiry"), stored) << "something bad was stored";
}

TEST_F(BadInputTest, AReusedRequestIdIsToldFromARepetition) {
  v1::SubmitInquiryRequest request = RoadRequest();
  request.set_request_id("5c1d2f9e-7f0b-4c58-9d5e-0a1b2c3d4e5f");
  const auto first = api_.Submit(request);
  const auto again = api_.Submit(request);
  request.mutable_inquiry()->set_text("Something else");
  const absl::Status other = api_.Submit(request).status();

  ASSERT_TRUE(first.ok() && again.ok()) << first.status() << again.status();
  EXPECT_EQ(first->name(), again->name());
  EXPECT_EQ(other.code(), absl::StatusCode::kAlreadyExists) << other;
  EXPECT_EQ(ReasonOf(other), reason::kRequestIdReused);
  EXPECT_THAT(std::string(other.message()), ContainsRegex("request_id|request id"));
  ASSERT_TRUE(api_.Claim("queues/roads", 100, absl::Seconds(5)).ok());
}

TEST_F(BadInputTest, ALostLeaseChangesNothing) {
  const auto inquiry = api_.Submit(RoadRequest());
  ASSERT_TRUE(inquiry.ok()) << inquiry.status();
  const auto first = api_.Claim("queues/roads", 1, absl::Seconds(5), absl::Seconds(1));
  ASSERT_TRUE(first.ok() && first->size() == 1) << first.status();
  const auto second = api_.Claim("queues/roads", 1, absl::Seconds(20));
  ASSERT_TRUE(second.ok() && second->size() == 1) << second.status();
  ASSERT_EQ(second->front().inquiry().name(), first->front().inquiry().name());

  const absl::Status stale = api_.Complete(first->front().lease_token());

  EXPECT_EQ(stale.code(), absl::StatusCode::kFailedPrecondition) << stale;
  EXPECT_EQ(ReasonOf(stale), reason::kLeaseLost);
  EXPECT_THAT(std::string(stale.message()), ContainsRegex("[Cc]laim|again|another"));
  EXPECT_TRUE(api_.Complete(second->front().lease_token()).ok());
  EXPECT_TRUE(api_.Complete(second->front().lease_token()).ok()) << "repeating it is OK";
}

TEST_F(BadInputTest, APausedQueueSaysWhy) {
  ASSERT_TRUE(Pause(api_, "queues/passports", "the printers are down").ok());
  absl::Status refused;
  EXPECT_TRUE(Await(absl::Seconds(5), [&] {
    refused = ClaimFrom(api_, "queues/passports", "workers/anna", 1);
    return !refused.ok();
  }));
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition) << refused;
  EXPECT_EQ(ReasonOf(refused), reason::kQueuePaused);
  EXPECT_THAT(std::string(refused.message()), ContainsRegex("the printers are down"));
}

TEST_F(BadInputTest, OneBadInquiryDoesNotFailItsNeighbours) {
  v1::BatchSubmitInquiriesRequest batch;
  *batch.add_requests() = RoadRequest();
  *batch.add_requests() = RoadRequest("");
  *batch.add_requests() = RoadRequest();
  v1::BatchSubmitInquiriesResponse response;
  const absl::Status status = CallFor(api_.intake(), &v1::IntakeService::Stub::BatchSubmitInquiries, batch, response);

  ASSERT_TRUE(status.ok()) << status;
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_TRUE(response.results(0).has_accepted());
  EXPECT_EQ(response.results(1).error().reason(), reason::kInvalidRequest);
  EXPECT_TRUE(response.results(2).has_accepted());
}

}  // namespace
}  // namespace switchboard::e2e
