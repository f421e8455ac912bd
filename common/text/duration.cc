#include "common/text/duration.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

struct Unit {
  std::string_view name;
  absl::Duration length;
};

// Largest first, for formatting. "m" stands before "ms" only in size: parsing takes the whole run of letters.
constexpr Unit kUnits[] = {
    {"d", absl::Hours(24)},        {"h", absl::Hours(1)},         {"m", absl::Minutes(1)},      {"s", absl::Seconds(1)},
    {"ms", absl::Milliseconds(1)}, {"us", absl::Microseconds(1)}, {"ns", absl::Nanoseconds(1)},
};

absl::Duration UnitLength(std::string_view name) {
  if (name == "w") return absl::Hours(7 * 24);
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return unit.length;
  }
  return absl::ZeroDuration();
}

// Cuts the longest run of characters that `belongs` accepts off the front of `text`.
template <typename Predicate>
std::string_view TakeWhile(std::string_view& text, Predicate belongs) {
  size_t length = 0;
  while (length < text.size() && belongs(text[length])) ++length;
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

}  // namespace

absl::StatusOr<absl::Duration> DurationFromText(std::string_view text) {
  const absl::Status error = absl::InvalidArgumentError("must be a duration such as 30s, 15m, 1h30m or 2d");
  if (text == "0") return absl::ZeroDuration();
  if (text.empty()) return error;
  absl::Duration total;
  while (!text.empty()) {
    const std::string_view number = TakeWhile(text, [](char c) { return absl::ascii_isdigit(c) || c == '.'; });
    const std::string_view unit = TakeWhile(text, [](char c) { return absl::ascii_isalpha(c); });
    const absl::Duration length = UnitLength(unit);
    if (length == absl::ZeroDuration()) return error;
    int64_t whole = 0;
    double fraction = 0;
    if (absl::SimpleAtoi(ToAbsl(number), &whole)) {
      total += whole * length;
    } else if (absl::SimpleAtod(ToAbsl(number), &fraction)) {
      total += fraction * length;
    } else {
      return error;
    }
  }
  if (total > absl::Hours(24 * 366 * 100)) return absl::InvalidArgumentError("must not exceed a hundred years");
  return total;
}

std::string DurationToText(absl::Duration duration) {
  if (duration == absl::InfiniteDuration()) return "inf";
  if (duration < absl::ZeroDuration()) return StrCat("-", DurationToText(-duration));
  if (duration > absl::Seconds(1) && duration < absl::Minutes(1)) {
    return StrCat(absl::ToDoubleSeconds(absl::Trunc(duration, absl::Milliseconds(1))), "s");
  }
  std::string text;
  int parts = 0;
  for (const Unit& unit : kUnits) {
    const int64_t count = absl::IDivDuration(duration, unit.length, &duration);
    if (count > 0) StrAppend(&text, count, unit.name);
    if (count > 0 || parts > 0) ++parts;
    if (parts == 2) break;
  }
  return text.empty() ? "0s" : text;
}

}  // namespace switchboard
