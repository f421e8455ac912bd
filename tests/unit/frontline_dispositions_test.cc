// Every combination of what a comment is, how it is settled, with and without a reason, with and without a reply.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "services/frontline/dispositions.h"
#include "services/frontline/request_reader.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_queue_engine.h"

namespace switchboard::frontline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<v1::Disposition> AllDispositions() {
  std::vector<v1::Disposition> all;
  for (int i = v1::Disposition_MIN; i <= v1::Disposition_MAX; ++i) {
    if (v1::Disposition_IsValid(i)) all.push_back(static_cast<v1::Disposition>(i));
  }
  return all;
}

std::vector<v1::Assessment> AllAssessments() {
  std::vector<v1::Assessment> all;
  for (int i = v1::Assessment_MIN; i <= v1::Assessment_MAX; ++i) {
    if (v1::Assessment_IsValid(i)) all.push_back(static_cast<v1::Assessment>(i));
  }
  return all;
}

// Written down apart from the code, as the API says it.
bool ShouldFit(v1::Assessment assessment, v1::Disposition disposition) {
  static const auto* const fitting = new std::map<v1::Assessment, std::set<v1::Disposition>>{
      {v1::QUESTION, {v1::ANSWERED, v1::FACTS_FIXED, v1::RESTORED, v1::REFERRED}},
      {v1::UNHAPPY, {v1::ANSWERED, v1::FACTS_FIXED, v1::RESTORED, v1::REFERRED}},
      {v1::MISTAKE_OF_FACT, {v1::ANSWERED, v1::FACTS_FIXED, v1::REFERRED, v1::MONITORED}},
      {v1::ABUSE, {v1::ANSWERED, v1::REFERRED, v1::MONITORED, v1::LEFT_TO_STAND}},
      {v1::PRAISE, {v1::ANSWERED, v1::LEFT_TO_STAND}},
  };
  if (assessment == v1::ASSESSMENT_UNSPECIFIED || disposition == v1::WITHDRAWN || disposition == v1::DUPLICATE) {
    return true;
  }
  return fitting->at(assessment).contains(disposition);
}

bool IsNonReplyByTheApi(v1::Disposition disposition) {
  return disposition == v1::LEFT_TO_STAND || disposition == v1::MONITORED;
}

class DispositionsTest : public ::testing::Test {
 protected:
  static std::set<std::string> WrongFields(const absl::Status& status) {
    google::rpc::BadRequest bad_request;
    std::set<std::string> fields;
    if (!ReadDetail(status, bad_request)) return fields;
    for (const auto& violation : bad_request.field_violations()) fields.insert(violation.field());
    return fields;
  }

  FakeClock clock_;
  ScriptedQueueEngine engine_;
  const RequestReader reader_{engine_, clock_, {}};
};

TEST_F(DispositionsTest, EveryCombinationIsTakenOrRefusedAsTheApiSays) {
  int combinations = 0;
  for (const v1::Assessment assessment : AllAssessments()) {
    for (const v1::Disposition disposition : AllDispositions()) {
      for (const char* reason : {"", "it thanks the crew"}) {
        v1::CompleteInquiryRequest request;
        request.set_lease_token("lease-1");
        request.set_assessment(assessment);
        request.set_disposition(disposition);
        request.set_reason(reason);
        std::set<std::string> expected;
        const bool given = disposition != v1::DISPOSITION_UNSPECIFIED;
        if (!given || !ShouldFit(assessment, disposition)) expected.insert("disposition");
        if (IsNonReplyByTheApi(disposition) && request.reason().empty()) expected.insert("reason");
        EXPECT_EQ(WrongFields(reader_.Read(request).status()), expected) << request.DebugString();
        EXPECT_EQ(reader_.Read(request).ok(), expected.empty()) << request.DebugString();
        ++combinations;
      }
    }
  }
  EXPECT_EQ(combinations, 6 * 9 * 2);
}

TEST_F(DispositionsTest, AReplySettlesNothingThatNobodyRepliedTo) {
  for (const v1::Disposition disposition : AllDispositions()) {
    v1::ReplyToInquiryRequest request;
    request.set_lease_token("lease-1");
    request.set_text("Thank you.");
    request.set_disposition(disposition);
    const bool refused = IsNonReplyByTheApi(disposition) || disposition == v1::WITHDRAWN;
    EXPECT_EQ(reader_.Read(request).ok(), !refused) << v1::Disposition_Name(disposition);
    v1::MoveToPrivateRequest move;
    move.set_lease_token("lease-1");
    move.set_text("Thank you.");
    move.set_disposition(disposition);
    EXPECT_EQ(reader_.Read(move).ok(), !refused) << v1::Disposition_Name(disposition);
  }
}

TEST_F(DispositionsTest, ARefusalSaysWhatWouldFit) {
  v1::CompleteInquiryRequest request;
  request.set_lease_token("lease-1");
  request.set_assessment(v1::UNHAPPY);
  request.set_disposition(v1::LEFT_TO_STAND);
  request.set_reason("nothing to say");
  const absl::Status status = reader_.Read(request).status();
  EXPECT_THAT(status.ToString(), HasSubstr("does not fit UNHAPPY; use one of ANSWERED, FACTS_FIXED, RESTORED"));
  EXPECT_THAT(WrongFields(status), ElementsAre("disposition"));
}

TEST_F(DispositionsTest, WhatItIsGoesOnTheRecordBeforeTheReason) {
  v1::CompleteInquiryRequest request;
  request.set_lease_token("lease-1");
  request.set_disposition(v1::LEFT_TO_STAND);
  request.set_reason("thanks the crew");
  EXPECT_EQ(reader_.Read(request)->reason, "thanks the crew");
  request.set_assessment(v1::PRAISE);
  EXPECT_EQ(reader_.Read(request)->reason, "PRAISE: thanks the crew");
  request.set_reason(std::string(512, 'x'));
  EXPECT_EQ(reader_.Read(request)->reason.size(), 512U);
  request.set_assessment(static_cast<v1::Assessment>(77));
  EXPECT_FALSE(reader_.Read(request).ok());
  EXPECT_THAT(WrongFields(absl::OkStatus()), IsEmpty());
}

}  // namespace
}  // namespace switchboard::frontline
