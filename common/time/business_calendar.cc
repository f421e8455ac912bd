#include "common/time/business_calendar.h"

#include <algorithm>
#include <utility>

namespace switchboard {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr int64_t kMonday = -3;  // 1970-01-01 was a Thursday

int64_t FloorDivide(int64_t value, int64_t by) {
  const int64_t quotient = value / by;
  return quotient * by > value ? quotient - 1 : quotient;
}

int64_t DayOf(absl::Duration wall) {
  absl::Duration rest;
  return absl::IDivDuration(absl::Floor(wall, kDay), kDay, &rest);
}

size_t WeekdayOf(int64_t day) { return static_cast<size_t>(day - kMonday - 7 * FloorDivide(day - kMonday, 7)); }

absl::Duration OnTheWall(absl::Time time, absl::Duration offset) { return time - absl::UnixEpoch() + offset; }

absl::Duration LengthOf(const std::vector<OpenSpan>& spans) {
  absl::Duration length;
  for (const OpenSpan& span : spans) length += span.end - span.begin;
  return length;
}

absl::Duration OpenWithin(const std::vector<OpenSpan>& spans, absl::Duration since_midnight) {
  absl::Duration open;
  for (const OpenSpan& span : spans) {
    if (since_midnight > span.begin) open += std::min(since_midnight, span.end) - span.begin;
  }
  return open;
}

}  // namespace

BusinessCalendar::BusinessCalendar(std::string name, absl::TimeZone zone, const WeeklyHours& week,
                                   std::vector<absl::CivilDay> holidays)
    : name_(std::move(name)), zone_(zone), week_(week) {
  open_before_weekday_[0] = absl::ZeroDuration();
  for (size_t i = 0; i < week_.size(); ++i) open_before_weekday_[i + 1] = open_before_weekday_[i] + LengthOf(week_[i]);
  std::sort(holidays.begin(), holidays.end());
  holidays.erase(std::unique(holidays.begin(), holidays.end()), holidays.end());
  absl::Duration lost;
  for (const absl::CivilDay& holiday : holidays) {
    const int64_t day = holiday - absl::CivilDay(1970, 1, 1);
    const absl::Duration length = LengthOf(week_[WeekdayOf(day)]);
    if (length == absl::ZeroDuration()) continue;
    holidays_.push_back({day, lost, length});
    lost += length;
  }
}

bool BusinessCalendar::IsHoliday(int64_t day) const {
  const auto found = std::lower_bound(holidays_.begin(), holidays_.end(), day,
                                      [](const Holiday& holiday, int64_t wanted) { return holiday.day < wanted; });
  return found != holidays_.end() && found->day == day;
}

const std::vector<OpenSpan>& BusinessCalendar::SpansOf(int64_t day) const {
  static const auto& closed = *new std::vector<OpenSpan>();
  return IsHoliday(day) ? closed : week_[WeekdayOf(day)];
}

absl::Duration BusinessCalendar::OpenBefore(int64_t day) const {
  const absl::Duration by_weeks =
      FloorDivide(day - kMonday, 7) * open_before_weekday_.back() + open_before_weekday_[WeekdayOf(day)];
  const auto next = std::lower_bound(holidays_.begin(), holidays_.end(), day,
                                     [](const Holiday& holiday, int64_t wanted) { return holiday.day < wanted; });
  if (next == holidays_.begin()) return by_weeks;
  const Holiday& last = *std::prev(next);
  return by_weeks - last.lost_before - last.lost;
}

absl::Duration BusinessCalendar::OpenUntil(WallTime time) const {
  const int64_t day = DayOf(time);
  return OpenBefore(day) + OpenWithin(SpansOf(day), time - day * kDay);
}

BusinessCalendar::WallTime BusinessCalendar::WhenOpenReaches(absl::Duration open, WallTime from) const {
  // The day is found by halving; a bound is where the weeks alone suffice, had every holiday still to come.
  int64_t low = DayOf(from);
  absl::Duration rest;
  absl::Duration wanted = open - OpenBefore(low);
  if (!holidays_.empty()) wanted += holidays_.back().lost_before + holidays_.back().lost;
  int64_t high = low + 7 * (absl::IDivDuration(wanted, open_before_weekday_.back(), &rest) + 2);
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (OpenBefore(middle + 1) >= open) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  absl::Duration left = open - OpenBefore(low);
  for (const OpenSpan& span : SpansOf(low)) {
    const absl::Duration length = span.end - span.begin;
    if (left <= length) return low * kDay + span.begin + left;
    left -= length;
  }
  return (low + 1) * kDay;  // not reached: the day has what is left
}

BusinessCalendar::Stretch BusinessCalendar::StretchAt(absl::Time time) const {
  Stretch stretch{absl::Seconds(zone_.At(time).offset), absl::InfiniteFuture()};
  absl::TimeZone::CivilTransition change;
  if (zone_.NextTransition(time, &change)) stretch.end = zone_.At(change.to).trans;
  return stretch;
}

absl::Time BusinessCalendar::Add(absl::Time from, absl::Duration work) const {
  while (work > absl::ZeroDuration()) {
    const Stretch stretch = StretchAt(from);
    const WallTime wall = OnTheWall(from, stretch.offset);
    const absl::Duration before = OpenUntil(wall);
    const absl::Time done = absl::UnixEpoch() + WhenOpenReaches(before + work, wall) - stretch.offset;
    if (done <= stretch.end) return done;
    work -= OpenUntil(OnTheWall(stretch.end, stretch.offset)) - before;
    from = stretch.end;
  }
  return from;
}

absl::Duration BusinessCalendar::Between(absl::Time from, absl::Time to) const {
  if (to < from) return -Between(to, from);
  absl::Duration open;
  while (from < to) {
    const Stretch stretch = StretchAt(from);
    const absl::Time end = std::min(stretch.end, to);
    open += OpenUntil(OnTheWall(end, stretch.offset)) - OpenUntil(OnTheWall(from, stretch.offset));
    from = end;
  }
  return open;
}

absl::Time AddOpenTime(const BusinessCalendar* calendar, absl::Time from, absl::Duration work) {
  return calendar == nullptr ? from + work : calendar->Add(from, work);
}

absl::Duration OpenTimeBetween(const BusinessCalendar* calendar, absl::Time from, absl::Time to) {
  return calendar == nullptr ? to - from : calendar->Between(from, to);
}

}  // namespace switchboard
