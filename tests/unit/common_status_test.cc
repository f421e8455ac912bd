// Errors with details, durations and UTF-8.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/errors.h"
#include "common/text/duration.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"
#include "google/rpc/error_details.pb.h"

namespace switchboard {
namespace {

TEST(FieldViolations, NamesEveryWrongField) {
  FieldViolations violations;
  EXPECT_TRUE(violations.ToStatus().ok());
  violations.Add("inquiry.text", "is required");
  EXPECT_FALSE(violations.AddIfError("name", absl::InvalidArgumentError("is odd")));
  EXPECT_TRUE(violations.AddIfError("view", absl::OkStatus()));

  const absl::Status status = violations.ToStatus();

  google::rpc::BadRequest bad_request;
  ASSERT_TRUE(ReadDetail(status, bad_request));
  ASSERT_EQ(bad_request.field_violations_size(), 2);
  EXPECT_EQ(bad_request.field_violations(1).description(), "is odd");
  EXPECT_EQ(status.message(), "inquiry.text: is required; name: is odd");
  EXPECT_EQ(ReasonOf(status), reason::kInvalidRequest);
}

TEST(FieldViolations, KeepsAHundredAndCountsTheRest) {
  FieldViolations violations;
  for (int i = 0; i < 105; ++i) violations.Add(StrCat("field", i), "is wrong");
  EXPECT_THAT(std::string(violations.ToStatus().message()), ::testing::EndsWith("; and 5 more"));
}

TEST(Errors, DetailsSurviveAnnotation) {
  const absl::Status status = Annotate(Overloaded("full", absl::Milliseconds(250)), "submit");
  EXPECT_EQ(status.message(), "submit: full");
  EXPECT_EQ(RetryAfterOf(status), absl::Milliseconds(250));
  EXPECT_TRUE(HasReason(status, reason::kOverloaded));
  EXPECT_TRUE(Annotate(absl::OkStatus(), "submit").ok());
}

TEST(Errors, MetadataCanBeReadBack) {
  const absl::Status status = MakeError(absl::StatusCode::kAborted, "WHY", "text", {{"key", "value"}});
  EXPECT_EQ(ErrorMetadataOf(status, "key"), "value");
  EXPECT_EQ(ErrorMetadataOf(status, "other"), "");
  EXPECT_EQ(ReasonOf(absl::AbortedError("bare")), "");
}

TEST(Duration, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(*DurationFromText("30s"), absl::Seconds(30));
  EXPECT_EQ(*DurationFromText("1h30m"), absl::Minutes(90));
  EXPECT_EQ(*DurationFromText("2d"), absl::Hours(48));
  EXPECT_EQ(*DurationFromText("1.5s"), absl::Milliseconds(1500));
  EXPECT_EQ(*DurationFromText("0"), absl::ZeroDuration());
  for (const char* text : {"", "5", "-5s", "s", "1 h", "1x", "5m3", "1.2.3s"})
    EXPECT_FALSE(DurationFromText(text).ok()) << text;
}

TEST(Duration, IsWrittenAsItIsRead) {
  for (const char* text : {"0s", "250ms", "1.5s", "30s", "15m", "2h30m", "1d", "3d12h"}) {
    EXPECT_EQ(DurationToText(*DurationFromText(text)), text);
  }
}

TEST(Utf8, TellsWellFormedTextFromOther) {
  for (const char* text : {"", "plain ascii text", "Où ça ?", "🚧🚧", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  for (const char* text : {"\xff", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "abc\xC3", "\x80"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << text;
  }
  EXPECT_EQ(ValidUtf8Prefix("0123456789\xff rest"), 10u);
  EXPECT_EQ(Utf8Length("Où 🚧"), 4u);
  EXPECT_EQ(TruncateUtf8("Où", 2), "O");
}

}  // namespace
}  // namespace switchboard
