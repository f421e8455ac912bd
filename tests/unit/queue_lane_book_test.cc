#include <gtest/gtest.h>

#include "common/ids/id_generator.h"
#include "services/queue/lane_book.h"
#include "services/queue/positions_in_flight.h"
#include "tests/support/fake_clock.h"

namespace switchboard::queue {
namespace {

constexpr uint8_t kNode = 1;
constexpr uint8_t kOtherNode = 2;

class LaneBookTest : public testing::Test {
 protected:
  int64_t Position(uint8_t node = kNode) { return node == kNode ? ids_.NextPosition() : other_ids_.NextPosition(); }
  int64_t Later() { return FirstIdAt(clock_.Now() + absl::Hours(1)); }

  FakeClock clock_;
  IdGenerator ids_{clock_, kNode};
  IdGenerator other_ids_{clock_, kOtherNode};
  LaneBook book_{kNode};
  LaneNote& note_ = book_.NoteOf(1, Lane(Priority::kNormal, "en"));
};

TEST_F(LaneBookTest, LooksAtANewLaneFromItsBeginning) {
  EXPECT_TRUE(note_.MaybeReady());
  EXPECT_EQ(note_.hint, 0);
  EXPECT_EQ(&book_.NoteOf(1, Lane(Priority::kNormal, "en")), &note_);
  EXPECT_EQ(book_.LanesOf(1).size(), 1);
  EXPECT_TRUE(book_.LanesOf(2).empty());
}

TEST_F(LaneBookTest, PassesWhatItConsumed) {
  const int64_t position = Position();
  book_.Consumed(note_, position, Later(), clock_.Now());
  EXPECT_EQ(note_.hint, position);
}

TEST_F(LaneBookTest, NeverPassesPositionsThatAreInFlight) {
  PositionsInFlight in_flight(ids_);
  const PositionsInFlight::Cover cover(in_flight);
  const int64_t uncommitted = Position();
  const int64_t committed_by_another_writer = Position();
  book_.Consumed(note_, committed_by_another_writer, in_flight.Horizon(), clock_.Now());
  EXPECT_LT(note_.hint, uncommitted);
}

TEST_F(LaneBookTest, StaysBehindWhereOthersWrite) {
  const int64_t foreign = Position(kOtherNode);
  book_.Consumed(note_, foreign, Later(), clock_.Now());
  EXPECT_LE(TimeOf(note_.hint), TimeOf(foreign) - LaneBook::kForeignMargin);
  clock_.Advance(LaneBook::kForeignMemory);
  const int64_t own = Position();
  book_.Consumed(note_, own, Later(), clock_.Now());
  EXPECT_EQ(note_.hint, own) << "nobody else has written for long";
}

TEST_F(LaneBookTest, NeverGoesBackButForASweep) {
  const int64_t late = Position();
  clock_.Advance(absl::Seconds(1));
  const int64_t position = Position();
  book_.Consumed(note_, position, Later(), clock_.Now());
  book_.Consumed(note_, late, Later(), clock_.Now());
  EXPECT_EQ(note_.hint, position);
  note_.waiting = 0;
  book_.Swept(note_, late, Later());
  EXPECT_LT(note_.hint, late);
  EXPECT_TRUE(note_.MaybeReady());
}

TEST_F(LaneBookTest, ASweepThatFindsNothingMovesTheHintOn) {
  clock_.Advance(absl::Minutes(1));
  book_.Swept(note_, std::nullopt, Position());
  EXPECT_GT(TimeOf(note_.hint), clock_.Now() - absl::Seconds(1));
}

TEST(PositionsInFlightTest, TheHorizonIsTheOldestCommitUnderWay) {
  FakeClock clock;
  IdGenerator ids(clock, kNode);
  PositionsInFlight in_flight(ids);
  auto first = std::make_unique<PositionsInFlight::Cover>(in_flight);
  const int64_t in_first = ids.NextPosition();
  auto second = std::make_unique<PositionsInFlight::Cover>(in_flight);
  const int64_t in_second = ids.NextPosition();
  EXPECT_LT(in_flight.Horizon(), in_first);
  first.reset();
  EXPECT_GT(in_flight.Horizon(), in_first);
  EXPECT_LT(in_flight.Horizon(), in_second);
  second.reset();
  EXPECT_GT(in_flight.Horizon(), in_second);
}

}  // namespace
}  // namespace switchboard::queue
