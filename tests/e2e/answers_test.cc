// The library of answers from end to end: applied, at hand with a claim, cited, recalled, corrected, delivered; also
// with the server killed in between.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "switchboard/v1/answers.grpc.pb.h"
#include "tests/e2e/e2e_server.h"
#include "tests/support/program.h"
#include "tests/support/small_configuration.h"

namespace switchboard::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kFirst[] = R"(version: 1
answers:
  - id: pothole-report
    version: 1
    topics: [potholes]
    title: {en: A pothole is noted, fr: Un nid-de-poule est noté}
    text:
      en: "Thank you. A crew usually comes within two working days."
      fr: "Merci. Une équipe passe d'habitude dans les deux jours ouvrables."
  - id: pothole-damage
    version: 1
    topics: [potholes]
    title: {en: A damaged tire, fr: Un pneu abîmé}
    text:
      en: "You can make a claim for a damaged tire or rim: rivermouth.example/claims"
      fr: "Vous pouvez réclamer pour un pneu ou une jante abîmés : rivermouth.example/reclamations"
)";

std::string SecondVersion() {
  std::string yaml = kFirst;
  yaml.replace(yaml.find("version: 1\n    topics"), 10, "version: 2");
  yaml.replace(yaml.find("two working"), 11, "five working");
  yaml.replace(yaml.find("deux jours"), 10, "cinq jours");
  return yaml;
}

class AnswersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const absl::Status started = server_.Start();
    ASSERT_TRUE(started.ok()) << started;
    Apply(server_, kSmallConfiguration);
    const ProgramResult applied = Client({"apply", "-g", SWITCHBOARD_SOURCE_DIR "/deploy/samples/guidelines.yaml"});
    ASSERT_EQ(applied.exit_code, 0) << applied.err;
    ApplyAnswers(kFirst);
  }

  ProgramResult Client(std::vector<std::string> arguments) {
    return RunClient(server_.address(), std::move(arguments), absl::Minutes(2));
  }

  void ApplyAnswers(const std::string& yaml) {
    WriteFile(directory_.File("answers.yaml"), yaml);
    const ProgramResult applied = Client({"apply", "-a", directory_.File("answers.yaml")});
    ASSERT_EQ(applied.exit_code, 0) << applied.err;
    ASSERT_THAT(applied.out, HasSubstr("9 guidelines, 2 answers"));
  }

  v1::Lease SubmitAndClaim(v1::Channel channel, const std::string& text) {
    Api api(server_.NewChannel());
    v1::SubmitInquiryRequest submit;
    submit.mutable_inquiry()->set_channel(channel);
    submit.mutable_inquiry()->set_text(text);
    submit.mutable_inquiry()->set_author("@marie");
    EXPECT_TRUE(api.Submit(submit).ok());
    v1::ClaimInquiriesRequest request;
    request.add_queues("queues/roads");
    request.set_worker("workers/anna");
    request.mutable_wait_duration()->set_seconds(10);
    request.set_with_guidance(true);
    v1::ClaimInquiriesResponse response;
    const absl::Status claimed =
        CallFor(api.frontline(), &v1::FrontlineService::Stub::ClaimInquiries, request, response);
    EXPECT_TRUE(claimed.ok()) << claimed;
    EXPECT_EQ(response.leases_size(), 1);
    return response.leases_size() == 1 ? response.leases(0) : v1::Lease();
  }

  absl::StatusOr<v1::ReplyToInquiryResponse> Cite(const v1::Lease& lease, const std::string& answer,
                                                  const std::string& text) {
    Api api(server_.NewChannel());
    v1::ReplyToInquiryRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_text(text);
    request.set_disposition(v1::ANSWERED);
    request.add_answers_used(answer);
    v1::ReplyToInquiryResponse response;
    const absl::Status status =
        CallFor(api.frontline(), &v1::FrontlineService::Stub::ReplyToInquiry, request, response);
    if (!status.ok()) return status;
    return response;
  }

  v1::GetInquiryResponse Get(const std::string& name) {
    Api api(server_.NewChannel());
    v1::GetInquiryRequest request;
    request.set_name(name);
    v1::GetInquiryResponse response;
    EXPECT_TRUE(CallFor(api.intake(), &v1::IntakeService::Stub::GetInquiry, request, response).ok());
    return response;
  }

  absl::StatusOr<v1::RecallAnswerResponse> Recall(const std::string& name, int max_count = 0) {
    const auto stub = v1::AnswerService::NewStub(server_.NewChannel());
    v1::RecallAnswerRequest request;
    request.set_name(name);
    request.set_reason("it takes longer");
    request.set_worker("workers/rita");
    request.set_max_count(max_count);
    v1::RecallAnswerResponse response;
    const absl::Status status = CallFor(*stub, &v1::AnswerService::Stub::RecallAnswer, request, response);
    if (!status.ok()) return status;
    return response;
  }

  // In how many rows of all tables `piece` stands anywhere, where those that have a visibility also keep `condition`.
  // The addresses of private legs are left out: they are private by what they are.
  int64_t RowsWith(const std::string& piece, const std::string& condition) {
    return AskPsql(
        server_,
        "SELECT coalesce(sum((xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM "
        "switchboard.%I AS t WHERE t::text LIKE %L AND %s', relname, '%" +
            piece +
            "%', CASE WHEN EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = "
            "'visibility') THEN '" +
            condition +
            "' ELSE 'true' END), false, true, '')))[1]::text::bigint), 0) FROM pg_class JOIN pg_namespace ON "
            "pg_namespace.oid = relnamespace WHERE nspname = 'switchboard' AND relkind = 'r' AND relname <> "
            "'private_leg'");
  }

  const TemporaryDirectory directory_;
  ServerProcess server_{ServerProcessOptions{}};
};

