// How working hours and targets are written in a configuration, read strictly.
//
//   time_zone: America/Toronto
//   hours:
//     monday: [08:30-12:00, 13:00-16:30]
//     friday: [22:00-06:00]              # into Saturday
//   holidays: [2026-12-25, 2026-12-28]
#ifndef SWITCHBOARD_SERVICES_TRIAGE_CALENDAR_PARSER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_CALENDAR_PARSER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/time/business_calendar.h"
#include "common/yaml/yaml_reader.h"
#include "services/triage/configuration.h"

namespace switchboard::triage {

// What a calendar is made of; what had a mistake is missing.
struct CalendarParts {
  std::optional<absl::TimeZone> time_zone;
  std::optional<WeeklyHours> hours;
  std::vector<absl::CivilDay> holidays;
};

// Readers that put what they read into a place; `in` and the place outlive them.
YamlReader::Read TimeZoneReader(YamlReader& in, CalendarParts* to);
YamlReader::Read HoursReader(YamlReader& in, CalendarParts* to);
YamlReader::Read HolidaysReader(YamlReader& in, CalendarParts* to);
YamlReader::Read ServiceLevelReader(YamlReader& in, ServiceLevel* to);
YamlReader::Read ResolutionReader(YamlReader& in, ResolutionTargets* to);

// Null where a part is missing.
std::shared_ptr<const BusinessCalendar> MakeCalendar(const std::string& id, const CalendarParts& parts);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_CALENDAR_PARSER_H_
