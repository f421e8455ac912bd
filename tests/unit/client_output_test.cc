#include <gtest/gtest.h>

#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

TEST(TableTest, AlignsTextLeftAndNumbersRightByCodePoints) {
  Table table({"QUEUE", "WAITING"});
  table.AddRow({"voirie", "1,200"});
  table.AddRow({"élèves", "7"});
  EXPECT_EQ(table.ToString(),
            "QUEUE   WAITING\n"
            "voirie    1,200\n"
            "élèves        7\n");
}

TEST(OutputTest, GroupsDigits) {
  EXPECT_EQ(WithCommas(0), "0");
  EXPECT_EQ(WithCommas(999), "999");
  EXPECT_EQ(WithCommas(1000), "1,000");
  EXPECT_EQ(WithCommas(-1234567), "-1,234,567");
}

TEST(OutputTest, CutsTextOnOneLineAtCodePoints) {
  EXPECT_EQ(OneLine("short", 10), "short");
  EXPECT_EQ(OneLine("two\nlines", 20), "two lines");
  EXPECT_EQ(OneLine("ééééé", 3), "éé…");
}

TEST(OutputTest, LeavesNoControlCharacterAndNothingThatIsNoUtf8) {
  EXPECT_EQ(WithoutControls("id-77 für élan"), "id-77 für élan");
  EXPECT_EQ(WithoutControls(std::string("ok\0id", 5)), "ok id");
  EXPECT_EQ(WithoutControls("\x1b[31mred\x7f\r\nnext"), " [31mred   next");
  EXPECT_EQ(WithoutControls("\xc2\x9b"
                            "31m\xc2\xa0"),
            " 31m\xc2\xa0");
  EXPECT_EQ(WithoutControls("a\xff\xc2"), "a\uFFFD\uFFFD");
  EXPECT_EQ(WithoutControls(""), "");
}

TEST(OutputTest, ShortensNamesAndTimes) {
  EXPECT_EQ(ShortName("queues/roads"), "roads");
  EXPECT_EQ(ShortName(""), "-");
  google::protobuf::Timestamp time;
  EXPECT_EQ(ShortTime(time), "-");
  time.set_seconds(1767225600);
  EXPECT_EQ(ShortTime(time), "2026-01-01T00:00:00Z");
}

}  // namespace
}  // namespace switchboard::client