TEST_F(AnswersTest, AnAnswerIsAtHandCitedRecalledAndPutRight) {
  EXPECT_THAT(Client({"answer", "list", "--topic", "potholes", "-l", "fr"}).out, HasSubstr("Un nid-de-poule est noté"));
  const v1::Lease lease = SubmitAndClaim(v1::X, "Il y a un nid de poule énorme rue des Érables, qui le remplit?");
  ASSERT_EQ(lease.answers_size(), 2);
  EXPECT_EQ(lease.answers(0).answer(), "answers/pothole-report@1");
  EXPECT_EQ(lease.answers(0).language(), "fr");
  EXPECT_THAT(lease.guidelines(0).name(), HasSubstr("every-reply@"));
  const auto sent = Cite(lease, lease.answers(0).answer(), lease.answers(0).text());
  ASSERT_TRUE(sent.ok()) << sent.status();
  ASSERT_EQ(sent->decision().verdict(), v1::ReplyDecision::SENT) << sent->DebugString();

  // Without a later version or given texts there is nothing to say.
  EXPECT_THAT(Recall("answers/pothole-report@1").status().ToString(), HasSubstr("corrections"));
  ApplyAnswers(SecondVersion());
  EXPECT_THAT(Client({"answer", "recall", "pothole-report@1", "-r", "wrong", "-w", "rita", "--dry-run"}).out,
              HasSubstr("would correct 1, 1 left"));
  const ProgramResult recalled =
      Client({"answer", "recall", "pothole-report@1", "-r", "it takes longer", "-w", "rita"});
  ASSERT_EQ(recalled.exit_code, 0) << recalled.err;
  EXPECT_EQ(recalled.out, "corrected 1, 0 left\n");
  EXPECT_EQ(Client({"answer", "recall", "pothole-report@1", "-r", "again", "-w", "rita"}).out, "corrected 0, 0 left\n");
  EXPECT_THAT(Client({"answer", "get", "pothole-report@1"}).out, HasSubstr("recalled"));
  EXPECT_THAT(Client({"answer", "get", "pothole-report"}).out, HasSubstr("cinq jours"));
  EXPECT_EQ(Client({"answer", "get", "pothole-report@3"}).exit_code, 1);

  const v1::GetInquiryResponse stored = Get(lease.inquiry().name());
  EXPECT_EQ(stored.inquiry().state(), v1::Inquiry::COMPLETED);
  ASSERT_EQ(stored.inquiry().messages_size(), 2);
  EXPECT_THAT(stored.inquiry().messages(0).answers(), ElementsAre("answers/pothole-report@1"));
  const v1::Message& correction = stored.inquiry().messages(1);
  EXPECT_EQ(correction.corrected_answer(), "answers/pothole-report@1");
  EXPECT_EQ(correction.visibility(), v1::PUBLIC);
  EXPECT_EQ(correction.worker(), "workers/rita");
  EXPECT_EQ(correction.text(), "Merci. Une équipe passe d'habitude dans les cinq jours ouvrables.");
  const v1::Event& last = stored.events(stored.events_size() - 1);
  EXPECT_EQ(last.kind(), v1::Event::CORRECTED);
  EXPECT_EQ(last.reason(), "answers/pothole-report@1: it takes longer");

  const ProgramResult delivered = Client({"deliver", "--channel", "X", "--exec", "cat", "--until-empty"});
  EXPECT_THAT(delivered.out, HasSubstr("deux jours"));
  EXPECT_THAT(delivered.out, HasSubstr("cinq jours"));
  const v1::Lease other = SubmitAndClaim(v1::X, "There is a pothole on Elm Street");
  EXPECT_THAT(Cite(other, "answers/pothole-report@1", "Thank you.").status().ToString(),
              HasSubstr("in force is answers/pothole-report@2"));
}

