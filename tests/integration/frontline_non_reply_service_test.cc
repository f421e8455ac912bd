// What nobody replies to, what speaks to everybody, and who looked: on a real gRPC server, over the real engine with
// the in-memory store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/status/errors.h"
#include "services/wire/times.h"
#include "tests/integration/frontline_reply_fixture.h"
#include "tests/support/edge_server.h"

namespace switchboard::frontline {
namespace {

using ::testing::HasSubstr;

constexpr char kOwingGuidelines[] = R"(version: 1
official_languages: [en, fr]
guidelines:
  - id: everywhere
    version: "1.0"
    name: {en: Everywhere, fr: Partout}
    text: {en: Be kind., fr: Soyez aimable.}
    respond_within: 4h
  - id: letters
    version: "3.1"
    name: {en: Letters, fr: Lettres}
    text: {en: Answer., fr: Répondez.}
    channels: [EMAIL]
    non_replies: []
  - id: posts
    version: "1.2"
    name: {en: Posts, fr: Billets}
    text: {en: Answer or watch., fr: Répondez ou surveillez.}
    channels: [BLOG]
    non_replies: [MONITORED]
)";

// Facebook is answered and nothing else; everywhere else, all but what is referred.
constexpr char kListingGuidelines[] = R"(version: 1
official_languages: [en, fr]
guidelines:
  - id: everywhere
    version: "1.0"
    name: {en: Everywhere, fr: Partout}
    text: {en: Be kind., fr: Soyez aimable.}
    dispositions: [ANSWERED, FACTS_FIXED, RESTORED, DUPLICATE]
  - id: walls
    version: "2.1"
    name: {en: Walls, fr: Murs}
    text: {en: Answer., fr: Répondez.}
    channels: [FACEBOOK]
    dispositions: [ANSWERED]
)";

class NonReplyTest : public FrontlineReplyFixture {
 protected:
  void SetUp() override { Activate(kOwingGuidelines); }

  v1::Lease ClaimFrom(v1::Channel channel) { return FrontlineReplyFixture::ClaimFrom(channel, true); }

  absl::Status Complete(const v1::Lease& lease, v1::Disposition disposition, v1::Assessment assessment) {
    v1::CompleteInquiryRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_disposition(disposition);
    request.set_assessment(assessment);
    request.set_reason("nothing to say");
    v1::CompleteInquiryResponse response;
    return Said(server_.staff->CompleteInquiry(Patient().get(), request, &response));
  }
};

TEST_F(NonReplyTest, StopsTheClockAndSaysWhyOnTheRecord) {
  const v1::Lease lease = ClaimFrom(v1::X);
  ASSERT_TRUE(Complete(lease, v1::LEFT_TO_STAND, v1::PRAISE).ok());
  const v1::GetInquiryResponse stored = Get(lease.inquiry().name());
  EXPECT_EQ(stored.inquiry().state(), v1::Inquiry::COMPLETED);
  EXPECT_EQ(stored.events(stored.events_size() - 1).reason(), "PRAISE: nothing to say");
  EXPECT_EQ(stored.events(stored.events_size() - 1).disposition(), v1::LEFT_TO_STAND);
  ASSERT_GE(stored.inquiry().clocks_size(), 1);
  EXPECT_EQ(stored.inquiry().clocks(0).kind(), v1::Clock::FIRST_RESPONSE);
  EXPECT_TRUE(stored.inquiry().clocks(0).has_stop_time());
}

