#include "common/rpc/caller_registry.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace switchboard {
namespace {

constexpr size_t kMaxNameLength = 64;

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
}

}  // namespace

std::string_view CallerRegistry::Intern(std::string_view name) {
  if (name.empty()) return "unknown";
  if (name.size() > kMaxNameLength || !std::all_of(name.begin(), name.end(), IsNameCharacter)) return "invalid";
  std::string lower(name);
  absl::AsciiStrToLower(&lower);
  {
    absl::ReaderMutexLock lock(&mutex_);
    if (const auto found = names_.find(lower); found != names_.end()) return *found;
  }
  absl::MutexLock lock(&mutex_);
  if (const auto found = names_.find(lower); found != names_.end()) return *found;
  if (names_.size() >= max_callers_) return "other";
  return *names_.insert(std::move(lower)).first;
}

}  // namespace switchboard
