// From a tweet to praise: taken in, answered inside the guidelines, delivered by a connector, thanked for, let stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/e2e/e2e_server.h"
#include "tests/support/await.h"
#include "tests/support/program.h"
#include "tests/support/small_configuration.h"

namespace switchboard::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ReplyTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = StartServer().release();
    Apply(*server_, kSmallConfiguration);
    const ProgramResult applied =
        RunClient(server_->address(), {"apply", "-g", SWITCHBOARD_SOURCE_DIR "/deploy/samples/guidelines.yaml"});
    ASSERT_EQ(applied.exit_code, 0) << applied.err;
    ASSERT_THAT(applied.out, HasSubstr("2 topics, 3 queues, 2 routes, 9 guidelines"));
    MustRun({"worker", "set", "anna", "-l", "fr", "-l", "en", "-t", "streets@1:2999-12-31", "--capacity", "50"});
    MustRun({"worker", "set", "ben", "-l", "fr"});
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

  static std::string MustRun(const std::vector<std::string>& arguments) {
    const ProgramResult result = RunClient(server_->address(), arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  }

  // What is handed to a worker who does not wait.
  int HandedTo(const std::string& worker) {
    v1::ClaimInquiriesRequest request;
    request.add_queues("queues/roads");
    request.set_worker(worker);
    v1::ClaimInquiriesResponse response;
    const absl::Status status =
        CallFor(api_.frontline(), &v1::FrontlineService::Stub::ClaimInquiries, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response.leases_size();
  }

  v1::Lease ClaimOne() {
    const auto leases = api_.Claim("queues/roads", 1, absl::Seconds(10));
    EXPECT_TRUE(leases.ok()) << leases.status();
    return leases.ok() && leases->size() == 1 ? leases->front() : v1::Lease();
  }

  v1::ReplyToInquiryResponse Reply(const v1::Lease& lease, const std::string& text) {
    v1::ReplyToInquiryRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_text(text);
    request.set_disposition(v1::ANSWERED);
    v1::ReplyToInquiryResponse response;
    const absl::Status status =
        CallFor(api_.frontline(), &v1::FrontlineService::Stub::ReplyToInquiry, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  std::vector<v1::Event::Kind> KindsOf(const std::string& name) {
    v1::GetInquiryRequest request;
    request.set_name(name);
    v1::GetInquiryResponse response;
    const absl::Status status = CallFor(api_.intake(), &v1::IntakeService::Stub::GetInquiry, request, response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<v1::Event::Kind> kinds;
    for (const v1::Event& event : response.events()) kinds.push_back(event.kind());
    return kinds;
  }

  ProgramResult Deliver(const std::string& channel, const std::string& command) {
    return RunClient(server_->address(), {"deliver", "--channel", channel, "--exec", command, "--until-empty"});
  }

  static std::string ContentOf(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  static ServerProcess* server_;
  Api api_{server_->NewChannel()};
  const TemporaryDirectory directory_;
};

ServerProcess* ReplyTest::server_ = nullptr;

TEST_F(ReplyTest, ATweetIsAnsweredAtOnceDeliveredAndThankedFor) {
  v1::SubmitInquiryRequest tweet;
  tweet.mutable_inquiry()->set_channel(v1::X);
  tweet.mutable_inquiry()->set_author("@marie");
  tweet.mutable_inquiry()->set_text("Il y a un nid de poule énorme rue des Érables, ça fait trois semaines!");
  const auto inquiry = api_.Submit(tweet);
  ASSERT_TRUE(inquiry.ok()) << inquiry.status();
  EXPECT_EQ(HandedTo("workers/ben"), 0);  // speaks French, and was never trained for streets
  EXPECT_THAT(MustRun({"worker", "explain", "ben", "-q", "roads"}), HasSubstr("not trained for streets@1.1"));
  // It goes by samples of the figures: what was just submitted may show a moment later.
  const auto receives = [] { return MustRun({"worker", "explain", "anna", "-q", "roads"}); };
  EXPECT_TRUE(Await(absl::Seconds(10), [&] { return receives().find("yes") != std::string::npos; })) << receives();
  const v1::Lease lease = ClaimOne();
  ASSERT_EQ(lease.inquiry().name(), inquiry->name());
  EXPECT_EQ(lease.inquiry().language(), "fr");

  const std::string text = "Merci! Une équipe passe d'habitude dans les cinq jours ouvrables.";
  const v1::ReplyToInquiryResponse sent = Reply(lease, text);
  ASSERT_EQ(sent.decision().verdict(), v1::ReplyDecision::SENT) << sent.DebugString();

  const std::string post = directory_.File("post");
  const ProgramResult delivered =
      Deliver("X", "cat > '" + post + "'; echo \"post-77 for $SWITCHBOARD_AUTHOR $SWITCHBOARD_VISIBILITY\"");
  ASSERT_EQ(delivered.exit_code, 0) << delivered.err;
  EXPECT_EQ(delivered.out, inquiry->name() + " DELIVERED post-77 for @marie PUBLIC\n");
  EXPECT_EQ(ContentOf(post), text);
  EXPECT_EQ(Deliver("X", "exit 1").out, "");  // nothing is delivered twice

  v1::AppendMessageRequest thanks;
  thanks.set_name(inquiry->name());
  thanks.mutable_message()->set_text("Déjà réparé, merci beaucoup!");
  v1::AppendMessageResponse appended;
  ASSERT_TRUE(CallFor(api_.intake(), &v1::IntakeService::Stub::AppendMessage, thanks, appended).ok());
  EXPECT_EQ(HandedTo("workers/otto"), 0) << "it is kept for who answered it";
  const v1::Lease again = ClaimOne();
  ASSERT_EQ(again.inquiry().name(), inquiry->name());
  ASSERT_EQ(again.inquiry().messages_size(), 2);
  EXPECT_EQ(again.inquiry().messages(0).text(), text);
  EXPECT_EQ(again.inquiry().messages(0).worker(), "workers/anna");
  v1::CompleteInquiryRequest stand;
  stand.set_lease_token(again.lease_token());
  stand.set_disposition(v1::LEFT_TO_STAND);
  stand.set_reason("praise");
  v1::CompleteInquiryResponse completed;
  ASSERT_TRUE(CallFor(api_.frontline(), &v1::FrontlineService::Stub::CompleteInquiry, stand, completed).ok());
  EXPECT_THAT(KindsOf(inquiry->name()),
              ElementsAre(v1::Event::RECEIVED, v1::Event::CLAIMED, v1::Event::REPLIED, v1::Event::COMPLETED,
                          v1::Event::DELIVERED, v1::Event::REOPENED, v1::Event::KEPT_FOR_WORKER, v1::Event::CLAIMED,
                          v1::Event::COMPLETED));
}

TEST_F(ReplyTest, AReplyThatNeedsAuthorityWaitsForSomebodyWhoHasIt) {
  MustRun({"worker", "set", "ruth", "--authority", "3", "-t", "streets@1"});
  ASSERT_TRUE(api_.Submit(RoadRequest()).ok());
  const std::string text = "It will be fixed by noon.";
  const v1::ReplyToInquiryResponse kept = Reply(ClaimOne(), text);
  ASSERT_EQ(kept.decision().verdict(), v1::ReplyDecision::NEEDS_AUTHORITY) << kept.DebugString();
  EXPECT_EQ(Deliver("WEB", "cat").out, "");
  EXPECT_THAT(MustRun({"draft", "list", "-q", "roads"}), HasSubstr(kept.draft()));

  const ProgramResult own = RunClient(server_->address(), {"draft", "approve", kept.draft(), "-w", "anna"});
  EXPECT_NE(own.exit_code, 0);
  EXPECT_THAT(own.err, HasSubstr("needs authority level 2"));
  EXPECT_THAT(MustRun({"draft", "claim", "-q", "roads", "-w", "rose", "--authority", "3"}), HasSubstr(kept.draft()));
  const ProgramResult claimed = RunClient(server_->address(), {"draft", "approve", kept.draft(), "-w", "ruth"});
  EXPECT_NE(claimed.exit_code, 0);
  EXPECT_THAT(claimed.err, HasSubstr("workers/rose was handed this draft"));
  const std::string shown = MustRun({"--json", "draft", "show", kept.draft()});
  EXPECT_THAT(shown, HasSubstr("workers/rose"));
  ASSERT_EQ(AskPsql(*server_, "UPDATE switchboard.reply_draft SET review_until = now() RETURNING 1"), 1);
  const std::string review = MustRun({"draft", "claim", "-q", "roads", "-w", "ruth"});
  EXPECT_THAT(review, HasSubstr(kept.draft()));
  EXPECT_THAT(MustRun({"draft", "approve", kept.draft(), "-w", "ruth"}), HasSubstr("went out"));
  EXPECT_THAT(Deliver("WEB", "cat").out, HasSubstr(kept.inquiry() + " DELIVERED"));
  EXPECT_THAT(KindsOf(kept.inquiry()),
              ElementsAre(v1::Event::RECEIVED, v1::Event::CLAIMED, v1::Event::AWAITING_AUTHORITY,
                          v1::Event::DRAFT_CLAIMED, v1::Event::DRAFT_CLAIMED, v1::Event::AUTHORIZED, v1::Event::REPLIED,
                          v1::Event::COMPLETED, v1::Event::DELIVERED));
  const std::string metrics = HttpGet(server_->metrics_port(), "/metrics");
  EXPECT_THAT(metrics, HasSubstr("switchboard_reply_authority_budget_ratio{queue=\"roads\"} 0.05"));
  EXPECT_THAT(metrics, HasSubstr("switchboard_reply_reviews_total{event=\"claimed\",queue=\"roads\"} 2"));
  EXPECT_THAT(metrics, HasSubstr("switchboard_reply_reviews_total{event=\"refused\",queue=\"roads\"} 1"));
}

TEST_F(ReplyTest, ExamplesAnswerWhatWaits) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(api_.Submit(RoadRequest()).ok());
  const std::string out = MustRun({"reply", "-q", "roads", "-w", "anna", "--examples",
                                   SWITCHBOARD_SOURCE_DIR "/deploy/samples/guideline_examples.yaml"});
  EXPECT_THAT(out, HasSubstr("AT ONCE  NEEDED AUTHORITY"));
  EXPECT_THAT(out, ::testing::ContainsRegex("TOTAL +3 +3 +0 +0 +0"));
  AskPsql(*server_, "DELETE FROM switchboard.outbound");
}

TEST_F(ReplyTest, AConnectorSaysWhatWentWrong) {
  const struct {
    const char* name;
    const char* command;
    const char* said;
    bool waits;
    bool recorded;
  } cases[] = {
      {"later", "echo busy; exit 75", "TEMPORARY_FAILURE busy", true, false},
      {"never", "echo 'no such account'; exit 69", "PERMANENT_FAILURE no such account", false, true},
      {"broken", "exit 127", "TECHNICAL_FAILURE", true, false},
      {"killed", "kill -9 $$", "TECHNICAL_FAILURE", true, false},
  };
  for (const auto& each : cases) {
    ASSERT_TRUE(api_.Submit(RoadRequest()).ok());
    const v1::Lease lease = ClaimOne();
    const v1::ReplyToInquiryResponse sent = Reply(lease, "A crew usually comes within five working days.");
    ASSERT_EQ(sent.decision().verdict(), v1::ReplyDecision::SENT) << sent.DebugString();
    const ProgramResult result = Deliver("WEB", each.command);
    EXPECT_EQ(result.exit_code, 0) << each.name << result.err;
    EXPECT_EQ(result.out, lease.inquiry().name() + " " + each.said + "\n") << each.name;
    const std::vector<v1::Event::Kind> kinds = KindsOf(lease.inquiry().name());
    EXPECT_EQ(kinds.back() == v1::Event::UNDELIVERABLE, each.recorded) << each.name;
    const std::string listed = MustRun({"inquiry", "list", "--event", "undeliverable"});
    EXPECT_EQ(listed.find(lease.inquiry().name().substr(10)) != std::string::npos, each.recorded)
        << each.name << listed;
    const int64_t waiting =
        AskPsql(*server_, "SELECT count(*) FROM switchboard.outbound WHERE NOT gone AND due_at > now()");
    EXPECT_EQ(waiting > 0, each.waits) << each.name;
    AskPsql(*server_, "DELETE FROM switchboard.outbound");
  }
}

TEST_F(ReplyTest, WhateverAConnectorPrintsIsReported) {
  ASSERT_TRUE(api_.Submit(RoadRequest()).ok());
  const v1::Lease lease = ClaimOne();
  ASSERT_EQ(Reply(lease, "A crew usually comes within five working days.").decision().verdict(),
            v1::ReplyDecision::SENT);
  const ProgramResult result = Deliver("WEB", "printf 'ok\\000id \\033[31m\\377'");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, lease.inquiry().name() + " DELIVERED ok id  [31m\uFFFD\n");
  EXPECT_EQ(KindsOf(lease.inquiry().name()).back(), v1::Event::DELIVERED);
}

// Nothing that this run cannot settle stays with it until the lease ends, or costs an attempt.
TEST_F(ReplyTest, WorkPutsOffWhatItMayNotSettle) {
  constexpr char kOwed[] = R"(version: 1
official_languages: [en]
guidelines:
  - id: owed
    version: "1.0"
    name: {en: Owed a reply}
    text: {en: Reply.}
    topics: [potholes]
    non_replies: []
    rules:
      - id: no-promise
        check: FORBID_PATTERN
        patterns: ['\bwe guarantee\b']
        reason: {en: It binds the city.}
        suggestion: {en: Say what is planned.}
)";
  WriteFile(directory_.File("owed.yaml"), kOwed);
  MustRun({"apply", "-g", directory_.File("owed.yaml")});
  const auto inquiry = api_.Submit(RoadRequest());
  ASSERT_TRUE(inquiry.ok()) << inquiry.status();
  const ProgramResult worked =
      RunClient(server_->address(), {"work", "-q", "roads", "-d", "MONITORED", "-r", "seen", "-n", "1"});
  EXPECT_EQ(worked.exit_code, 1);
  EXPECT_THAT(worked.err, HasSubstr("owes inquiries of this kind a reply"));
  v1::GetInquiryRequest request;
  request.set_name(inquiry->name());
  v1::GetInquiryResponse stored;
  ASSERT_TRUE(CallFor(api_.intake(), &v1::IntakeService::Stub::GetInquiry, request, stored).ok());
  EXPECT_EQ(stored.inquiry().state(), v1::Inquiry::DELAYED);
  EXPECT_EQ(stored.inquiry().attempts(), 0);
}

}  // namespace
}  // namespace switchboard::e2e