// What the calling system says of the level counts as little as for a reply.
TEST_F(AnswersTest, ARecallSendsOnlyWhatItsWorkerMaySend) {
  const v1::Lease lease = SubmitAndClaim(v1::X, "There is a pothole on Elm Street");
  ASSERT_TRUE(Cite(lease, "answers/pothole-report@1", "Thank you. A crew comes within two working days.").ok());
  const auto promise = [&](const std::string& worker) {
    return Client({"answer", "recall", "pothole-report@1", "-r", "wrong", "-w", worker, "--authority", "9",
                   "--correction", "en=Sorry. We promise to pay for the damage to your car."});
  };
  ASSERT_EQ(Client({"worker", "set", "rita"}).exit_code, 0);
  EXPECT_THAT(promise("rita").err, HasSubstr("never certified for streets@1.1"));
  ASSERT_EQ(Client({"worker", "set", "rita", "-t", "streets@1"}).exit_code, 0);
  EXPECT_THAT(promise("rita").out, HasSubstr("corrected 0, 1 left"));
  ASSERT_EQ(Client({"worker", "set", "rita", "-t", "streets@1", "--authority", "9"}).exit_code, 0);
  EXPECT_THAT(promise("rita").out, HasSubstr("corrected 1, 0 left"));
}

TEST_F(AnswersTest, NoByteOfThePrivateTextIsPublic) {
  const std::string secret = "Your claim 4711 was approved, we call you at 613-555-0142.";
  for (int i = 0; i < 5; ++i) {
    const v1::Lease lease = SubmitAndClaim(v1::X, "My pothole claim, where is it?");
    Api api(server_.NewChannel());
    v1::ReplyToInquiryRequest in_public;
    in_public.set_lease_token(lease.lease_token());
    in_public.set_text(secret);
    v1::ReplyToInquiryResponse refused;
    ASSERT_TRUE(CallFor(api.frontline(), &v1::FrontlineService::Stub::ReplyToInquiry, in_public, refused).ok());
    ASSERT_EQ(refused.decision().verdict(), v1::ReplyDecision::MOVE_TO_PRIVATE);
    v1::MoveToPrivateRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_text(secret);
    request.set_holding_line(refused.decision().holding_line());
    request.set_disposition(v1::ANSWERED);
    if (i % 2 == 1) {
      request.set_channel(v1::EMAIL);
      request.set_address("marie@example.org");
    }
    v1::MoveToPrivateResponse moved;
    const absl::Status status = CallFor(api.frontline(), &v1::FrontlineService::Stub::MoveToPrivate, request, moved);
    ASSERT_TRUE(status.ok()) << status;
    ASSERT_EQ(moved.decision().verdict(), v1::ReplyDecision::SENT) << moved.DebugString();
    EXPECT_EQ(Get(lease.inquiry().name()).inquiry().state(), v1::Inquiry::COMPLETED);
  }
  const auto count = [&](const std::string& where) {
    return AskPsql(server_, "SELECT count(*) FROM switchboard.outbound WHERE " + where);
  };
  EXPECT_EQ(count("visibility = 1"), 5);
  EXPECT_EQ(count("visibility = 2 AND text LIKE '%4711%0142%'"), 5);
  EXPECT_EQ(count("visibility = 2 AND channel = 5 AND address = 'marie@example.org'"), 2);
  for (const char* piece : {"claim", "4711", "approved", "613", "0142", "marie"}) {
    EXPECT_EQ(count(std::string("visibility <> 2 AND (text || address) LIKE '%") + piece + "%'"), 0) << piece;
  }
  EXPECT_EQ(
      AskPsql(server_, "SELECT count(*) FROM switchboard.event WHERE reason LIKE '%4711%' OR reason LIKE '%marie%'"),
      0);
  // Nor anywhere else: in no row of any table that is not of a private message, in no metric, in no line of the log.
  const std::string metrics = HttpGet(server_.metrics_port(), "/metrics");
  // Pieces with letters or hyphens: four digits alone also stand in an id or a time, by chance.
  for (const char* piece : {"claim 4711", "613-555-0142", "marie@example"}) {
    EXPECT_EQ(RowsWith(piece, "visibility <> 2"), 0) << piece;
    EXPECT_GT(RowsWith(piece, "true"), 0) << piece << ": the search finds nothing at all";
    EXPECT_THAT(metrics, Not(HasSubstr(piece)));
    EXPECT_THAT(server_.log(), Not(HasSubstr(piece)));
  }
  const ProgramResult posted =
      Client({"deliver", "--channel", "EMAIL", "--exec", "echo to $SWITCHBOARD_ADDRESS", "-n", "1"});
  EXPECT_THAT(posted.out, HasSubstr("DELIVERED to marie@example.org"));
}

