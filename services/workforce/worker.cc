#include "services/workforce/worker.h"

#include <algorithm>

namespace switchboard::workforce {

const Training* Worker::FindTraining(std::string_view guideline) const {
  const auto found = std::find_if(trainings.begin(), trainings.end(),
                                  [guideline](const Training& training) { return training.guideline == guideline; });
  return found == trainings.end() ? nullptr : &*found;
}

Certification CertificationOf(const Worker& worker, std::string_view guideline, int major_version, absl::Time now) {
  const Training* training = worker.FindTraining(guideline);
  if (training == nullptr) return Certification::kNone;
  if (training->until <= now) return Certification::kExpired;
  return training->major_version == major_version ? Certification::kCurrent : Certification::kStale;
}

bool LanguagesInBoth(const std::vector<std::string>& own, const std::vector<std::string>& asked,
                     std::vector<std::string>& both) {
  both = own.empty() ? asked : own;
  if (own.empty() || asked.empty()) return true;
  both.clear();
  for (const std::string& each : asked) {
    const bool everybodys = each == "und";
    if (everybodys || std::find(own.begin(), own.end(), each) != own.end()) both.push_back(each);
  }
  return !both.empty();
}

}  // namespace switchboard::workforce
