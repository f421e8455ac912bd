// What is kept in memory of what waits.
#include "gtest/gtest.h"
#include "services/queue/recent_contents.h"

namespace switchboard::queue {
namespace {

InquiryContent Content(int64_t id) {
  InquiryContent content;
  content.id = id;
  content.text = std::string(1000, 'x');
  return content;
}

TEST(RecentContents, GivesEachOnce) {
  RecentContents recent(10'000);
  const InquiryContent one = Content(1);
  recent.Keep({&one});

  const std::optional<InquiryContent> taken = recent.Take(1);
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->text, one.text);
  EXPECT_FALSE(recent.Take(1).has_value());
  EXPECT_FALSE(recent.Take(2).has_value());
}

TEST(RecentContents, TheOldestMakeRoom) {
  RecentContents recent(10'000);
  for (int64_t id = 1; id <= 100; ++id) {
    const InquiryContent content = Content(id);
    recent.Keep({&content, &content});
  }
  EXPECT_FALSE(recent.Take(1).has_value());
  EXPECT_TRUE(recent.Take(100).has_value());

  int kept = 0;
  for (int64_t id = 1; id < 100; ++id) kept += recent.Take(id).has_value();
  EXPECT_GE(kept, 3);
  EXPECT_LE(kept, 9);
}

TEST(RecentContents, WhatWasTakenNeedsNoRoom) {
  RecentContents recent(3'000);
  const InquiryContent first = Content(0);
  recent.Keep({&first});
  for (int64_t id = 1; id <= 100; ++id) {
    const InquiryContent content = Content(id);
    recent.Keep({&content});
    recent.Take(id);
  }
  EXPECT_TRUE(recent.Take(0).has_value());
}

}  // namespace
}  // namespace switchboard::queue