// An answer that was used N times makes N corrections, whenever the server is killed and however often the recall is
// repeated.
TEST_F(AnswersTest, EveryUseIsCorrectedOnceAlsoWhereTheServerIsKilled) {
  constexpr int kUses = 60;
  constexpr int kKills = 4;
  const v1::Channel channels[] = {v1::X, v1::EMAIL, v1::FACEBOOK, v1::WEB};
  for (int i = 0; i < kUses; ++i) {
    const v1::Lease lease = SubmitAndClaim(channels[i % 4], "There is a pothole on Elm Street");
    const auto sent =
        Cite(lease, "answers/pothole-report@1", "Thank you. A crew usually comes within two working days.");
    ASSERT_TRUE(sent.ok()) << sent.status();
    ASSERT_EQ(sent->decision().verdict(), v1::ReplyDecision::SENT) << sent->DebugString();
  }
  ApplyAnswers(SecondVersion());
  std::mt19937 random(7);
  for (int kill = 0; kill < kKills; ++kill) {
    std::thread caller([&] { Recall("answers/pothole-report@1").IgnoreError(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution<>(5, 120)(random)));
    server_.Kill();
    caller.join();
    const absl::Status started = server_.Start();
    ASSERT_TRUE(started.ok()) << started;
  }
  // Two callers at the same time, in small steps.
  const auto finish = [&] {
    for (int64_t left = 1; left > 0;) {
      const auto response = Recall("answers/pothole-report@1", 7);
      ASSERT_TRUE(response.ok()) << response.status();
      EXPECT_EQ(response->refused_size(), 0);
      left = response->remaining_count();
    }
  };
  std::thread other(finish);
  finish();
  other.join();
  finish();

  const auto ask = [&](const std::string& sql) { return AskPsql(server_, "SELECT count(*) FROM switchboard." + sql); };
  EXPECT_EQ(ask("message WHERE corrects = 'pothole-report@1'"), kUses);
  EXPECT_EQ(ask("event WHERE kind = 26"), kUses);
  EXPECT_EQ(ask("answer_use WHERE answer = 'pothole-report@1' AND correction IS NULL"), 0);
  EXPECT_EQ(ask("answer_use WHERE answer = 'pothole-report@2'"), kUses);  // should that be wrong, too
  // One for each reply, on its leg, in the outbound queue of its channel.
  EXPECT_EQ(
      ask("answer_use u JOIN switchboard.message c ON c.id = u.id AND c.seq = u.correction JOIN switchboard.message r "
          "ON r.id = u.id AND r.seq = u.seq JOIN switchboard.outbound o ON o.id = c.id AND o.seq = c.seq "
          "WHERE c.visibility = r.visibility AND o.visibility = r.visibility AND o.text = c.text"),
      kUses);
  EXPECT_EQ(ask("outbound WHERE text LIKE '%five working%' AND visibility = 1"), kUses / 2);
  EXPECT_EQ(ask("outbound"), 2 * kUses);
}

}  // namespace
}  // namespace switchboard::e2e
