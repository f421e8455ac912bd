// Drafts reach their deadlines, and reviewers decide on some of them, while two servers are killed at random moments:
// each draft comes to one end, is in the hands of one reviewer at a time, and the citizen hears of it once.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "common/rpc/status_conversion.h"
#include "common/status/errors.h"
#include "switchboard/v1/authority.grpc.pb.h"
#include "switchboard/v1/frontline.grpc.pb.h"
#include "switchboard/v1/intake.grpc.pb.h"
#include "switchboard/v1/operations.grpc.pb.h"
#include "tests/fault/fault_bench.h"
#include "tests/support/await.h"

namespace switchboard::fault {
namespace {

constexpr int kDrafts = 60;
constexpr int kKills = 8;
constexpr int kApprovals = 6;  // of each reviewer that claims
constexpr int kReviewSeconds = 1;

constexpr char kGuidelines[] = R"(version: 1
official_languages: [en]
authority:
  deadline: 5s
  at_deadline: HOLDING_REPLY
  holding_reply: {en: We are looking into it.}
  queues:
    water: {at_deadline: REASSIGN, reassign_to: roads}
guidelines:
  - id: everything
    version: "1.0"
    name: {en: Everything}
    text: {en: Promise nothing.}
    rules:
      - id: no-promise
        check: FORBID_PATTERN
        patterns: ['\bwe guarantee\b']
        effect: AUTHORITY
        authority_level: 3
        reason: {en: It binds the city.}
        suggestion: {en: Say what is planned.}
)";

class AuthorityFaults : public ::testing::Test {
 protected:
  // A call that is repeated, by whichever server answers, until its outcome is known.
  template <typename Service, typename Request, typename Response>
  absl::Status CallAny(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                       const Request& request, Response& response) {
    absl::Status status;
    const auto known = [&] {
      const auto stub = Service::NewStub(channels_[next_++ % channels_.size()]);
      grpc::ClientContext context;
      SetDeadline(context, absl::Seconds(5));
      response.Clear();
      status = FromGrpc((stub.get()->*method)(&context, request, &response));
      return !absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status) && !absl::IsAborted(status) &&
             !absl::IsCancelled(status);
    };
    EXPECT_TRUE(Await(absl::Seconds(60), known)) << status;
    return status;
  }

  void Apply() {
    v1::ApplyConfigurationRequest request;
    request.set_yaml(kFaultConfiguration);
    request.set_guidelines(kGuidelines);
    for (size_t i = 0; i < bench_.server_count(); ++i) channels_.push_back(bench_.server(i).NewChannel());
    v1::ApplyConfigurationResponse response;
    for (size_t i = 0; i < channels_.size(); ++i) {
      const absl::Status status =
          CallAny<v1::OperationsService>(&v1::OperationsService::Stub::ApplyConfiguration, request, response);
      ASSERT_TRUE(status.ok()) << status;
    }
  }

  // The names of drafts that wait, half of them in each queue.
  std::vector<std::string> DraftAll() {
    for (int i = 0; i < kDrafts; ++i) {
      v1::SubmitInquiryRequest submit;
      submit.set_request_id(absl::StrFormat("6f1c5a70-0000-4000-8000-%012d", i));
      submit.mutable_inquiry()->set_text("please look at this");
      submit.mutable_inquiry()->set_channel(v1::EMAIL);
      submit.mutable_inquiry()->set_topic(i % 2 == 0 ? "topics/potholes" : "topics/leaks");
      v1::SubmitInquiryResponse submitted;
      const absl::Status status =
          CallAny<v1::IntakeService>(&v1::IntakeService::Stub::SubmitInquiry, submit, submitted);
      EXPECT_TRUE(status.ok()) << status;
    }
    v1::ClaimInquiriesRequest claim;
    claim.add_queues("queues/roads");
    claim.add_queues("queues/water");
    claim.set_worker("workers/ann");
    claim.set_max_inquiries(kDrafts);
    claim.mutable_lease_duration()->set_seconds(300);
    std::vector<std::string> drafts;
    EXPECT_TRUE(Await(absl::Seconds(60), [&] {
      v1::ClaimInquiriesResponse claimed;
      EXPECT_TRUE(CallAny<v1::FrontlineService>(&v1::FrontlineService::Stub::ClaimInquiries, claim, claimed).ok());
      for (const v1::Lease& lease : claimed.leases()) drafts.push_back(Draft(lease));
      return drafts.size() >= kDrafts;
    }));
    return drafts;
  }

  std::string Draft(const v1::Lease& lease) {
    v1::ReplyToInquiryRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_text("We guarantee it.");
    request.set_disposition(v1::ANSWERED);
    v1::ReplyToInquiryResponse response;
    const absl::Status status =
        CallAny<v1::FrontlineService>(&v1::FrontlineService::Stub::ReplyToInquiry, request, response);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_NE(response.draft(), "");
    return response.draft();
  }

  void Approve(const std::string& draft, const std::string& reviewer = "workers/ruth", const std::string& token = "") {
    v1::ApproveReplyDraftRequest request;
    request.set_name(draft);
    request.set_reviewer(reviewer);
    request.set_authority_level(3);
    request.set_review_token(token);
    v1::ApproveReplyDraftResponse response;
    const absl::Status status =
        CallAny<v1::AuthorityService>(&v1::AuthorityService::Stub::ApproveReplyDraft, request, response);
    EXPECT_TRUE(status.ok() || HasReason(status, reason::kDraftDecided) || HasReason(status, reason::kDraftClaimed) ||
                HasReason(status, reason::kReviewLost))
        << status;
  }

