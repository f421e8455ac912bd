#include "services/triage/calendar_parser.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "re2/re2.h"

namespace switchboard::triage {
namespace {

constexpr size_t kMostTextBytes = 100;
constexpr size_t kMostSpansPerDay = 20;
constexpr size_t kMostHolidays = 2000;
constexpr absl::Duration kDay = absl::Hours(24);
// Less than this, and a target of a year would be due in another century.
constexpr absl::Duration kLeastWeek = absl::Hours(1);

absl::Duration LengthOf(const WeeklyHours& week) {
  absl::Duration length;
  for (const std::vector<OpenSpan>& day : week) {
    for (const OpenSpan& span : day) length += span.end - span.begin;
  }
  return length;
}

// "08:30" … "24:00".
std::optional<absl::Duration> TimeOfDay(int hours, int minutes) {
  const absl::Duration time = absl::Hours(hours) + absl::Minutes(minutes);
  if (minutes > 59 || time > kDay) return std::nullopt;
  return time;
}

// "08:30-12:00", "22:00-06:00"; the end of the latter is smaller than its begin.
std::optional<OpenSpan> SpanIn(const std::string& text) {
  static const RE2& form = *new RE2(R"((\d\d):(\d\d)\s*-\s*(\d\d):(\d\d))");
  int begin_hour = 0, begin_minute = 0, end_hour = 0, end_minute = 0;
  if (!RE2::FullMatch(text, form, &begin_hour, &begin_minute, &end_hour, &end_minute)) return std::nullopt;
  const auto begin = TimeOfDay(begin_hour, begin_minute);
  const auto end = TimeOfDay(end_hour, end_minute);
  if (!begin || !end || *begin == *end || *begin == kDay) return std::nullopt;
  return OpenSpan{*begin, *end};
}

// Into the day, and into the next where it goes on past midnight.
void AddSpan(const OpenSpan& span, size_t day, WeeklyHours& week) {
  if (span.begin < span.end) return week[day].push_back(span);
  week[day].push_back({span.begin, kDay});
  if (span.end > absl::ZeroDuration()) week[(day + 1) % week.size()].push_back({absl::ZeroDuration(), span.end});
}

bool SortAndCheck(std::vector<OpenSpan>& day) {
  std::sort(day.begin(), day.end(), [](const OpenSpan& a, const OpenSpan& b) { return a.begin < b.begin; });
  return std::adjacent_find(day.begin(), day.end(),
                            [](const OpenSpan& a, const OpenSpan& b) { return b.begin < a.end; }) == day.end();
}

void ReadHours(YamlReader& in, const YAML::Node& node, const std::string& field, CalendarParts* to) {
  const bool well_before = in.ok();
  WeeklyHours week;
  const auto day_reader = [&](size_t day) {
    return [&in, &week, day](const YAML::Node& each, const std::string& path) {
      in.ReadList(each, path, kMostSpansPerDay, [&](const YAML::Node& item, const std::string& item_path) {
        const auto text = in.ReadText(item, item_path, kMostTextBytes);
        if (!text) return;
        if (const auto span = SpanIn(*text)) return AddSpan(*span, day, week);
        in.Fail(item, item_path, "must be two different times such as 08:30-12:00, 22:00-06:00 or 00:00-24:00");
      });
    };
  };
  in.ReadMap(node, field,
             {{"monday", false, day_reader(0)},
              {"tuesday", false, day_reader(1)},
              {"wednesday", false, day_reader(2)},
              {"thursday", false, day_reader(3)},
              {"friday", false, day_reader(4)},
              {"saturday", false, day_reader(5)},
              {"sunday", false, day_reader(6)}});
  if (well_before && !in.ok()) return;
  const bool in_order = std::all_of(week.begin(), week.end(), [](auto& day) { return SortAndCheck(day); });
  if (!in_order) return in.Fail(node, field, "has hours that overlap; write each open hour once");
  if (LengthOf(week) < kLeastWeek) return in.Fail(node, field, "must be open for an hour a week at least");
  to->hours = std::move(week);
}

void ReadTimeZone(YamlReader& in, const YAML::Node& node, const std::string& field, CalendarParts* to) {
  // No path on the machine, and nothing that means another zone on another machine.
  static const RE2& form = *new RE2("UTC|[A-Z][A-Za-z_]*(/[A-Za-z0-9_+-]+)+");
  const auto name = in.ReadText(node, field, kMostTextBytes);
  if (!name) return;
  absl::TimeZone zone;
  if (RE2::FullMatch(*name, form) && absl::LoadTimeZone(*name, &zone)) {
    to->time_zone = zone;
    return;
  }
  absl::TimeZone known;
  const bool has_database = absl::LoadTimeZone("Europe/London", &known);
  in.Fail(node, field,
          has_database ? "must be the IANA name of a time zone, such as America/Toronto or UTC"
                       : "cannot be looked up: this machine has no time zones; install the package tzdata on it");
}

void ReadHoliday(YamlReader& in, const YAML::Node& node, const std::string& field, CalendarParts* to) {
  const auto text = in.ReadText(node, field, kMostTextBytes);
  if (!text) return;
  absl::CivilDay day;
  if (!absl::ParseCivilTime(*text, &day) || absl::FormatCivilTime(day) != *text) {
    return in.Fail(node, field, "must be a date such as 2026-12-25");
  }
  if (std::find(to->holidays.begin(), to->holidays.end(), day) != to->holidays.end()) {
    return in.Fail(node, field, absl::StrCat(*text, " is listed twice"));
  }
  to->holidays.push_back(day);
}

}  // namespace

YamlReader::Read TimeZoneReader(YamlReader& in, CalendarParts* to) {
  return [&in, to](const YAML::Node& node, const std::string& field) { ReadTimeZone(in, node, field, to); };
}

YamlReader::Read HoursReader(YamlReader& in, CalendarParts* to) {
  return [&in, to](const YAML::Node& node, const std::string& field) { ReadHours(in, node, field, to); };
}

YamlReader::Read HolidaysReader(YamlReader& in, CalendarParts* to) {
  return [&in, to](const YAML::Node& node, const std::string& field) {
    in.ReadList(node, field, kMostHolidays,
                [&in, to](const YAML::Node& item, const std::string& path) { ReadHoliday(in, item, path, to); });
  };
}

YamlReader::Read ServiceLevelReader(YamlReader& in, ServiceLevel* to) {
  return [&in, to](const YAML::Node& node, const std::string& field) {
    const auto duration = [&in](absl::Duration* place) {
      return [&in, place](const YAML::Node& each, const std::string& path) {
        *place = in.ReadDuration(each, path).value_or(*place);
      };
    };
    in.ReadMap(node, field,
               {{"urgent", false, duration(&to->urgent)},
                {"high", false, duration(&to->high)},
                {"normal", false, duration(&to->normal)},
                {"low", false, duration(&to->low)}});
  };
}

YamlReader::Read ResolutionReader(YamlReader& in, ResolutionTargets* to) {
  return [&in, to](const YAML::Node& node, const std::string& field) {
    const auto duration = [&in](std::optional<absl::Duration>* place) {
      return [&in, place](const YAML::Node& each, const std::string& path) { *place = in.ReadDuration(each, path); };
    };
    in.ReadMap(node, field,
               {{"urgent", false, duration(&to->urgent)},
                {"high", false, duration(&to->high)},
                {"normal", false, duration(&to->normal)},
                {"low", false, duration(&to->low)}});
  };
}

std::shared_ptr<const BusinessCalendar> MakeCalendar(const std::string& id, const CalendarParts& parts) {
  if (!parts.time_zone || !parts.hours) return nullptr;
  return std::make_shared<const BusinessCalendar>(id, *parts.time_zone, *parts.hours, parts.holidays);
}

}  // namespace switchboard::triage
