// Strict reading of YAML: every key must be known, every value of its kind, and all that is wrong is collected with
// its place instead of stopping at the first.
#ifndef SWITCHBOARD_COMMON_YAML_YAML_READER_H_
#define SWITCHBOARD_COMMON_YAML_YAML_READER_H_

#include <yaml-cpp/yaml.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/yaml/yaml_error.h"

namespace switchboard {

// Not thread-safe. `field` names are paths such as "topics[3].rules[0].pattern".
class YamlReader {
 public:
  using Read = std::function<void(const YAML::Node& node, const std::string& field)>;
  struct Key {
    const char* name;
    bool required;
    Read read;
  };

  explicit YamlReader(std::string_view file_name) : file_(file_name) {}

  // Reads a whole file: `read` gets its root. What is too large or not YAML is an error like any other. YamlRefusal()
  // of all errors; OK where there were none.
  absl::Status ReadFile(std::string_view yaml, size_t most_bytes, absl::FunctionRef<void(const YAML::Node& root)> read,
                        std::vector<YamlError>* errors);

  void Fail(const YAML::Mark& mark, const std::string& field, std::string_view reason);
  void Fail(const YAML::Node& node, const std::string& field, std::string_view reason) {
    Fail(node.Mark(), field, reason);
  }

  // Calls each known key's reader; unknown, repeated and missing keys are errors.
  void ReadMap(const YAML::Node& node, const std::string& field, std::initializer_list<Key> keys);
  // A map whose keys are the author's own, e.g. language codes.
  void ReadOpenMap(const YAML::Node& node, const std::string& field,
                   const std::function<void(const YAML::Node& key, const YAML::Node&, const std::string&)>& read);
  void ReadList(const YAML::Node& node, const std::string& field, size_t most, const Read& read);

  // Nothing after an error was noted.
  std::optional<std::string> ReadText(const YAML::Node& node, const std::string& field, size_t most_bytes);
  std::optional<std::string> ReadId(const YAML::Node& node, const std::string& field);
  std::optional<std::string> ReadLanguage(const YAML::Node& node, const std::string& field);
  std::optional<double> ReadNumber(const YAML::Node& node, const std::string& field, double least, double most);
  std::optional<int> ReadInteger(const YAML::Node& node, const std::string& field, int least, int most);
  // "90s", "15m", "1h30m", "3d"; more than nothing and at most a year.
  std::optional<absl::Duration> ReadDuration(const YAML::Node& node, const std::string& field);

  // Nothing wrong was found yet.
  bool ok() const { return errors_.empty(); }

 private:
  std::string file_;
  std::vector<YamlError> errors_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_YAML_YAML_READER_H_
