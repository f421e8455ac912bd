// Clocks through the real programs: they count in the queue's calendar, and a statute holds as it stood.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "tests/e2e/e2e_server.h"
#include "tests/support/program.h"
#include "tests/support/small_configuration.h"
#include "tests/support/temporary_directory.h"

namespace switchboard::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kCalendars[] = R"(
calendars:
  - id: city-hall
    time_zone: America/Toronto
    hours: {monday: [09:00-10:00], thursday: [09:00-10:00]}
queues:
)";

// The small configuration with an office that opens for two hours a week, and a statute of so many days for potholes.
std::string WithOfficeHours(const std::string& statute) {
  return absl::StrReplaceAll(kSmallConfiguration, {{"\nqueues:\n", kCalendars},
                                                   {"  - id: roads\n", "  - id: roads\n    calendar: city-hall\n"},
                                                   {"    lease: 15m\n", "    lease: 15m\n    resolution: {high: 4h}\n"},
                                                   {"  - id: potholes\n", "  - id: potholes\n" + statute}});
}

absl::Time TimeIn(const nlohmann::json& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text.get<std::string>(), &time, &error)) << text;
  return time;
}

nlohmann::json ClockOf(const ServerProcess& server, const std::string& inquiry, const std::string& kind) {
  const std::vector<nlohmann::json> shown = ClientJson(server, {"inquiry", "show", inquiry});
  for (const nlohmann::json& clock : shown.at(0)["inquiry"]["clocks"]) {
    if (clock["kind"] == kind) return clock;
  }
  ADD_FAILURE() << inquiry << " has no clock " << kind;
  return {};
}

TEST(Clocks, CountInTheCalendarAndByTheLawAsItStood) {
  const auto server = StartServer();
  Apply(*server, WithOfficeHours("    statute: 30d\n"));
  Api api(server->NewChannel());
  const auto told = api.Submit(RoadRequest());
  ASSERT_TRUE(told.ok()) << told.status();
  const absl::Time created = absl::FromUnixSeconds(told->create_time().seconds());

  // Two open hours are a week, whatever day it is; a promise to the citizen ends when the office closes.
  const absl::Time due = absl::FromUnixSeconds(told->first_response_due_time().seconds());
  EXPECT_GT(due, created + absl::Hours(24));
  EXPECT_LE(due, created + absl::Hours(24 * 7 + 1));
  const nlohmann::json first = ClockOf(*server, told->name(), "FIRST_RESPONSE");
  EXPECT_EQ(absl::ToUnixSeconds(TimeIn(first["due_time"])), absl::ToUnixSeconds(due));
  EXPECT_EQ(first["calendar"], "city-hall");
  EXPECT_NE(first["remaining"], first["business_remaining"]);
  const absl::Time resolution = TimeIn(ClockOf(*server, told->name(), "RESOLUTION")["due_time"]);
  EXPECT_GE(resolution, created + absl::Hours(24 * 7));

  // A later configuration moves neither what was promised nor what the law wants.
  const nlohmann::json statutory = ClockOf(*server, told->name(), "STATUTORY");
  EXPECT_EQ(TimeIn(statutory["due_time"]), TimeIn(statutory["start_time"]) + absl::Hours(24 * 30));
  for (const char* statute : {"    statute: 2d\n", ""}) {
    Apply(*server, WithOfficeHours(statute));
    EXPECT_EQ(ClockOf(*server, told->name(), "STATUTORY")["due_time"], statutory["due_time"]);
    EXPECT_EQ(ClockOf(*server, told->name(), "FIRST_RESPONSE")["due_time"], first["due_time"]);
  }
  const ProgramResult shown = RunClient(server->address(), {"inquiry", "show", told->name()});
  EXPECT_THAT(shown.out, AllOf(HasSubstr("STATUTORY for potholes, due "), HasSubstr(" of city-hall) left"),
                               HasSubstr("STATUTE_APPLIED in roads as potholes: an outcome within 720h")));
}

TEST(Clocks, AMistakeInACalendarIsRefusedWithWhatToDo) {
  const auto server = StartServer();
  const TemporaryDirectory directory;
  WriteFile(directory.File("bad.yaml"), absl::StrReplaceAll(WithOfficeHours(""), {{"America/Toronto", "Rivermouth"}}));
  const ProgramResult refused = RunClient(server->address(), {"apply", "-f", directory.File("bad.yaml")});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("bad.yaml:29:16"), HasSubstr("calendars[0].time_zone"),
                                 HasSubstr("such as America/Toronto")));
}

TEST(Clocks, AMachineWithoutTimeZonesSaysWhatToInstall) {
  const TemporaryDirectory directory;
  WriteFile(directory.File("good.yaml"), WithOfficeHours(""));
  const ProgramResult refused =
      RunProgram(ClientCommand("127.0.0.1:1", {"topics", "lint", "-f", directory.File("good.yaml")}),
                 {{"TZDIR", directory.File("no-zones")}});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("good.yaml:"), HasSubstr("install the package tzdata")));
}

}  // namespace
}  // namespace switchboard::e2e
