// What strict reading of a file finds wrong in it.
#ifndef SWITCHBOARD_COMMON_YAML_YAML_ERROR_H_
#define SWITCHBOARD_COMMON_YAML_YAML_ERROR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace switchboard {

// One thing that is wrong, where it is wrong. Lines and columns count from 1.
struct YamlError {
  std::string file = {};
  int line = 0;
  int column = 0;
  std::string field = {};  // e.g. "topics[3].rules[0].pattern"
  std::string reason = {};

  // "starter.yaml:12:5: topics[3].id: …"
  std::string ToString() const;
};

// INVALID_ARGUMENT with one line per error, ordered by place; `errors`, where given, receives them in that order.
absl::Status YamlRefusal(std::vector<YamlError> found, std::vector<YamlError>* errors);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_YAML_YAML_ERROR_H_
