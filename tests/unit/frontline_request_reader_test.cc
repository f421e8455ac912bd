#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "services/frontline/request_reader.h"
#include "services/wire/times.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_queue_engine.h"

namespace switchboard::frontline {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

std::vector<std::string> WrongFields(const absl::Status& status) {
  google::rpc::BadRequest bad_request;
  std::vector<std::string> fields;
  if (ReadDetail(status, bad_request)) {
    for (const auto& violation : bad_request.field_violations()) fields.push_back(violation.field());
  }
  return fields;
}

class RequestReaderTest : public ::testing::Test {
 protected:
  FakeClock clock_;
  ScriptedQueueEngine engine_;
  RequestReader reader_{engine_, clock_, {}};
};

TEST_F(RequestReaderTest, AClaimWithDefaults) {
  v1::ClaimInquiriesRequest request;
  request.add_queues("queues/roads");
  request.set_worker("workers/ann");
  request.add_languages("FR");
  const auto claim = reader_.Read(request);
  ASSERT_TRUE(claim.ok()) << claim.status();
  EXPECT_THAT(claim->request.queues, ElementsAre("roads"));
  EXPECT_EQ(claim->request.worker, "ann");
  EXPECT_THAT(claim->request.languages, ElementsAre("fr"));
  EXPECT_EQ(claim->request.max_inquiries, 1);
  EXPECT_EQ(claim->request.lease_duration, std::nullopt);
  EXPECT_EQ(claim->wait, absl::ZeroDuration());
}

TEST_F(RequestReaderTest, AClaimWithEverythingWrong) {
  v1::ClaimInquiriesRequest request;
  request.set_worker("ann");
  request.add_languages("klingon");
  request.set_max_inquiries(1001);
  request.mutable_wait_duration()->set_seconds(61);
  request.mutable_lease_duration()->set_nanos(1);
  EXPECT_THAT(
      WrongFields(reader_.Read(request).status()),
      UnorderedElementsAre("queues", "worker", "languages[0]", "max_inquiries", "wait_duration", "lease_duration"));
}

TEST_F(RequestReaderTest, ACompletionNeedsADispositionAndSomeNeedAReason) {
  v1::CompleteInquiryRequest request;
  request.set_lease_token("lease-1");
  EXPECT_THAT(WrongFields(reader_.Read(request).status()), ElementsAre("disposition"));
  request.set_disposition(v1::ANSWERED);
  EXPECT_TRUE(reader_.Read(request).ok());
  for (const v1::Disposition silent : {v1::LEFT_TO_STAND, v1::MONITORED}) {
    request.set_disposition(silent);
    request.clear_reason();
    EXPECT_THAT(WrongFields(reader_.Read(request).status()), ElementsAre("reason"));
    request.set_reason("it answers itself");
    EXPECT_TRUE(reader_.Read(request).ok());
  }
}

TEST_F(RequestReaderTest, ATokenThatIsNoneIsNamedWithTheOtherFields) {
  v1::TransferInquiryRequest request;
  request.set_lease_token("rubbish");
  request.set_queue("roads");
  EXPECT_THAT(WrongFields(reader_.Read(request).status()), UnorderedElementsAre("lease_token", "queue", "reason"));
  request.clear_lease_token();
  EXPECT_THAT(WrongFields(reader_.Read(request).status()), UnorderedElementsAre("lease_token", "queue", "reason"));
}

TEST_F(RequestReaderTest, ADeferralIsInTheFutureAndAtMostAYearAway) {
  v1::DeferInquiryRequest request;
  request.set_lease_token("lease-1");
  EXPECT_THAT(WrongFields(reader_.Read(request).status()), ElementsAre("until_time"));
  wire::SetTime(clock_.Now(), request.mutable_until_time());
  EXPECT_THAT(WrongFields(reader_.Read(request).status()), ElementsAre("until_time"));
  wire::SetTime(clock_.Now() + absl::Hours(24 * 367), request.mutable_until_time());
  EXPECT_THAT(WrongFields(reader_.Read(request).status()), ElementsAre("until_time"));
  wire::SetTime(clock_.Now() + absl::Hours(24 * 365), request.mutable_until_time());
  EXPECT_EQ(reader_.Read(request)->until, clock_.Now() + absl::Hours(24 * 365));
}

TEST_F(RequestReaderTest, AReleaseSaysItsDelayOnlyWhereItWasGiven) {
  v1::ReleaseInquiryRequest request;
  request.set_lease_token("lease-1");
  EXPECT_EQ(reader_.Read(request)->delay, std::nullopt);
  request.mutable_delay()->set_seconds(0);
  EXPECT_EQ(reader_.Read(request)->delay, absl::ZeroDuration());
  request.mutable_delay()->set_seconds(24 * 3600 + 1);
  EXPECT_THAT(WrongFields(reader_.Read(request).status()), ElementsAre("delay"));
}

TEST_F(RequestReaderTest, AnEscalationMayStayInItsQueue) {
  v1::EscalateInquiryRequest request;
  request.set_lease_token("lease-1");
  request.set_reason("needs a supervisor");
  EXPECT_EQ(reader_.Read(request)->queue, "");
}

}  // namespace
}  // namespace switchboard::frontline
