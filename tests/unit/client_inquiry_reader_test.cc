#include <gtest/gtest.h>

#include <sstream>

#include "services/switchboard/inquiry_reader.h"

namespace switchboard::client {
namespace {

std::vector<InquiryRecord> ReadAll(const std::string& text, ReaderOptions options) {
  std::istringstream input(text);
  InquiryReader reader(input, options);
  std::vector<InquiryRecord> records;
  while (auto record = reader.Next()) records.push_back(*std::move(record));
  return records;
}

TEST(InquiryReaderTest, ReadsEveryFieldOfAJsonLine) {
  const auto records = ReadAll(
      R"({"channel":"in_person","text":"Où est la mairie ?","language":"fr","area":"north","visibility":"private",)"
      R"("topic":"passports","author":"a1","external_id":"x9","request_id":"6f1de2f0-5a9b-4a52-9d0c-0a1b2c3d4e5f"})"
      "\n",
      {});
  ASSERT_EQ(records.size(), 1u);
  ASSERT_TRUE(records[0].status.ok()) << records[0].status;
  const v1::Inquiry& inquiry = records[0].request.inquiry();
  EXPECT_EQ(inquiry.channel(), v1::IN_PERSON);
  EXPECT_EQ(inquiry.text(), "Où est la mairie ?");
  EXPECT_EQ(inquiry.language(), "fr");
  EXPECT_EQ(inquiry.area(), "north");
  EXPECT_EQ(inquiry.visibility(), v1::PRIVATE);
  EXPECT_EQ(inquiry.topic(), "topics/passports");
  EXPECT_EQ(inquiry.author(), "a1");
  EXPECT_EQ(inquiry.external_id(), "x9");
  EXPECT_EQ(records[0].request.request_id(), "6f1de2f0-5a9b-4a52-9d0c-0a1b2c3d4e5f");
}

TEST(InquiryReaderTest, NamesWhatIsWrongAndGoesOn) {
  const struct {
    const char* line;
    const char* says;
  } kCases[] = {
      {"{nonsense", "not valid JSON"},
      {"[1]", "not a JSON object"},
      {R"({"text":7})", "\"text\" is not a string"},
      {R"({"channel":"FAX","text":"x"})", "channel \"FAX\" is unknown; use X, FACEBOOK"},
      {R"({"colour":"red"})", "field \"colour\" is unknown; the fields are channel, text"},
      {R"({"priority":"SOON","text":"x"})", "priority \"SOON\" is unknown; use URGENT, HIGH, NORMAL or LOW"},
      {R"({"visibility":"SECRET","text":"x"})", "visibility \"SECRET\" is unknown; use PUBLIC or PRIVATE"},
      {"{\"text\":\"\xff\"}", "not valid UTF-8"},
  };
  for (const auto& each : kCases) {
    const auto records = ReadAll(std::string(each.line) + "\n{\"text\":\"next\"}\n", {});
    ASSERT_EQ(records.size(), 2u) << each.line;
    EXPECT_NE(std::string(records[0].status.message()).find(each.says), std::string::npos) << records[0].status;
    EXPECT_TRUE(records[1].status.ok());
    EXPECT_EQ(records[1].line, 2);
  }
}

TEST(InquiryReaderTest, ReadsCsvWithQuotesAndLineEnds) {
  const auto records = ReadAll("text,channel\r\n\"Hello, \"\"you\"\"\nthere\",EMAIL\r\nplain,\r\nonly one cell\r\n",
                               {.format = InputFormat::kCsv, .default_channel = v1::BLOG});
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].request.inquiry().text(), "Hello, \"you\"\nthere");
  EXPECT_EQ(records[0].request.inquiry().channel(), v1::EMAIL);
  EXPECT_EQ(records[0].line, 2);
  EXPECT_EQ(records[1].request.inquiry().channel(), v1::BLOG);
  EXPECT_EQ(records[1].line, 4);
  EXPECT_EQ(records[2].status.message(), "has 1 cells where the heading has 2");
}

TEST(InquiryReaderTest, TakesLabelsAsTopicsOnlyWhenAsked) {
  const std::string tsv = "card_arrival\tWhere is my card?\nno tab here\n";
  const auto ignored = ReadAll(tsv, {.format = InputFormat::kTsv});
  EXPECT_EQ(ignored[0].request.inquiry().topic(), "");
  EXPECT_EQ(ignored[0].request.inquiry().text(), "Where is my card?");
  EXPECT_FALSE(ignored[1].status.ok());
  const auto taken = ReadAll(tsv, {.format = InputFormat::kTsv, .topics_from_labels = true});
  EXPECT_EQ(taken[0].request.inquiry().topic(), "topics/card_arrival");
}

TEST(InquiryReaderTest, GivesTheSameRecordTheSameRequestIdAndOthersAnother) {
  const std::string line = "{\"text\":\"hello\"}\n";
  const auto twice = ReadAll(line + line, {.salt = "a"});
  const auto again = ReadAll(line + line, {.salt = "a"});
  const auto other = ReadAll(line, {.salt = "b"});
  EXPECT_EQ(twice[0].request.request_id(), again[0].request.request_id());
  EXPECT_NE(twice[0].request.request_id(), twice[1].request.request_id());
  EXPECT_NE(twice[0].request.request_id(), other[0].request.request_id());
  EXPECT_EQ(twice[0].request.request_id()[14], '8');
}

}  // namespace
}  // namespace switchboard::client
