#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/errors.h"
#include "services/intake/submit_error.h"

namespace switchboard::intake {
namespace {

using ::testing::ElementsAre;

TEST(Conclude, PutsTheErrorInPlaceOfWhatWasAccepted) {
  FieldViolations violations;
  violations.Add("inquiry.text", "is required");
  violations.Add("inquiry.channel", "is required: one of X");
  v1::SubmitResult result;
  result.mutable_accepted()->mutable_inquiry()->set_queue("queues/roads");
  Conclude(violations.ToStatus(), result);
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().code(), 3);
  EXPECT_EQ(result.error().reason(), reason::kInvalidRequest);
  EXPECT_THAT(result.error().violations(),
              ElementsAre("inquiry.text: is required", "inquiry.channel: is required: one of X"));
}

TEST(Conclude, LeavesWhatWasAccepted) {
  v1::SubmitResult result;
  result.mutable_accepted()->set_duplicate(true);
  Conclude(absl::OkStatus(), result);
  EXPECT_TRUE(result.accepted().duplicate());
}

}  // namespace
}  // namespace switchboard::intake
