// The whole path through the real programs: a tweet in French about a pothole is claimed by somebody who speaks French
// and is trained for streets, with the right answers at hand; it is answered at once and delivered; the citizen says
// thanks, and the praise is let stand. Everything is on the record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/e2e/e2e_server.h"
#include "tests/support/program.h"
#include "tests/support/small_configuration.h"

namespace switchboard::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class WholePathTest : public ::testing::Test {
 protected:
  WholePathTest() {
    const std::string samples = SWITCHBOARD_SOURCE_DIR "/deploy/samples/";
    Apply(*server_, kSmallConfiguration);
    MustRun({"apply", "-g", samples + "guidelines.yaml"});
    MustRun({"apply", "-a", samples + "answers.yaml"});
    MustRun({"worker", "set", "ben", "-l", "fr"});                                 // not trained
    MustRun({"worker", "set", "carl", "-l", "en", "-t", "streets@1:2999-12-31"});  // no French
    MustRun({"worker", "set", "marie", "-l", "fr", "-t", "streets@1:2999-12-31"});
  }

  std::string MustRun(const std::vector<std::string>& arguments) {
    const ProgramResult result = RunClient(server_->address(), arguments);
    EXPECT_EQ(result.exit_code, 0) << arguments.front() << ": " << result.err;
    return result.out;
  }