TEST_F(NonReplyTest, IsRefusedWhereAGuidelineOwesAReply) {
  const struct {
    v1::Channel channel;
    v1::Disposition disposition;
    const char* guideline;  // that refuses it; empty: none does
  } cases[] = {
      {v1::X, v1::LEFT_TO_STAND, ""},    {v1::X, v1::MONITORED, ""},           {v1::EMAIL, v1::LEFT_TO_STAND, "3.1"},
      {v1::EMAIL, v1::MONITORED, "3.1"}, {v1::BLOG, v1::LEFT_TO_STAND, "1.2"}, {v1::BLOG, v1::MONITORED, ""},
      {v1::EMAIL, v1::ANSWERED, ""},     {v1::EMAIL, v1::DUPLICATE, ""},
  };
  for (const auto& each : cases) {
    const v1::Lease lease = ClaimFrom(each.channel);
    const absl::Status status = Complete(lease, each.disposition, v1::ASSESSMENT_UNSPECIFIED);
    const std::string refused_by = each.guideline;
    EXPECT_EQ(status.ok(), refused_by.empty()) << status;
    if (refused_by.empty()) continue;
    EXPECT_EQ(ReasonOf(status), reason::kNonReplyNotAllowed);
    EXPECT_THAT(ErrorMetadataOf(status, "guideline"), HasSubstr("@" + refused_by));
    EXPECT_EQ(Get(lease.inquiry().name()).inquiry().state(), v1::Inquiry::LEASED);
    EXPECT_TRUE(Complete(lease, v1::ANSWERED, v1::ASSESSMENT_UNSPECIFIED).ok()) << "the lease is still valid";
  }
}

TEST_F(NonReplyTest, SettlesOnlyAsTheGuidelinesList) {
  Activate(kListingGuidelines);
  const struct {
    v1::Channel channel;
    v1::Disposition disposition;
    const char* guideline;  // that refuses it; empty: none does
  } cases[] = {
      {v1::FACEBOOK, v1::ANSWERED, ""},
      {v1::FACEBOOK, v1::RESTORED, "walls@2.1"},
      {v1::FACEBOOK, v1::DUPLICATE, "walls@2.1"},
      {v1::FACEBOOK, v1::REFERRED, "everywhere@1.0"},
      {v1::FACEBOOK, v1::LEFT_TO_STAND, ""},
      {v1::FACEBOOK, v1::WITHDRAWN, ""},
      {v1::X, v1::RESTORED, ""},
      {v1::X, v1::DUPLICATE, ""},
      {v1::X, v1::REFERRED, "everywhere@1.0"},
  };
  for (const auto& each : cases) {
    const v1::Lease lease = ClaimFrom(each.channel);
    const absl::Status status = Complete(lease, each.disposition, v1::ASSESSMENT_UNSPECIFIED);
    EXPECT_EQ(ErrorMetadataOf(status, "guideline"), each.guideline) << status;
    EXPECT_EQ(ReasonOf(status), status.ok() ? "" : "DISPOSITION_NOT_ALLOWED") << status;
    EXPECT_EQ(status.ok(), std::string(each.guideline).empty()) << status;
    if (status.ok()) continue;
    EXPECT_EQ(Get(lease.inquiry().name()).inquiry().state(), v1::Inquiry::LEASED);
    EXPECT_TRUE(Complete(lease, v1::ANSWERED, v1::ASSESSMENT_UNSPECIFIED).ok()) << "the lease is still valid";
  }
}

TEST_F(NonReplyTest, ARepetitionIsOneWhateverCameIntoForceSince) {
  server_.guidelines().Activate(nullptr);
  const v1::Lease restored = ClaimFrom(v1::FACEBOOK);
  const v1::Lease watched = ClaimFrom(v1::EMAIL);
  ASSERT_TRUE(Complete(restored, v1::RESTORED, v1::ASSESSMENT_UNSPECIFIED).ok());
  ASSERT_TRUE(Complete(watched, v1::MONITORED, v1::ASSESSMENT_UNSPECIFIED).ok());
  Activate(kListingGuidelines);
  EXPECT_TRUE(Complete(restored, v1::RESTORED, v1::ASSESSMENT_UNSPECIFIED).ok());
  Activate(kOwingGuidelines);
  EXPECT_TRUE(Complete(watched, v1::MONITORED, v1::ASSESSMENT_UNSPECIFIED).ok());
}

