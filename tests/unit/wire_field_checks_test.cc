#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/wire/field_checks.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CheckText, SaysWhatIsWrong) {
  const struct {
    const char* name;
    std::string text;
    const char* says;  // "": nothing is wrong
  } kCases[] = {
      {"plain", "there is a hole", ""},
      {"emoji only", "\xf0\x9f\x98\xa1", ""},
      {"as long as allowed", std::string(20, 'x'), ""},
      {"one byte too long", std::string(21, 'x'), "has 21 bytes; at most 20"},
      {"empty", "", "is required"},
      {"ASCII white space", " \t\r\n", "nothing but white space"},
      {"Unicode white space", "\xc2\xa0\xe3\x80\x80\xe2\x80\x8b\xef\xbb\xbf", "nothing but white space"},
      {"NUL", std::string("a\0b", 3), "U+0000"},
      {"NUL between blanks", std::string(" \0 ", 3), "U+0000"},
  };
  for (const auto& each : kCases) {
    FieldViolations violations;
    CheckText("text", each.text, 20, violations);
    if (*each.says == '\0') {
      EXPECT_TRUE(violations.empty()) << each.name;
    } else {
      ASSERT_EQ(violations.violations().size(), 1u) << each.name;
      EXPECT_THAT(violations.violations()[0].description, HasSubstr(each.says)) << each.name;
    }
  }
}

TEST(CheckEnum, NamesTheValuesThatThereAre) {
  FieldViolations violations;
  CheckEnum("channel", static_cast<v1::Channel>(99), Need::kOptional, violations);
  CheckEnum("channel", v1::CHANNEL_UNSPECIFIED, Need::kRequired, violations);
  CheckEnum("channel", v1::CHANNEL_UNSPECIFIED, Need::kOptional, violations);
  CheckEnum("channel", v1::SMS, Need::kRequired, violations);
  ASSERT_EQ(violations.violations().size(), 2u);
  EXPECT_EQ(
      violations.violations()[0].description,
      "Channel has no number 99; use one of X, FACEBOOK, LINKEDIN, BLOG, EMAIL, PHONE, IN_PERSON, WEB, CHAT, SMS");
  EXPECT_THAT(violations.violations()[1].description, HasSubstr("is required: one of X, FACEBOOK"));
}

TEST(CheckQueues, NamesEachThatIsWrongAndTakesEachOnce) {
  google::protobuf::RepeatedPtrField<std::string> names;
  for (const char* name : {"queues/roads", "roads", "queues/roads", "queues/", "queues/water"}) *names.Add() = name;
  FieldViolations violations;
  CheckQueues("queues", names, 100, violations);
  ASSERT_EQ(violations.violations().size(), 2u);
  EXPECT_EQ(violations.violations()[0].field, "queues[1]");
  EXPECT_EQ(violations.violations()[1].field, "queues[3]");

  names.DeleteSubrange(3, 1);
  names.DeleteSubrange(1, 1);
  FieldViolations none;
  EXPECT_THAT(CheckQueues("queues", names, 100, none), ElementsAre("roads", "water"));
  EXPECT_TRUE(none.empty());
}

TEST(CheckQueues, RefusesNoneAndTooMany) {
  google::protobuf::RepeatedPtrField<std::string> names;
  FieldViolations violations;
  CheckQueues("queues", names, 2, violations);
  for (const char* name : {"queues/a", "queues/b", "queues/c"}) *names.Add() = name;
  CheckQueues("queues", names, 2, violations);
  EXPECT_EQ(violations.violations().size(), 2u);
}

TEST(CheckLanguage, TakesPrimarySubtagsOnly) {
  FieldViolations violations;
  EXPECT_EQ(CheckLanguage("language", "FR", violations), "fr");
  EXPECT_EQ(CheckLanguage("language", "iku", violations), "iku");
  EXPECT_EQ(CheckLanguage("language", "und", violations), "");
  EXPECT_EQ(CheckLanguage("language", "", violations), "");
  EXPECT_TRUE(violations.empty());
  for (const char* bad : {"en-CA", "e", "english", "3n", " en"}) CheckLanguage("language", bad, violations);
  EXPECT_EQ(violations.violations().size(), 5u);
}

TEST(CheckDuration, KeepsToItsLimits) {
  google::protobuf::Duration duration;
  FieldViolations violations;
  duration.set_seconds(60);
  EXPECT_EQ(CheckDuration("wait", duration, absl::ZeroDuration(), absl::Minutes(1), violations), absl::Minutes(1));
  EXPECT_TRUE(violations.empty());
  duration.set_nanos(1);
  CheckDuration("wait", duration, absl::ZeroDuration(), absl::Minutes(1), violations);
  duration.set_seconds(-1);
  duration.set_nanos(0);
  CheckDuration("wait", duration, absl::ZeroDuration(), absl::Minutes(1), violations);
  ASSERT_EQ(violations.violations().size(), 2u);
  EXPECT_EQ(violations.violations()[0].description, "must be from 0s to 1m");
}

TEST(CheckPageSize, FillsInAndCutsAndRefuses) {
  FieldViolations violations;
  EXPECT_EQ(CheckPageSize("page_size", 0, 50, 1000, violations), 50);
  EXPECT_EQ(CheckPageSize("page_size", 7, 50, 1000, violations), 7);
  EXPECT_EQ(CheckPageSize("page_size", 5000, 50, 1000, violations), 1000);
  EXPECT_TRUE(violations.empty());
  CheckPageSize("page_size", -1, 50, 1000, violations);
  EXPECT_EQ(violations.violations().size(), 1u);
}

TEST(CheckReason, IsRequiredWhereItSaysSo) {
  FieldViolations violations;
  CheckReason("reason", "", Need::kOptional, violations);
  CheckReason("reason", std::string(512, 'x'), Need::kRequired, violations);
  EXPECT_TRUE(violations.empty());
  CheckReason("reason", "", Need::kRequired, violations);
  CheckReason("reason", "  ", Need::kRequired, violations);
  CheckReason("reason", std::string(513, 'x'), Need::kOptional, violations);
  CheckReason("reason", std::string("\0", 1), Need::kOptional, violations);
  EXPECT_EQ(violations.violations().size(), 4u);
}

TEST(CheckRequestId, TakesUuidsOrNothing) {
  FieldViolations violations;
  EXPECT_FALSE(CheckRequestId("request_id", "", violations).has_value());
  EXPECT_TRUE(CheckRequestId("request_id", "6fa459ea-ee8a-4ca4-894e-db77e160355e", violations).has_value());
  EXPECT_TRUE(violations.empty());
  CheckRequestId("request_id", "once", violations);
  EXPECT_EQ(violations.violations().size(), 1u);
}

}  // namespace
}  // namespace switchboard::wire
