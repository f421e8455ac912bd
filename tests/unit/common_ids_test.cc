// Ids, positions, resource names and UUIDs.
#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "common/ids/id_generator.h"
#include "common/ids/resource_name.h"
#include "common/ids/uuid.h"
#include "tests/support/fake_clock.h"

namespace switchboard {
namespace {

TEST(IdGenerator, PartsOfAnIdCanBeReadBack) {
  FakeClock clock;
  IdGenerator ids(clock, 255);
  const int64_t id = ids.NextInquiryId(63);
  EXPECT_GT(id, 0);
  EXPECT_EQ(ShardOf(id), 63);
  EXPECT_EQ(TimeOf(id), clock.Now());
  EXPECT_EQ(TimeOf(ids.NextPosition()), clock.Now());
}

TEST(IdGenerator, NumbersGrowWhenTheClockStandsStillOrGoesBack) {
  FakeClock clock;
  IdGenerator ids(clock, 1);
  int64_t last_id = 0, last_position = 0;
  for (int i = 0; i < 50000; ++i) {
    if (i == 25000) clock.SetNow(clock.Now() - absl::Hours(1));
    const int64_t id = ids.NextInquiryId(i % kShardCount);
    const int64_t position = ids.NextPosition();
    ASSERT_GT(id >> 6, last_id >> 6);
    ASSERT_GT(position, last_position);
    last_id = id;
    last_position = position;
  }
}

TEST(IdGenerator, ThreadsAndNodesNeverMeet) {
  FakeClock clock;
  IdGenerator one(clock, 1), two(clock, 2);
  std::vector<std::vector<int64_t>> made(4);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < made.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10000; ++i) made[t].push_back((t % 2 == 0 ? one : two).NextInquiryId(7));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<int64_t> all;
  for (const auto& ids : made) all.insert(ids.begin(), ids.end());
  EXPECT_EQ(all.size(), 40000u);
}

TEST(IdGenerator, FirstIdBoundsWhatIsMadeThen) {
  FakeClock clock;
  IdGenerator ids(clock, 0);
  const int64_t before = ids.NextInquiryId(63);
  clock.Advance(absl::Milliseconds(1));
  const int64_t bound = FirstIdAt(clock.Now());
  EXPECT_LT(before, bound);
  EXPECT_GE(ids.NextInquiryId(0), bound);
  EXPECT_EQ(FirstIdAt(absl::FromUnixSeconds(0)), 0);
}

TEST(ResourceName, IdsComeBackAndSortLikeNumbers) {
  for (const int64_t id : {int64_t{1}, int64_t{31}, int64_t{32}, int64_t{123456789}, INT64_MAX}) {
    EXPECT_EQ(*ParseId(FormatId(id)), id);
  }
  EXPECT_LT(FormatId(99), FormatId(100));
  EXPECT_EQ(FormatId(INT64_MAX), "7zzzzzzzzzzzz");
  EXPECT_EQ(*ParseId("OOOOOOOOOOOIL"), 33);
}

TEST(ResourceName, WrongNamesAreRefused) {
  for (const char* name :
       {"", "inquiries", "inquiries/", "inquiries/123", "queues/0000000000001", "inquiries/000000000000u",
        "inquiries/0000000000000", "inquiries/8000000000000", "inquiries/00000000000011"}) {
    EXPECT_FALSE(ParseInquiryName(name).ok()) << name;
  }
  for (const char* name : {"queues/", "queues/Roads", "queues/1", "queues/a_b", "topics/roads", "queues/a/b"}) {
    EXPECT_FALSE(ParseQueueName(name).ok()) << name;
  }
  EXPECT_FALSE(ParseWorkerName("workers/a b").ok());
}

TEST(ResourceName, RightNamesAreRead) {
  EXPECT_EQ(*ParseInquiryName(InquiryName(42)), 42);
  EXPECT_EQ(*ParseDeadLetterName(DeadLetterName(42)), 42);
  EXPECT_EQ(*ParseQueueName("queues/roads-2"), "roads-2");
  EXPECT_EQ(*ParseTopicName(TopicName("passports")), "passports");
  EXPECT_EQ(*ParseWorkerName("workers/Anna.K@city"), "Anna.K@city");
}

TEST(Uuid, TextIsReadInEitherCaseAndWrittenInOne) {
  const auto uuid = ParseUuid("3D5F1D3E-8c4a-4c0e-9f5a-0e7c1b2a3d4f");
  ASSERT_TRUE(uuid.ok());
  EXPECT_EQ(uuid->ToString(), "3d5f1d3e-8c4a-4c0e-9f5a-0e7c1b2a3d4f");
  for (const char* text : {"", "3d5f1d3e8c4a4c0e9f5a0e7c1b2a3d4f", "00000000-0000-0000-0000-000000000000",
                           "3d5f1d3e-8c4a-4c0e-9f5a-0e7c1b2a3d4g", "3d5f1d3e-8c4a-4c0e-9f5a-0e7c1b2a3d4f "}) {
    EXPECT_FALSE(ParseUuid(text).ok()) << text;
  }
  EXPECT_EQ(*ParseUuid(RandomUuid().ToString()) == RandomUuid(), false);
}

}  // namespace
}  // namespace switchboard
