#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/errors.h"
#include "services/queue/lease_token.h"

namespace switchboard::queue {
namespace {

LeaseFacts SomeLease() {
  return {.key = {.id = 0x7123456789abcdef, .place = {42, Lane(Priority::kHigh, "fr", 3), 987654321}, .token = 5},
          .channel = 10,
          .attempts = 4,
          .first_response_due = absl::FromUnixSeconds(1767225600)};
}

TEST(LeaseTokenTest, SaysWhatWasPutIn) {
  const absl::StatusOr<LeaseFacts> facts = DecodeLeaseToken(EncodeLeaseToken(SomeLease()));
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->key.id, 0x7123456789abcdef);
  EXPECT_EQ(facts->key.place, SomeLease().key.place);
  EXPECT_EQ(facts->key.token, 5);
  EXPECT_EQ(facts->channel, 10);
  EXPECT_EQ(facts->attempts, 4);
  EXPECT_EQ(facts->first_response_due, SomeLease().first_response_due);
}

TEST(LeaseTokenTest, IsText) {
  EXPECT_THAT(EncodeLeaseToken(SomeLease()), testing::MatchesRegex("[A-Za-z0-9_-]+"));
  EXPECT_EQ(EncodeLeaseToken(SomeLease()).size(), 64);
}

TEST(LeaseTokenTest, RefusesEveryChangedCharacter) {
  const std::string token = EncodeLeaseToken(SomeLease());
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(DecodeLeaseToken(changed).status().code(), absl::StatusCode::kInvalidArgument) << i;
  }
}

TEST(LeaseTokenTest, RefusesWhatIsNoToken) {
  const std::string token = EncodeLeaseToken(SomeLease());
  for (const std::string& text : {std::string(), std::string("x"), token.substr(1), token + "AAAA",
                                  std::string(64, '!'), std::string(64, 'A'), std::string("\xff\xfe")}) {
    const absl::Status status = DecodeLeaseToken(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_TRUE(HasReason(status, reason::kInvalidRequest));
  }
}

}  // namespace
}  // namespace switchboard::queue
