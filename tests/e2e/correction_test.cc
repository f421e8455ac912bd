// What staff corrects is learnt: after a review, or once there is enough of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "tests/e2e/e2e_server.h"
#include "tests/support/await.h"
#include "tests/support/small_configuration.h"

namespace switchboard::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// In words that no example has. What is personal in the first must not be kept.
const std::vector<std::string>& Envelopes() {
  static const auto& texts = *new std::vector<std::string>{
      "courier envelope stuck in the depot, write to maria.k@example.net or 555 0199 8841",
      "another courier envelope is still stuck in the depot",
      "the depot and the courier: no envelope in sight",
      "the courier depot in the east is closed, is the envelope in there",
      "courier says the envelope is in the depot",
      "an envelope in the depot of the courier"};
  return texts;
}
constexpr char kUnseen[] = "the envelope in the courier depot is stuck again";

class CorrectionTest : public ::testing::Test {
 protected:
  static v1::SubmitInquiryRequest RequestFor(const std::string& text) {
    v1::SubmitInquiryRequest request;
    request.mutable_inquiry()->set_channel(v1::WEB);
    request.mutable_inquiry()->set_language("en");
    request.mutable_inquiry()->set_text(text);
    return request;
  }

  // Takes every inquiry from where it was sorted to, and says that it is about passports.
  void CorrectAll() {
    for (const std::string& text : Envelopes()) {
      const auto inquiry = api_.Submit(RequestFor(text));
      ASSERT_TRUE(inquiry.ok()) << inquiry.status();
      ASSERT_NE(inquiry->queue(), "queues/passports") << text;
      const auto leases = api_.Claim(inquiry->queue(), 1, absl::Seconds(20));
      ASSERT_TRUE(leases.ok() && leases->size() == 1) << leases.status();
      v1::ReclassifyInquiryRequest request;
      request.set_lease_token((*leases)[0].lease_token());
      request.set_topic("topics/passports");
      v1::ReclassifyInquiryResponse response;
      const absl::Status corrected =
          CallFor(api_.frontline(), &v1::FrontlineService::Stub::ReclassifyInquiry, request, response);
      ASSERT_TRUE(corrected.ok()) << corrected;
      ASSERT_EQ(response.queue(), "queues/passports");
    }
  }

  nlohmann::json Sorted(const std::string& text) {
    return ClientJson(*server_, {"sort", "--language", "en", text})[0]["topic_assignment"];
  }
  bool IsSortedAsPassport(const std::string& text) {
    const nlohmann::json assignment = Sorted(text);
    return assignment["topic"] == "topics/passports" && assignment["unsure"] != true;
  }

  std::unique_ptr<ServerProcess> server_ = StartServer();
  Api api_{server_->NewChannel()};
};

TEST_F(CorrectionTest, WhatIsAcceptedIsLearntByTheNextTraining) {
  Apply(*server_, kSmallConfiguration);
  ASSERT_FALSE(IsSortedAsPassport(kUnseen));
  CorrectAll();
  if (HasFatalFailure()) return;

  const auto waiting = ClientJson(*server_, {"model", "corrections", "list", "--waiting"});
  ASSERT_EQ(waiting.size(), Envelopes().size());
  const nlohmann::json& first = waiting.back();
  EXPECT_EQ(first["topic"], "topics/passports");
  EXPECT_EQ(first["state"], "WAITING");
  EXPECT_THAT(first["text"].get<std::string>(), HasSubstr("depot"));
  EXPECT_THAT(first["text"].get<std::string>(), Not(HasSubstr("maria")));
  EXPECT_THAT(first["text"].get<std::string>(), Not(HasSubstr("8841")));
  EXPECT_THAT(server_->log(), Not(HasSubstr("depot")));

  ASSERT_EQ(ClientJson(*server_, {"model", "train", "--activate"})[0]["state"], "DONE");
  EXPECT_FALSE(IsSortedAsPassport(kUnseen)) << "nobody has accepted them";

  EXPECT_EQ(ClientJson(*server_, {"model", "corrections", "reject", first["inquiry"], "--by", "anna"})[0]["reviewed"],
            1);
  EXPECT_EQ(ClientJson(*server_, {"model", "corrections", "accept", "--all", "--by", "anna"})[0]["reviewed"],
            Envelopes().size() - 1);
  EXPECT_TRUE(ClientJson(*server_, {"model", "corrections", "list", "--waiting"}).empty());
  EXPECT_EQ(ClientJson(*server_, {"model", "corrections", "list"})[0]["reviewed_by"], "anna");

  const auto trained = ClientJson(*server_, {"model", "train", "--activate"});
  ASSERT_EQ(trained[0]["state"], "DONE") << trained[0];
  EXPECT_EQ(trained[0].value("error", ""), "");
  EXPECT_TRUE(IsSortedAsPassport(kUnseen)) << Sorted(kUnseen);
  EXPECT_TRUE(IsSortedAsPassport(Envelopes()[2])) << Sorted(Envelopes()[2]);

  // Another configuration does not forget them.
  Apply(*server_, std::string(kSmallConfiguration) + "# changed\n");
  EXPECT_TRUE(IsSortedAsPassport(kUnseen)) << Sorted(kUnseen);
}

TEST_F(CorrectionTest, EnoughOfThemAreLearntWithoutAReview) {
  Apply(*server_,
        absl::StrReplaceAll(kSmallConfiguration, {{"threshold: 0.6", "threshold: 0.6, learn_corrections_after: 6"}}));
  CorrectAll();
  if (HasFatalFailure()) return;
  EXPECT_TRUE(Await(absl::Minutes(3), [&] { return IsSortedAsPassport(kUnseen); }));
  EXPECT_EQ(ClientJson(*server_, {"model", "list"})[0]["models"][0]["trained_by"], "corrections");
}

TEST_F(CorrectionTest, LintTellsOfCorrectionsThatContradictExamples) {
  Apply(*server_, kSmallConfiguration);
  EXPECT_TRUE(ClientJson(*server_, {"topics", "lint", "--corrections"}).empty());
  // The words of an example of the other topic, but without the rule's.
  const auto inquiry = api_.Submit(RequestFor("How do I renew my travel document?"));
  ASSERT_TRUE(inquiry.ok()) << inquiry.status();
  const std::string queue = inquiry->queue();
  const auto leases = api_.Claim(queue, 1, absl::Seconds(20));
  ASSERT_TRUE(leases.ok() && leases->size() == 1) << leases.status();
  v1::ReclassifyInquiryRequest request;
  request.set_lease_token((*leases)[0].lease_token());
  request.set_topic("topics/potholes");
  v1::ReclassifyInquiryResponse response;
  ASSERT_TRUE(CallFor(api_.frontline(), &v1::FrontlineService::Stub::ReclassifyInquiry, request, response).ok());

  const auto findings = ClientJson(*server_, {"topics", "lint", "--corrections"});
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0]["kind"], "SAME");
  EXPECT_EQ(findings[0]["topic"], "potholes");
  EXPECT_EQ(findings[0]["other"], "passports");
}

TEST_F(CorrectionTest, BadReviewsAreRefused) {
  Apply(*server_, kSmallConfiguration);
  const auto run = [&](std::vector<std::string> arguments) {
    return RunClient(server_->address(), std::move(arguments));
  };
  EXPECT_NE(run({"model", "corrections", "accept"}).exit_code, 0);
  const ProgramResult bad = run({"model", "corrections", "accept", "nonsense"});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.err, HasSubstr("inquiries[0]"));
}

}  // namespace
}  // namespace switchboard::e2e
