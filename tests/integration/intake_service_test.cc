#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "absl/synchronization/notification.h"
#include "common/ids/uuid.h"
#include "common/status/errors.h"
#include "google/rpc/error_details.pb.h"
#include "tests/support/edge_server.h"

namespace switchboard::intake {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::SubmitInquiryRequest Request(const std::string& text, v1::Channel channel = v1::EMAIL) {
  v1::SubmitInquiryRequest request;
  request.mutable_inquiry()->set_text(text);
  request.mutable_inquiry()->set_channel(channel);
  return request;
}

class IntakeServiceTest : public ::testing::Test {
 protected:
  v1::SubmitInquiryResponse Submit(const v1::SubmitInquiryRequest& request) {
    v1::SubmitInquiryResponse response;
    const grpc::Status status = server_.intake->SubmitInquiry(Patient().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  absl::Status Refusal(const v1::SubmitInquiryRequest& request) {
    v1::SubmitInquiryResponse response;
    return Said(server_.intake->SubmitInquiry(Patient().get(), request, &response));
  }
  v1::GetInquiryResponse Get(const std::string& name) {
    v1::GetInquiryRequest request;
    request.set_name(name);
    v1::GetInquiryResponse response;
    const grpc::Status status = server_.intake->GetInquiry(Patient().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::Lease ClaimFrom(const std::string& queue) {
    v1::ClaimInquiriesRequest request;
    request.add_queues(queue);
    request.set_worker("workers/ann");
    request.mutable_wait_duration()->set_seconds(10);
    v1::ClaimInquiriesResponse response;
    EXPECT_TRUE(server_.staff->ClaimInquiries(Patient().get(), request, &response).ok());
    EXPECT_EQ(response.leases_size(), 1);
    return response.leases_size() == 1 ? response.leases(0) : v1::Lease{};
  }
  void Complete(const v1::Lease& lease) {
    v1::CompleteInquiryRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_disposition(v1::ANSWERED);
    v1::CompleteInquiryResponse response;
    EXPECT_TRUE(server_.staff->CompleteInquiry(Patient().get(), request, &response).ok());
  }

  InMemoryEngine engine_;
  EdgeServer server_{*engine_, {.max_text_bytes = 10000, .max_batch = 1000}};
};

TEST_F(IntakeServiceTest, SubmitAnswersTopicQueueAndDueTime) {
  const v1::Inquiry inquiry = Submit(Request("a pothole in my street", v1::X)).inquiry();
  EXPECT_THAT(inquiry.name(), ::testing::StartsWith("inquiries/"));
  EXPECT_EQ(inquiry.topic(), "topics/potholes");
  EXPECT_EQ(inquiry.topic_assignment().method(), v1::TopicAssignment::MODEL);
  EXPECT_EQ(inquiry.queue(), "queues/roads");
  EXPECT_EQ(inquiry.priority(), v1::HIGH);
  EXPECT_EQ(inquiry.state(), v1::Inquiry::READY);
  EXPECT_EQ(inquiry.visibility(), v1::PUBLIC);
  EXPECT_EQ(inquiry.text(), "");
  EXPECT_EQ(inquiry.first_response_due_time().seconds() - inquiry.create_time().seconds(), 4 * 3600);
}

absl::Time TimeIn(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}
absl::Duration DurationIn(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

// But for what the wire leaves out of a microsecond.
bool AboutEqual(absl::Duration a, absl::Duration b) { return absl::AbsDuration(a - b) < absl::Milliseconds(1); }

TEST_F(IntakeServiceTest, DueTimesCountInTheCalendarOfTheQueue) {
  WeeklyHours week;
  for (auto& day : week) day = {{absl::Hours(9), absl::Hours(10)}};
  const auto hours = std::make_shared<const BusinessCalendar>("an-hour-a-day", absl::UTCTimeZone(), week,
                                                              std::vector<absl::CivilDay>());
  triage::Configuration configuration = ExampleConfiguration();
  configuration.queues[2].hours = hours;
  configuration.queues[2].resolution.high = absl::Hours(8);
  server_.triage().Activate(ExampleSnapshot(configuration, 2));
  std::vector<queue::QueueSettings> settings = ExampleQueues();
  settings[2].calendar = hours;
  ASSERT_TRUE(engine_->Configure(settings).ok());

  const v1::Inquiry told = Submit(Request("a pothole in my street", v1::X)).inquiry();
  const absl::Time created = TimeIn(told.create_time());
  const absl::Time due = hours->Add(created, absl::Hours(4));
  EXPECT_EQ(TimeIn(told.first_response_due_time()), due);
  EXPECT_GT(due, created + absl::Hours(48));
  const v1::Inquiry kept = Get(told.name()).inquiry();
  ASSERT_EQ(kept.clocks_size(), 2);
  EXPECT_EQ(TimeIn(kept.clocks(0).due_time()), due);
  EXPECT_EQ(TimeIn(kept.clocks(1).due_time()), hours->Add(created, absl::Hours(8)));
  for (const v1::Clock& clock : kept.clocks()) {
    EXPECT_EQ(clock.calendar(), "an-hour-a-day");
    const absl::Time now = created + DurationIn(clock.elapsed());
    const absl::Time clock_due = TimeIn(clock.due_time());
    EXPECT_TRUE(AboutEqual(DurationIn(clock.business_elapsed()), hours->Between(created, now)));
    EXPECT_TRUE(AboutEqual(DurationIn(clock.remaining()), clock_due - now));
    EXPECT_TRUE(AboutEqual(DurationIn(clock.business_remaining()), hours->Between(now, clock_due)));
  }
  // Another queue has no calendar, nor a target for settling it.
  const v1::Inquiry other = Get(Submit(Request("my passport", v1::X)).inquiry().name()).inquiry();
  EXPECT_EQ(other.clocks(0).calendar(), "");
  EXPECT_TRUE(AboutEqual(DurationIn(other.clocks(0).business_remaining()), DurationIn(other.clocks(0).remaining())));
  EXPECT_FALSE(other.clocks(1).has_due_time());
  EXPECT_FALSE(other.clocks(1).has_remaining());
}

TEST_F(IntakeServiceTest, WhatWasSubmittedCanBeLookedUp) {
  v1::SubmitInquiryRequest request = Request("where is my refund");
  request.mutable_inquiry()->set_external_id("case-7");
  request.mutable_inquiry()->set_author("citizen-9");
  request.mutable_inquiry()->set_area("north");
  const v1::SubmitInquiryResponse submitted = Submit(request);
  const v1::GetInquiryResponse found = Get(submitted.inquiry().name());
  EXPECT_EQ(found.inquiry().text(), "where is my refund");
  EXPECT_EQ(found.inquiry().external_id(), "case-7");
  EXPECT_EQ(found.inquiry().author(), "citizen-9");
  EXPECT_EQ(found.inquiry().area(), "north");
  EXPECT_TRUE(found.inquiry().topic_assignment().unsure());
  EXPECT_EQ(found.inquiry().topic_assignment().topic(), "topics/passports");
  EXPECT_EQ(found.inquiry().topic(), "");
  EXPECT_EQ(found.inquiry().create_time().SerializeAsString(), submitted.inquiry().create_time().SerializeAsString());
  ASSERT_EQ(found.events_size(), 1);
  EXPECT_EQ(found.events(0).kind(), v1::Event::RECEIVED);
  EXPECT_EQ(found.events(0).queue(), "queues/general");
}

TEST_F(IntakeServiceTest, EveryWrongFieldIsNamed) {
  v1::SubmitInquiryRequest request = Request(" ", static_cast<v1::Channel>(77));
  request.set_request_id("again");
  const absl::Status status = Refusal(request);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  google::rpc::BadRequest bad_request;
  ASSERT_TRUE(ReadDetail(status, bad_request));
  EXPECT_EQ(bad_request.field_violations_size(), 3);
  EXPECT_TRUE(HasReason(status, reason::kInvalidRequest));
}

TEST_F(IntakeServiceTest, TextLimitsHold) {
  EXPECT_EQ(Refusal(Request("")).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Refusal(Request(std::string("nul\0", 4))).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Refusal(Request(std::string(10001, 'x'))).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(Refusal(Request(std::string(10000, 'x'))).ok());
}

TEST_F(IntakeServiceTest, InvalidUtf8IsRefusedByName) {
  const absl::Status status = Refusal(Request("caf\xe9"));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("inquiry.text"));
}

TEST_F(IntakeServiceTest, ARepeatedRequestIsTheSameInquiryAsItIsNow) {
  v1::SubmitInquiryRequest request = Request("a pothole");
  request.set_request_id(RandomUuid().ToString());
  const v1::SubmitInquiryResponse first = Submit(request);
  EXPECT_FALSE(first.duplicate());
  Complete(ClaimFrom("queues/roads"));
  const v1::SubmitInquiryResponse again = Submit(request);
  EXPECT_TRUE(again.duplicate());
  EXPECT_EQ(again.inquiry().name(), first.inquiry().name());
  EXPECT_EQ(again.inquiry().state(), v1::Inquiry::COMPLETED);
  EXPECT_EQ(again.inquiry().text(), "");

  request.mutable_inquiry()->set_area("north");
  const absl::Status reused = Refusal(request);
  EXPECT_EQ(reused.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(HasReason(reused, reason::kRequestIdReused));
}

TEST_F(IntakeServiceTest, ValidateOnlyStoresNothing) {
  v1::SubmitInquiryRequest request = Request("a pothole");
  request.set_validate_only(true);
  const v1::SubmitInquiryResponse response = Submit(request);
  EXPECT_EQ(response.inquiry().name(), "");
  EXPECT_EQ(response.inquiry().queue(), "queues/roads");
  EXPECT_FALSE(response.inquiry().has_create_time());
  v1::ListInquiriesResponse list;
  ASSERT_TRUE(server_.intake->ListInquiries(Patient().get(), {}, &list).ok());
  EXPECT_EQ(list.inquiries_size(), 0);
}

TEST_F(IntakeServiceTest, ABatchIsAnsweredOneByOne) {
  v1::BatchSubmitInquiriesRequest request;
  const std::string id = RandomUuid().ToString();
  *request.add_requests() = Request("a pothole");
  *request.add_requests() = Request("", static_cast<v1::Channel>(99));
  *request.add_requests() = Request("my passport");
  *request.add_requests() = Request("my passport");
  *request.add_requests() = Request("another text");
  *request.add_requests() = Request("only asking for a passport");
  for (const int i : {2, 3, 4}) request.mutable_requests(i)->set_request_id(id);
  request.mutable_requests(5)->set_validate_only(true);
  v1::BatchSubmitInquiriesResponse response;
  ASSERT_TRUE(server_.intake->BatchSubmitInquiries(Patient().get(), request, &response).ok());

  ASSERT_EQ(response.results_size(), 6);
  EXPECT_EQ(response.results(0).accepted().inquiry().queue(), "queues/roads");
  EXPECT_EQ(response.results(1).error().code(), 3);
  EXPECT_EQ(response.results(1).error().violations_size(), 2);
  EXPECT_FALSE(response.results(2).accepted().duplicate());
  EXPECT_TRUE(response.results(3).accepted().duplicate());
  EXPECT_EQ(response.results(3).accepted().inquiry().name(), response.results(2).accepted().inquiry().name());
  EXPECT_EQ(response.results(4).error().reason(), reason::kRequestIdReused);
  EXPECT_EQ(response.results(5).accepted().inquiry().name(), "");

  v1::BatchSubmitInquiriesResponse again;
  ASSERT_TRUE(server_.intake->BatchSubmitInquiries(Patient().get(), request, &again).ok());
  EXPECT_TRUE(again.results(2).accepted().duplicate());
  EXPECT_TRUE(again.results(3).accepted().duplicate());
  EXPECT_EQ(again.results(2).accepted().inquiry().name(), response.results(2).accepted().inquiry().name());
  EXPECT_NE(again.results(0).accepted().inquiry().name(), response.results(0).accepted().inquiry().name());
}

TEST_F(IntakeServiceTest, ABatchOfNoneOrTooManyIsRefused) {
  v1::BatchSubmitInquiriesRequest request;
  v1::BatchSubmitInquiriesResponse response;
  EXPECT_EQ(Said(server_.intake->BatchSubmitInquiries(Patient().get(), request, &response)).code(),
            absl::StatusCode::kInvalidArgument);
  for (int i = 0; i < 1001; ++i) *request.add_requests() = Request("a pothole");
  EXPECT_EQ(Said(server_.intake->BatchSubmitInquiries(Patient().get(), request, &response)).code(),
            absl::StatusCode::kInvalidArgument);
  request.mutable_requests()->RemoveLast();
  ASSERT_TRUE(server_.intake->BatchSubmitInquiries(Patient().get(), request, &response).ok());
  std::set<std::string> names;
  for (const auto& result : response.results()) names.insert(result.accepted().inquiry().name());
  EXPECT_EQ(names.size(), 1000u);
}

TEST_F(IntakeServiceTest, ListIsPagedNewestFirstAndBoundToItsFilter) {
  for (int i = 0; i < 5; ++i) Submit(Request("a pothole " + std::to_string(i)));
  Submit(Request("my passport"));
  v1::ListInquiriesRequest request;
  request.set_page_size(2);
  request.mutable_filter()->set_queue("queues/roads");
  std::vector<std::string> texts;
  v1::ListInquiriesResponse page;
  do {
    request.set_page_token(page.next_page_token());
    ASSERT_TRUE(server_.intake->ListInquiries(Patient().get(), request, &page).ok());
    for (const v1::Inquiry& inquiry : page.inquiries()) texts.push_back(inquiry.text());
    if (texts.size() == 2) {
      v1::ListInquiriesRequest other = request;
      other.set_page_token(page.next_page_token());
      other.mutable_filter()->set_queue("queues/passports");
      v1::ListInquiriesResponse refused;
      EXPECT_TRUE(
          HasReason(Said(server_.intake->ListInquiries(Patient().get(), other, &refused)), reason::kInvalidPageToken));
    }
  } while (!page.next_page_token().empty());
  EXPECT_THAT(texts, ElementsAre("a pothole 4", "a pothole 3", "a pothole 2", "a pothole 1", "a pothole 0"));
}

TEST_F(IntakeServiceTest, ListFiltersAndRefusesBadFilters) {
  Submit(Request("a pothole", v1::SMS));
  Submit(Request("a pothole", v1::X));
  v1::ListInquiriesRequest request;
  request.mutable_filter()->set_channel(v1::SMS);
  request.mutable_filter()->set_topic("topics/potholes");
  request.mutable_filter()->set_state(v1::Inquiry::READY);
  v1::ListInquiriesResponse response;
  ASSERT_TRUE(server_.intake->ListInquiries(Patient().get(), request, &response).ok());
  ASSERT_EQ(response.inquiries_size(), 1);
  EXPECT_EQ(response.inquiries(0).channel(), v1::SMS);

  request.set_page_size(-1);
  request.mutable_filter()->set_queue("queues/no-such-queue");
  request.mutable_filter()->set_state(static_cast<v1::Inquiry::State>(50));
  request.mutable_filter()->mutable_create_time_from()->set_nanos(-1);
  const absl::Status status = Said(server_.intake->ListInquiries(Patient().get(), request, &response));
  google::rpc::BadRequest bad_request;
  ASSERT_TRUE(ReadDetail(status, bad_request));
  EXPECT_EQ(bad_request.field_violations_size(), 4);
}

TEST_F(IntakeServiceTest, APageOfLongTextsEndsBeforeItIsTooLarge) {
  for (int i = 0; i < 300; ++i) {
    v1::SubmitInquiryRequest request = Request("a pothole " + std::string(9900, 'x'));
    Submit(request);
  }
  v1::ListInquiriesRequest request;
  request.set_page_size(1000);
  v1::ListInquiriesResponse page;
  int found = 0;
  do {
    request.set_page_token(page.next_page_token());
    ASSERT_TRUE(server_.intake->ListInquiries(Patient().get(), request, &page).ok());
    EXPECT_LT(page.ByteSizeLong(), 4u << 20);
    found += page.inquiries_size();
  } while (!page.next_page_token().empty());
  EXPECT_EQ(found, 300);
}

TEST_F(IntakeServiceTest, WithdrawIsRepeatableAndLeasesAreLost) {
  const std::string name = Submit(Request("a pothole")).inquiry().name();
  const v1::Lease lease = ClaimFrom("queues/roads");
  v1::WithdrawInquiryRequest request;
  request.set_name(name);
  request.set_reason("filled already");
  v1::WithdrawInquiryResponse response;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(server_.intake->WithdrawInquiry(Patient().get(), request, &response).ok());
    EXPECT_EQ(response.inquiry().state(), v1::Inquiry::WITHDRAWN);
  }
  v1::CompleteInquiryRequest complete;
  complete.set_lease_token(lease.lease_token());
  complete.set_disposition(v1::ANSWERED);
  v1::CompleteInquiryResponse completed;
  EXPECT_TRUE(
      HasReason(Said(server_.staff->CompleteInquiry(Patient().get(), complete, &completed)), reason::kLeaseLost));
  const v1::GetInquiryResponse found = Get(name);
  EXPECT_EQ(found.events(found.events_size() - 1).kind(), v1::Event::WITHDRAWN);
  EXPECT_EQ(found.events(found.events_size() - 1).reason(), "filled already");
}

TEST_F(IntakeServiceTest, WhatIsCompletedCannotBeWithdrawn) {
  const std::string name = Submit(Request("a pothole")).inquiry().name();
  Complete(ClaimFrom("queues/roads"));
  v1::WithdrawInquiryRequest request;
  request.set_name(name);
  v1::WithdrawInquiryResponse response;
  const absl::Status status = Said(server_.intake->WithdrawInquiry(Patient().get(), request, &response));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(HasReason(status, reason::kInquiryClosed));
}

TEST_F(IntakeServiceTest, AMessageReopensWhatWasClosed) {
  const std::string name = Submit(Request("a pothole")).inquiry().name();
  v1::AppendMessageRequest request;
  request.set_name(name);
  request.mutable_message()->set_text("it is in Elm Street");
  request.set_request_id(RandomUuid().ToString());
  v1::AppendMessageResponse response;
  ASSERT_TRUE(server_.intake->AppendMessage(Patient().get(), request, &response).ok());
  EXPECT_FALSE(response.reopened());
  ASSERT_TRUE(server_.intake->AppendMessage(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.inquiry().messages_size(), 1) << "a repetition adds nothing";
  EXPECT_EQ(response.inquiry().messages(0).author(), v1::Message::CITIZEN);
  EXPECT_EQ(response.inquiry().messages(0).visibility(), v1::PRIVATE);
  request.mutable_message()->set_text("no, in Oak Street");
  EXPECT_TRUE(
      HasReason(Said(server_.intake->AppendMessage(Patient().get(), request, &response)), reason::kRequestIdReused));

  const v1::Lease lease = ClaimFrom("queues/roads");
  ASSERT_EQ(lease.inquiry().messages_size(), 1) << "a claim brings the conversation";
  EXPECT_EQ(lease.inquiry().messages(0).text(), "it is in Elm Street");
  Complete(lease);
  request.clear_request_id();
  ASSERT_TRUE(server_.intake->AppendMessage(Patient().get(), request, &response).ok());
  EXPECT_TRUE(response.reopened());
  EXPECT_EQ(response.inquiry().state(), v1::Inquiry::READY);
  EXPECT_EQ(ClaimFrom("queues/roads").inquiry().messages_size(), 2);
}

TEST_F(IntakeServiceTest, WhatIsNotThereIsNotFoundByName) {
  v1::GetInquiryRequest request;
  v1::GetInquiryResponse response;
  request.set_name("inquiries/0000000000001");
  const absl::Status missing = Said(server_.intake->GetInquiry(Patient().get(), request, &response));
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  google::rpc::ResourceInfo resource;
  ASSERT_TRUE(ReadDetail(missing, resource));
  EXPECT_EQ(resource.resource_name(), "inquiries/0000000000001");
  for (const char* bad : {"", "inquiries/", "queues/roads", "inquiries/zzz", "inquiries/uuuuuuuuuuuuu"}) {
    request.set_name(bad);
    EXPECT_EQ(Said(server_.intake->GetInquiry(Patient().get(), request, &response)).code(),
              absl::StatusCode::kInvalidArgument)
        << bad;
  }
}

TEST_F(IntakeServiceTest, OnlyWhatWasStoredIsCountedAsReceived) {
  v1::SubmitInquiryRequest request = Request("a pothole", v1::CHAT);
  request.set_request_id(RandomUuid().ToString());
  Submit(request);
  Submit(request);
  EXPECT_FALSE(Refusal(Request("", v1::CHAT)).ok());
  EXPECT_THAT(server_.Scrape(),
              HasSubstr("switchboard_inquiries_received_total{channel=\"CHAT\",topic_method=\"MODEL\"} 1"));
}

TEST_F(IntakeServiceTest, TextsThatWouldWaitTooLongToBeSortedAreRefusedWithATime) {
  absl::Notification begun;
  const auto free = std::make_shared<absl::Notification>();  // the waiting thread may leave it after this test
  server_.sorting_pool().Submit("test", 1, [&begun, free] {
    begun.Notify();
    free->WaitForNotification();
  });
  begun.WaitForNotification();
  server_.sorting_pool().Submit("test", 100000, [] {});

  const absl::Status refused = Refusal(Request("a pothole"));
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted) << refused;
  EXPECT_TRUE(RetryAfterOf(refused).has_value());
  v1::BatchSubmitInquiriesRequest batch;
  *batch.add_requests() = Request("a pothole");
  v1::BatchSubmitInquiriesResponse none;
  EXPECT_EQ(Said(server_.intake->BatchSubmitInquiries(Patient().get(), batch, &none)).code(),
            absl::StatusCode::kResourceExhausted);
  v1::SubmitInquiryRequest decided = Request("a pothole");
  decided.mutable_inquiry()->set_topic("topics/potholes");
  decided.mutable_inquiry()->set_language("en");
  decided.mutable_inquiry()->set_priority(v1::LOW);
  EXPECT_EQ(Submit(decided).inquiry().queue(), "queues/roads") << "nobody has to read it";
  free->Notify();
}

}  // namespace
}  // namespace switchboard::intake