  template <typename Request, typename Response, typename Stub>
  Response Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                const Request& request) {
    Response response;
    const absl::Status status = CallFor(stub, method, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  v1::ClaimInquiriesResponse ClaimBy(const std::string& worker, int wait_seconds) {
    v1::ClaimInquiriesRequest request;
    request.add_queues("queues/roads");
    request.set_worker("workers/" + worker);
    request.set_with_guidance(true);
    request.mutable_wait_duration()->set_seconds(wait_seconds);
    return Call(api_.frontline(), &v1::FrontlineService::Stub::ClaimInquiries, request);
  }

  v1::ReplyToInquiryResponse Reply(const v1::Lease& lease, const std::string& text, const std::string& answer = "") {
    v1::ReplyToInquiryRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_text(text);
    request.set_disposition(v1::ANSWERED);
    if (!answer.empty()) request.add_answers_used(answer);
    return Call(api_.frontline(), &v1::FrontlineService::Stub::ReplyToInquiry, request);
  }

  v1::GetInquiryResponse Get(const std::string& name) {
    v1::GetInquiryRequest request;
    request.set_name(name);
    return Call(api_.intake(), &v1::IntakeService::Stub::GetInquiry, request);
  }

  std::unique_ptr<ServerProcess> server_ = StartServer();
  Api api_{server_->NewChannel()};
};

TEST_F(WholePathTest, ATweetInFrenchIsAnsweredDeliveredThankedForAndLetStand) {
  v1::SubmitInquiryRequest tweet;
  tweet.mutable_inquiry()->set_channel(v1::X);
  tweet.mutable_inquiry()->set_author("@jeanne");
  tweet.mutable_inquiry()->set_text("Il y a un nid de poule énorme rue des Érables, ça fait trois semaines!");
  const auto inquiry = api_.Submit(tweet);
  ASSERT_TRUE(inquiry.ok()) << inquiry.status();
  EXPECT_EQ(inquiry->language(), "fr");
  EXPECT_EQ(inquiry->topic(), "topics/potholes");
  EXPECT_EQ(inquiry->queue(), "queues/roads");

  // Claimed by the one who may, with the right answers at hand.
  EXPECT_EQ(ClaimBy("ben", 0).leases_size(), 0);
  EXPECT_EQ(ClaimBy("carl", 0).leases_size(), 0);
  const v1::ClaimInquiriesResponse claimed = ClaimBy("marie", 10);
  ASSERT_EQ(claimed.leases_size(), 1);
  const v1::Lease& lease = claimed.leases(0);
  EXPECT_EQ(lease.inquiry().name(), inquiry->name());
  ASSERT_EQ(lease.guidelines_size(), 2);
  EXPECT_EQ(lease.guidelines(1).name(), "streets@1.1");
  EXPECT_EQ(lease.guidelines(1).title(), "Rues et travaux publics");
  EXPECT_TRUE(lease.guidelines(1).has_respond_by_time());
  ASSERT_EQ(lease.answers_size(), 3);
  EXPECT_EQ(lease.answers(0).language(), "fr");
  EXPECT_THAT(lease.answers(0).answer(), HasSubstr("answers/pothole-"));

  // A first try tells too much, a dry run leaves no trace, and the reply goes out at once.
  EXPECT_EQ(Reply(lease, "Merci! Jean Tremblay vous appellera au 613-555-0142.").decision().verdict(),
            v1::ReplyDecision::MOVE_TO_PRIVATE);
  v1::EvaluateReplyRequest dry;
  dry.set_lease_token(lease.lease_token());
  dry.set_text("Votez pour le maire, il comble les trous.");
  EXPECT_EQ(Call(api_.frontline(), &v1::FrontlineService::Stub::EvaluateReply, dry).decision().verdict(),
            v1::ReplyDecision::NEEDS_CHANGE);
  const std::string text = lease.answers(0).text();
  const v1::ReplyToInquiryResponse sent = Reply(lease, text, lease.answers(0).answer());
  ASSERT_EQ(sent.decision().verdict(), v1::ReplyDecision::SENT) << sent.DebugString();
  EXPECT_EQ(sent.draft(), "");

  const ProgramResult delivered =
      RunClient(server_->address(),
                {"deliver", "-c", "X", "--exec",
                 "grep -c . >&2; echo post-77 to $SWITCHBOARD_AUTHOR in $SWITCHBOARD_VISIBILITY", "--until-empty"});
  ASSERT_EQ(delivered.exit_code, 0) << delivered.err;
  EXPECT_EQ(delivered.out, inquiry->name() + " DELIVERED post-77 to @jeanne in PUBLIC\n");

  // Thanks in the same conversation, which are let stand.
  MustRun({"inquiry", "append", inquiry->name(), "-t", "Déjà réparé, merci beaucoup!"});
  const v1::ClaimInquiriesResponse again = ClaimBy("marie", 10);
  ASSERT_EQ(again.leases_size(), 1);
  EXPECT_EQ(again.leases(0).inquiry().name(), inquiry->name());
  ASSERT_EQ(again.leases(0).inquiry().messages_size(), 2);
  EXPECT_EQ(again.leases(0).inquiry().messages(0).text(), text);
  EXPECT_EQ(again.leases(0).inquiry().messages(1).author(), v1::Message::CITIZEN);
  v1::CompleteInquiryRequest stand;
  stand.set_lease_token(again.leases(0).lease_token());
  stand.set_disposition(v1::LEFT_TO_STAND);
  stand.set_assessment(v1::PRAISE);
  stand.set_reason("says thanks");
  Call(api_.frontline(), &v1::FrontlineService::Stub::CompleteInquiry, stand);

  // Everything is on the record, and counted.
  std::vector<v1::Event::Kind> kinds;
  const v1::GetInquiryResponse stored = Get(inquiry->name());
  for (const v1::Event& event : stored.events()) kinds.push_back(event.kind());
  EXPECT_THAT(kinds, ElementsAre(v1::Event::RECEIVED, v1::Event::CLAIMED, v1::Event::REPLY_REFUSED, v1::Event::REPLIED,
                                 v1::Event::COMPLETED, v1::Event::DELIVERED, v1::Event::REOPENED,
                                 v1::Event::KEPT_FOR_WORKER, v1::Event::CLAIMED, v1::Event::COMPLETED));
  const std::string record = MustRun({"inquiry", "show", inquiry->name(), "--worker", "ruth"});
  for (const char* said :
       {"CLAIMED in roads by marie",
        "REPLY_REFUSED in roads by marie: MOVE_TO_PRIVATE: every-reply@1.1/no-personal-data",
        "REPLIED in roads by marie: every-reply@1.1,streets@1.1", "DELIVERED in roads: X, PUBLIC, message 1: post-77",
        "Message 1, ", "from answers/pothole-", "COMPLETED in roads by marie LEFT_TO_STAND: PRAISE: says thanks",
        "VIEWED in roads by ruth"}) {
    EXPECT_THAT(record, HasSubstr(said));
  }
  EXPECT_THAT(record, Not(HasSubstr("613-555")));
  const std::string metrics = HttpGet(server_->metrics_port(), "/metrics");
  for (const char* counted :
       {"switchboard_reply_decisions_total{decision=\"SENT\",queue=\"roads\"} 1",
        "switchboard_reply_decisions_total{decision=\"MOVE_TO_PRIVATE\",queue=\"roads\"} 1",
        "switchboard_reply_refusals_total{rule=\"no-personal-data-in-public\"} 1",
        "switchboard_first_reply_seconds_count{language=\"fr\"} 1",
        "switchboard_guideline_response_time_total{guideline=\"streets\",result=\"met\"} 1",
        "switchboard_non_replies_total{assessment=\"PRAISE\",disposition=\"LEFT_TO_STAND\",queue=\"roads\"} 1"}) {
    EXPECT_THAT(metrics, HasSubstr(counted));
  }
}

}  // namespace
}  // namespace switchboard::e2e
