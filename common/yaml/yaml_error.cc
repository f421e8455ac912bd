#include "common/yaml/yaml_error.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace switchboard {

std::string YamlError::ToString() const {
  return absl::StrCat(file, ":", line, ":", column, ": ", field.empty() ? "" : absl::StrCat(field, ": "), reason);
}

absl::Status YamlRefusal(std::vector<YamlError> found, std::vector<YamlError>* errors) {
  std::stable_sort(found.begin(), found.end(), [](const YamlError& a, const YamlError& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  const auto append = [](std::string* out, const YamlError& error) { out->append(error.ToString()); };
  absl::Status status = absl::InvalidArgumentError(absl::StrJoin(found, "\n", append));
  if (errors != nullptr) *errors = std::move(found);
  return status;
}

}  // namespace switchboard
