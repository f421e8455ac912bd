// The hours in which an organisation works: every week the same, but for holidays, in a time zone. What is due "within
// eight hours" is due after eight of these.
#ifndef SWITCHBOARD_COMMON_TIME_BUSINESS_CALENDAR_H_
#define SWITCHBOARD_COMMON_TIME_BUSINESS_CALENDAR_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace switchboard {

// Open from `begin` up to, not including, `end`, both by the clock on the wall, since midnight; `end` at most 24 hours.
struct OpenSpan {
  absl::Duration begin;
  absl::Duration end;

  friend bool operator==(const OpenSpan&, const OpenSpan&) = default;
};

// Monday first. The spans of a day are in order and do not overlap; an empty day is closed.
using WeeklyHours = std::array<std::vector<OpenSpan>, 7>;

// Pure and immutable; any number of threads may share one. A moment is open where the clock on the wall shows an open
// time of a day that is no holiday: so an hour that the clocks skip in spring is no time, and one that they show twice
// in autumn counts twice. What a call costs grows only with the changes of the clocks in the time between.
class BusinessCalendar {
 public:
  // At least an hour a week is open. A holiday is closed from its midnight to the next. `name` is for people.
  BusinessCalendar(std::string name, absl::TimeZone zone, const WeeklyHours& week,
                   std::vector<absl::CivilDay> holidays);

  const std::string& name() const { return name_; }

  // The first moment at which `work` of open time has passed since `from`: at the end of a day's work, not at the start
  // of the next. `from` itself for no work or less.
  absl::Time Add(absl::Time from, absl::Duration work) const;

  // The open time from `from` to `to`; negative where `to` is earlier.
  absl::Duration Between(absl::Time from, absl::Time to) const;

 private:
  // A time on the wall, as the time since 1970-01-01 00:00 there.
  using WallTime = absl::Duration;
  struct Holiday {
    int64_t day;                 // since 1970-01-01
    absl::Duration lost_before;  // what earlier holidays took from the weeks
    absl::Duration lost;
  };
  // A stretch of time with one offset from UTC.
  struct Stretch {
    absl::Duration offset;
    absl::Time end;  // InfiniteFuture: none follows
  };

  Stretch StretchAt(absl::Time time) const;
  // The open time from a fixed Monday long ago until then, were the clocks never changed.
  absl::Duration OpenUntil(WallTime time) const;
  // The earliest time by which OpenUntil() reaches `open`, no earlier than `from`.
  WallTime WhenOpenReaches(absl::Duration open, WallTime from) const;
  absl::Duration OpenBefore(int64_t day) const;
  const std::vector<OpenSpan>& SpansOf(int64_t day) const;
  bool IsHoliday(int64_t day) const;

  std::string name_;
  absl::TimeZone zone_;
  WeeklyHours week_;
  std::array<absl::Duration, 8> open_before_weekday_;  // in a week; the last is the whole week's
  std::vector<Holiday> holidays_;                      // in order, only those that take something
};

// The same without a calendar (null), where every moment counts.
absl::Time AddOpenTime(const BusinessCalendar* calendar, absl::Time from, absl::Duration work);
absl::Duration OpenTimeBetween(const BusinessCalendar* calendar, absl::Time from, absl::Time to);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_TIME_BUSINESS_CALENDAR_H_
