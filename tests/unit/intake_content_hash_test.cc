#include <gtest/gtest.h>

#include <set>

#include "services/intake/content_hash.h"

namespace switchboard::intake {
namespace {

queue::InquiryContent Content() {
  queue::InquiryContent content;
  content.channel = 5;
  content.visibility = 2;
  content.area = "north";
  content.external_id = "42";
  content.author = "ann";
  content.text = "a hole";
  return content;
}

TEST(HashOfInquiry, IsKeptInDatabasesAndMustNeverChange) {
  EXPECT_EQ(HashOfInquiry(Content(), "potholes", "en"), HashOfInquiry(Content(), "potholes", "en"));
  EXPECT_EQ(HashOfInquiry({}, "", ""), 3436236467239977309u);
  EXPECT_EQ(HashOfInquiry(Content(), "potholes", "en"), 8523438035367665028u);
  EXPECT_EQ(HashOfMessage(7, 2, "still there"), 3920154731170219306u);
}

TEST(HashOfInquiry, ChangesWithEveryFieldThatACallerGives) {
  std::set<uint64_t> hashes = {HashOfInquiry(Content(), "potholes", "en"), HashOfInquiry(Content(), "noise", "en"),
                               HashOfInquiry(Content(), "potholes", "fr"), HashOfInquiry(Content(), "", "en")};
  const auto add = [&](auto change) {
    queue::InquiryContent content = Content();
    change(content);
    hashes.insert(HashOfInquiry(content, "potholes", "en"));
  };
  add([](auto& c) { c.channel = 6; });
  add([](auto& c) { c.visibility = 1; });
  add([](auto& c) { c.area = "south"; });
  add([](auto& c) { c.external_id = "43"; });
  add([](auto& c) { c.author = "bob"; });
  add([](auto& c) { c.text = "a hole!"; });
  hashes.insert(HashOfInquiry(Content(), "potholes", "en", 1));
  EXPECT_EQ(hashes.size(), 11u);
}

TEST(HashOfInquiry, KnowsWhereOneFieldEndsAndTheNextBegins) {
  queue::InquiryContent left = Content();
  queue::InquiryContent right = Content();
  left.external_id = "ab";
  left.author = "c";
  right.external_id = "a";
  right.author = "bc";
  EXPECT_NE(HashOfInquiry(left, "", ""), HashOfInquiry(right, "", ""));
}

TEST(HashOfInquiry, IgnoresWhatTheSorterFound) {
  queue::InquiryContent sorted = Content();
  sorted.topic = "potholes";
  sorted.confidence = 0.9F;
  sorted.route = "roads";
  EXPECT_EQ(HashOfInquiry(sorted, "", ""), HashOfInquiry(Content(), "", ""));
}

}  // namespace
}  // namespace switchboard::intake
