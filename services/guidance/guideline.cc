#include "services/guidance/guideline.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace switchboard::guidance {
namespace {

bool IsAmong(const std::vector<std::string>& list, std::string_view wanted) {
  return list.empty() || std::find(list.begin(), list.end(), wanted) != list.end();
}

}  // namespace

bool Scope::Covers(std::string_view topic, std::string_view channel, bool on_public_leg) const {
  return IsAmong(topics, topic) && IsAmong(channels, channel) && is_public.value_or(on_public_leg) == on_public_leg;
}

bool Guideline::AllowsNonReply(std::string_view disposition) const {
  return !non_replies || std::find(non_replies->begin(), non_replies->end(), disposition) != non_replies->end();
}

std::string Guideline::NameWithVersion() const { return absl::StrCat(id, "@", major_version, ".", minor_version); }

const Guideline* GuidelineBook::Find(std::string_view id) const {
  const auto found =
      std::find_if(guidelines.begin(), guidelines.end(), [&](const Guideline& each) { return each.id == id; });
  return found == guidelines.end() ? nullptr : &*found;
}

}  // namespace switchboard::guidance