TEST_F(NonReplyTest, IsRefusedOnAStreamAsWell) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  const auto stream = server_.staff->StreamClaims(&context);
  v1::StreamClaimsRequest request;
  request.mutable_start()->add_queues("queues/roads");
  request.mutable_start()->set_worker("workers/ann");
  for (const v1::Channel channel : {v1::EMAIL, v1::X}) {
    v1::Settlement& settlement = *request.add_settlements();
    settlement.set_lease_token(ClaimFrom(channel).lease_token());
    settlement.mutable_complete()->set_disposition(v1::LEFT_TO_STAND);
    settlement.mutable_complete()->set_assessment(v1::PRAISE);
    settlement.mutable_complete()->set_reason("thanks");
  }
  ASSERT_TRUE(stream->Write(request));
  v1::StreamClaimsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_EQ(response.results_size(), 2);
  EXPECT_EQ(response.results(0).reason(), reason::kNonReplyNotAllowed);
  EXPECT_EQ(response.results(1).code(), 0);

  Activate(kListingGuidelines);
  v1::StreamClaimsRequest listed;
  for (const v1::Disposition disposition : {v1::RESTORED, v1::ANSWERED}) {
    v1::Settlement& settlement = *listed.add_settlements();
    settlement.set_lease_token(ClaimFrom(v1::FACEBOOK).lease_token());
    settlement.mutable_complete()->set_disposition(disposition);
  }
  ASSERT_TRUE(stream->Write(listed));
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_EQ(response.results_size(), 2);
  EXPECT_EQ(response.results(0).reason(), "DISPOSITION_NOT_ALLOWED");
  EXPECT_EQ(response.results(1).code(), 0);
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(NonReplyTest, AClaimSaysByWhenAGuidelineWantsAReply) {
  const v1::Lease lease = ClaimFrom(v1::X);
  ASSERT_EQ(lease.guidelines_size(), 1);
  EXPECT_EQ(*wire::ReadTime(lease.guidelines(0).respond_by_time()) - *wire::ReadTime(lease.inquiry().create_time()),
            absl::Hours(4));
}

TEST_F(NonReplyTest, ABroadcastIsPublicAndInEveryOfficialLanguageOrStaysIn) {
  const std::string english = "The water is back in all of the old town since noon.";
  const std::string french = "L'eau est revenue dans toute la vieille ville depuis midi.";
  const v1::Lease lease = ClaimFrom(v1::FACEBOOK);
  v1::ReplyToInquiryRequest request;
  request.set_lease_token(lease.lease_token());
  request.set_broadcast(true);
  v1::ReplyToInquiryResponse response;
  for (const std::string& text : {english, french}) {
    request.set_text(text);
    ASSERT_TRUE(server_.staff->ReplyToInquiry(Patient().get(), request, &response).ok());
    EXPECT_EQ(response.decision().verdict(), v1::ReplyDecision::NEEDS_CHANGE) << text;
  }
  EXPECT_EQ(Get(lease.inquiry().name()).inquiry().messages_size(), 0);
  request.set_text(english + "\n" + french);
  ASSERT_TRUE(server_.staff->ReplyToInquiry(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.decision().verdict(), v1::ReplyDecision::SENT) << response.DebugString();
  EXPECT_EQ(Get(lease.inquiry().name()).inquiry().messages_size(), 1);

  request.set_lease_token(ClaimFrom(v1::EMAIL).lease_token());
  const absl::Status in_private = Said(server_.staff->ReplyToInquiry(Patient().get(), request, &response));
  EXPECT_EQ(in_private.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(in_private.ToString(), HasSubstr("broadcast"));
}

TEST_F(NonReplyTest, WhoLooksIsOnTheRecord) {
  const v1::Lease lease = ClaimFrom(v1::X);
  EXPECT_EQ(Get(lease.inquiry().name()).events_size(), 2) << "a look by nobody in particular leaves no trace";
  const v1::GetInquiryResponse seen = Get(lease.inquiry().name(), "workers/ruth");
  ASSERT_EQ(seen.events_size(), 3);
  EXPECT_EQ(seen.events(2).kind(), v1::Event::VIEWED);
  EXPECT_EQ(seen.events(2).worker(), "workers/ruth");
  v1::GetInquiryRequest request;
  request.set_name(lease.inquiry().name());
  request.set_worker("ruth");
  v1::GetInquiryResponse response;
  EXPECT_FALSE(server_.intake->GetInquiry(Patient().get(), request, &response).ok());
  EXPECT_EQ(Get(lease.inquiry().name()).events_size(), 3);
}

}  // namespace
}  // namespace switchboard::frontline
