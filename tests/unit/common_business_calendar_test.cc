#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "common/time/business_calendar.h"

namespace switchboard {
namespace {

OpenSpan Span(int begin_hour, int end_hour) { return {absl::Hours(begin_hour), absl::Hours(end_hour)}; }

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

// Nine to five from Monday to Friday, an hour off at noon; 2026-05-18, a Monday, is a holiday.
WeeklyHours OfficeHours() {
  WeeklyHours week;
  for (size_t day = 0; day < 5; ++day) week[day] = {Span(9, 12), Span(13, 17)};
  return week;
}

class BusinessCalendarTest : public ::testing::Test {
 protected:
  absl::Time At(const std::string& text) const {
    absl::CivilMinute minute;
    EXPECT_TRUE(absl::ParseCivilTime(text, &minute)) << text;
    return absl::FromCivil(minute, zone_);
  }

  const absl::TimeZone zone_ = Zone("America/Toronto");
  const BusinessCalendar office_{"office", zone_, OfficeHours(), {absl::CivilDay(2026, 5, 18)}};
};

TEST_F(BusinessCalendarTest, AddsWorkingTime) {
  const struct {
    const char* why;
    const char* from;
    absl::Duration work;
    const char* due;
  } cases[] = {
      {"within a morning", "2026-05-12T09:30", absl::Hours(1), "2026-05-12T10:30"},
      {"over noon", "2026-05-12T11:30", absl::Hours(1), "2026-05-12T13:30"},
      {"to the end of the day and no further", "2026-05-12T16:00", absl::Hours(1), "2026-05-12T17:00"},
      {"to the end of the morning and no further", "2026-05-12T09:00", absl::Hours(3), "2026-05-12T12:00"},
      {"into the next day", "2026-05-12T16:00", absl::Hours(2), "2026-05-13T10:00"},
      {"from the night", "2026-05-12T03:00", absl::Hours(2), "2026-05-12T11:00"},
      {"over a weekend and a holiday", "2026-05-15T16:00", absl::Hours(2), "2026-05-19T10:00"},
      {"from a holiday", "2026-05-18T10:00", absl::Hours(1), "2026-05-19T10:00"},
      {"a working day", "2026-05-12T09:00", absl::Hours(7), "2026-05-12T17:00"},
      {"nothing at all", "2026-05-17T03:00", absl::ZeroDuration(), "2026-05-17T03:00"},
      {"four weeks with a holiday", "2026-05-11T09:00", absl::Hours(4 * 35), "2026-06-08T17:00"},
      {"over the change of clocks", "2026-03-06T16:00", absl::Hours(2), "2026-03-09T10:00"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(office_.Add(At(test.from), test.work), At(test.due))
        << test.why << ": " << absl::FormatTime(office_.Add(At(test.from), test.work), zone_);
  }
}

TEST_F(BusinessCalendarTest, MeasuresWorkingTime) {
  EXPECT_EQ(office_.Between(At("2026-05-12T08:00"), At("2026-05-12T10:15")), absl::Minutes(75));
  EXPECT_EQ(office_.Between(At("2026-05-12T00:00"), At("2026-05-13T00:00")), absl::Hours(7));
  EXPECT_EQ(office_.Between(At("2026-05-15T17:00"), At("2026-05-19T09:00")), absl::ZeroDuration());
  EXPECT_EQ(office_.Between(At("2026-05-18T00:00"), At("2026-05-25T00:00")), absl::Hours(28)) << "a holiday less";
  EXPECT_EQ(office_.Between(At("2026-05-12T10:15"), At("2026-05-12T08:00")), -absl::Minutes(75));
  EXPECT_EQ(office_.Between(At("2026-01-01T00:00"), At("2027-01-01T00:00")), 261 * absl::Hours(7) - absl::Hours(7));
}

// In Toronto the clocks go from 2:00 to 3:00 on 2026-03-08, and from 2:00 back to 1:00 on 2026-11-01: Sundays both.
TEST_F(BusinessCalendarTest, SkippedHoursAreNoTimeAndRepeatedOnesCountTwice) {
  WeeklyHours week;
  for (auto& day : week) day = {Span(0, 24)};
  const BusinessCalendar always("always", zone_, week, {});
  EXPECT_EQ(always.Between(At("2026-03-08T00:00"), At("2026-03-09T00:00")), absl::Hours(23));
  EXPECT_EQ(always.Between(At("2026-11-01T00:00"), At("2026-11-02T00:00")), absl::Hours(25));

  for (auto& day : week) day = {Span(1, 2)};
  const BusinessCalendar nightly("nightly", zone_, week, {});
  EXPECT_EQ(nightly.Between(At("2026-11-01T00:00"), At("2026-11-02T00:00")), absl::Hours(2));
  for (auto& day : week) day = {{absl::Minutes(150), absl::Minutes(210)}};  // 2:30 to 3:30
  const BusinessCalendar early("early", zone_, week, {});
  EXPECT_EQ(early.Between(At("2026-03-08T00:00"), At("2026-03-09T00:00")), absl::Minutes(30));
  EXPECT_EQ(early.Add(At("2026-03-08T00:00"), absl::Minutes(30)), At("2026-03-08T03:30"));
  EXPECT_EQ(early.Add(At("2026-03-08T00:00"), absl::Minutes(31)), At("2026-03-09T02:31"));
}

TEST_F(BusinessCalendarTest, NightShiftsGoOnPastMidnight) {
  WeeklyHours week;
  week[4] = {Span(22, 24)};
  week[5] = {Span(0, 6)};
  const BusinessCalendar nights("nights", zone_, week, {});
  EXPECT_EQ(nights.Add(At("2026-05-15T23:00"), absl::Hours(3)), At("2026-05-16T02:00"));
  EXPECT_EQ(nights.Add(At("2026-05-15T23:00"), absl::Hours(7)), At("2026-05-16T06:00"));
  EXPECT_EQ(nights.Add(At("2026-05-15T23:00"), absl::Hours(8)), At("2026-05-22T23:00"));
}

TEST_F(BusinessCalendarTest, WithoutACalendarEveryMomentCounts) {
  const absl::Time from = At("2026-03-07T12:00");
  EXPECT_EQ(AddOpenTime(nullptr, from, absl::Hours(24)), from + absl::Hours(24));
  EXPECT_EQ(OpenTimeBetween(nullptr, from, from + absl::Hours(24)), absl::Hours(24));
  EXPECT_EQ(AddOpenTime(&office_, from, absl::Hours(1)), At("2026-03-09T10:00"));
}

// The rule said the slow way: a minute is open where the clock on the wall shows an open time.
class MinuteByMinute {
 public:
  explicit MinuteByMinute(uint32_t seed) : random_(seed) {
    for (std::vector<OpenSpan>& day : week_) {
      int minute = Roll(600);
      for (int spans = Roll(4); spans > 0 && minute < 1380; --spans) {
        const int end = std::min(1440, minute + 1 + Roll(500));
        day.push_back({absl::Minutes(minute), absl::Minutes(end)});
        minute = end + Roll(200);
      }
    }
    week_[2] = {Span(0, 24)};
  }

  int Roll(int sides) { return std::uniform_int_distribution<>(0, sides - 1)(random_); }
  const WeeklyHours& week() const { return week_; }
  std::vector<absl::CivilDay>& holidays() { return holidays_; }

  bool IsOpen(absl::Time time, const absl::TimeZone& zone) const {
    const absl::CivilSecond wall = zone.At(time).cs;
    const absl::CivilDay day(wall);
    if (std::find(holidays_.begin(), holidays_.end(), day) != holidays_.end()) return false;
    const absl::Duration since_midnight = absl::Seconds(wall - absl::CivilSecond(day));
    for (const OpenSpan& span : week_[static_cast<size_t>(absl::GetWeekday(day))]) {
      if (span.begin <= since_midnight && since_midnight < span.end) return true;
    }
    return false;
  }

 private:
  std::mt19937 random_;
  WeeklyHours week_;
  std::vector<absl::CivilDay> holidays_;
};

// Zones whose clocks change by an hour, by half an hour, at midnight and a minute (so that a date comes twice), and
// never; around their changes.
TEST(BusinessCalendar, AgreesWithCountingMinutes) {
  const struct {
    const char* zone;
    absl::CivilDay around;
  } places[] = {
      {"America/Toronto", absl::CivilDay(2026, 3, 8)},     {"America/Toronto", absl::CivilDay(2026, 11, 1)},
      {"Australia/Lord_Howe", absl::CivilDay(2026, 4, 5)}, {"Australia/Lord_Howe", absl::CivilDay(2026, 10, 4)},
      {"America/St_Johns", absl::CivilDay(2010, 11, 7)},   {"Africa/Cairo", absl::CivilDay(2026, 4, 24)},
      {"Asia/Kathmandu", absl::CivilDay(2026, 6, 1)},      {"Pacific/Apia", absl::CivilDay(2011, 12, 30)}};
  uint32_t seed = 0;
  for (const auto& place : places) {
    const absl::TimeZone zone = Zone(place.zone);
    for (int round = 0; round < 12; ++round) {
      MinuteByMinute slow(++seed);
      for (int i = slow.Roll(4); i > 0; --i) slow.holidays().push_back(place.around + slow.Roll(12) - 6);
      const BusinessCalendar calendar("random", zone, slow.week(), slow.holidays());
      const absl::Time from = absl::FromCivil(place.around - 4, zone) + absl::Minutes(slow.Roll(4 * 1440));
      const absl::Time to = from + absl::Minutes(slow.Roll(9 * 1440));
      absl::Duration open;
      for (absl::Time time = from; time < to; time += absl::Minutes(1)) {
        const bool is_open = slow.IsOpen(time, zone);
        if (is_open) open += absl::Minutes(1);
        if (is_open && slow.Roll(200) == 0) {
          EXPECT_EQ(calendar.Add(from, open), time + absl::Minutes(1)) << place.zone << " " << seed;
        }
      }
      EXPECT_EQ(calendar.Between(from, to), open) << place.zone << " " << seed;
    }
  }
}

TEST_F(BusinessCalendarTest, AYearOfWorkEndsWhereItsMeasureSays) {
  WeeklyHours week;
  week[1] = {Span(9, 10)};
  std::vector<absl::CivilDay> holidays;
  for (int i = 0; i < 2000; ++i) holidays.push_back(absl::CivilDay(2026, 1, 6) + 7 * i);
  const BusinessCalendar rare("rare", zone_, week, holidays);
  const absl::Time from = At("2026-01-01T00:00");
  const absl::Time due = rare.Add(from, absl::Hours(24 * 366));
  EXPECT_EQ(rare.Between(from, due), absl::Hours(24 * 366));
  EXPECT_EQ(rare.Between(from, due - absl::Minutes(1)), absl::Hours(24 * 366) - absl::Minutes(1));
  EXPECT_EQ(absl::ToCivilDay(due, zone_), absl::CivilDay(2026, 1, 6) + 7 * (2000 + 24 * 366 - 1));
}

}  // namespace
}  // namespace switchboard
