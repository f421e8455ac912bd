#include "services/triage/configuration.h"

#include <algorithm>

namespace switchboard::triage {
namespace {

template <typename Item>
const Item* FindById(const std::vector<Item>& items, std::string_view id) {
  const auto found = std::find_if(items.begin(), items.end(), [id](const Item& item) { return item.id == id; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const std::string& Topic::NameIn(const std::string& language) const {
  const auto found = name.find(language);
  if (found != name.end()) return found->second;
  return name.empty() ? id : name.begin()->second;
}

absl::Duration ServiceLevel::For(Priority priority) const {
  switch (priority) {
    case Priority::kUrgent:
      return urgent;
    case Priority::kHigh:
      return high;
    case Priority::kLow:
      return low;
    case Priority::kNormal:
      break;
  }
  return normal;
}

std::optional<absl::Duration> ResolutionTargets::For(Priority priority) const {
  switch (priority) {
    case Priority::kUrgent:
      return urgent;
    case Priority::kHigh:
      return high;
    case Priority::kLow:
      return low;
    case Priority::kNormal:
      break;
  }
  return normal;
}

const Topic* Configuration::FindTopic(std::string_view id) const { return FindById(topics, id); }
const QueueSettings* Configuration::FindQueue(std::string_view id) const { return FindById(queues, id); }
const Calendar* Configuration::FindCalendar(std::string_view id) const { return FindById(calendars, id); }

}  // namespace switchboard::triage