  // Claims drafts until there is an end, lets the first of each claim out, up to kApprovals, and sits on the others.
  void ClaimAndReview(const std::string& reviewer, const std::atomic<bool>& over) {
    v1::ClaimReplyDraftsRequest request;
    request.set_reviewer(reviewer);
    request.add_queues("queues/roads");
    request.add_queues("queues/water");
    request.set_authority_level(3);
    request.set_max_drafts(2);
    request.mutable_review_duration()->set_seconds(kReviewSeconds);
    for (int approved = 0; !over;) {
      v1::ClaimReplyDraftsResponse response;
      const absl::Status status =
          CallAny<v1::AuthorityService>(&v1::AuthorityService::Stub::ClaimReplyDrafts, request, response);
      EXPECT_TRUE(status.ok()) << status;
      if (response.drafts_size() > 0 && approved < kApprovals) {
        Approve(response.drafts(0).name(), reviewer, response.drafts(0).review_token());
        ++approved;
      }
      LetRun(absl::Milliseconds(100));
    }
  }

  // Every third draft is let out, as long as nothing else was decided.
  void Review(const std::vector<std::string>& drafts) {
    for (size_t i = 0; i < drafts.size(); i += 3) {
      Approve(drafts[i]);
      LetRun(absl::Milliseconds(200));
    }
  }

  int64_t Count(const std::string& what) {
    const auto rows = bench_.Connect()->ExecuteScript(what);
    EXPECT_TRUE(rows.ok()) << rows.status();
    return rows.ok() ? (*rows)[0].Int64(0) : -1;
  }

  FaultBench bench_{FaultBench::DatabaseKind::kOwn, 2};
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::atomic<size_t> next_{0};
};

// What the citizen got, what the record says and where the inquiry stands, beside what became of the draft.
constexpr char kWrong[] = R"sql(
WITH seen AS (
    SELECT draft.state,
           concat_ws(' ',
               (SELECT count(*) FROM switchboard.message WHERE message.id = draft.inquiry),
               (SELECT count(*) FROM switchboard.message WHERE message.id = draft.inquiry AND message.text = draft.text),
               (SELECT count(*) FROM switchboard.outbound WHERE outbound.id = draft.inquiry),
               (SELECT string_agg(kind::text, ',' ORDER BY seq) FROM switchboard.event
                WHERE event.id = draft.inquiry AND kind IN (3, 7, 17, 21, 22, 23)),
               (SELECT count(*) FROM switchboard.dispatch WHERE dispatch.id = draft.inquiry)
             + (SELECT count(*) FROM switchboard.delayed WHERE delayed.id = draft.inquiry)
             + (SELECT count(*) FROM switchboard.dead_letter WHERE dead_letter.id = draft.inquiry)) AS traces
    FROM switchboard.reply_draft AS draft
)
SELECT count(*) FROM seen
WHERE traces IS DISTINCT FROM CASE state WHEN 2 THEN '1 1 1 21,22,17,3 0'  -- sent whole, once, and closed
                                         WHEN 4 THEN '1 0 1 21,17,23 1'    -- told to wait, and open
                                         WHEN 5 THEN '0 0 0 21,7 1' END    -- moved, and open
)sql";

// Times at which a draft was handed to a reviewer although the review before had not ended; the servers' clocks follow
// the database's to within a few milliseconds.
constexpr char kHandedTwice[] = R"sql(
SELECT count(*) FROM (SELECT (seq >> 22) - lag(seq >> 22) OVER (PARTITION BY id ORDER BY seq) AS after_ms
                      FROM switchboard.event WHERE kind = 32) AS handed
WHERE after_ms < 900
)sql";

TEST_F(AuthorityFaults, EachDeadlineActsOnceWhileServersAreKilled) {
  Apply();
  const std::vector<std::string> drafts = DraftAll();
  ASSERT_EQ(drafts.size(), static_cast<size_t>(kDrafts));
  Approve(drafts.back());
  std::thread reviewer([&] { Review(drafts); });
  std::atomic<bool> over{false};
  std::thread rose([&] { ClaimAndReview("workers/rose", over); });
  std::thread rita([&] { ClaimAndReview("workers/rita", over); });
  for (int i = 0; i < kKills; ++i) {
    bench_.RunFor(absl::Milliseconds(100), absl::Milliseconds(600));
    bench_.KillAndRestart(static_cast<size_t>(bench_.dice().Below(2)));
  }
  reviewer.join();
  over = true;
  rose.join();
  rita.join();
  ASSERT_TRUE(Await(absl::Seconds(60),
                    [this] { return Count("SELECT count(*) FROM switchboard.reply_draft WHERE state = 1") == 0; }));
  EXPECT_EQ(Count("SELECT count(*) FROM switchboard.reply_draft"), kDrafts);
  EXPECT_GT(Count("SELECT count(*) FROM switchboard.reply_draft WHERE state = 2"), 0);
  EXPECT_GT(Count("SELECT count(*) FROM switchboard.reply_draft WHERE state = 4"), 0);
  EXPECT_GT(Count("SELECT count(*) FROM switchboard.reply_draft WHERE state = 5"), 0);
  EXPECT_EQ(Count(kWrong), 0);
  EXPECT_GT(Count("SELECT count(*) FROM switchboard.event WHERE kind = 32"), 0);
  EXPECT_EQ(Count(kHandedTwice), 0);
}

}  // namespace
}  // namespace switchboard::fault
