// The options of a program: flags > environment (SWITCHBOARD_*) > YAML file > default.
//
//   ServerOptions options;                                  // one struct per service, defaults in its members
//   OptionTable table("switchboardd", "Takes in, sorts, routes …");
//   table.Add("listen", options.listen, "host:port of the API");          // --listen, SWITCHBOARD_LISTEN, `listen:`
//   table.Add("database", options.database, "libpq conninfo", {.secret = true});
//   absl::Status status = table.Load(argc, argv);
//
// The name data-dir is the flag --data-dir, the variable SWITCHBOARD_DATA_DIR and the key data_dir.
#ifndef SWITCHBOARD_COMMON_CONFIG_OPTION_TABLE_H_
#define SWITCHBOARD_COMMON_CONFIG_OPTION_TABLE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace YAML {
class Node;
}

namespace switchboard {

struct OptionTraits {
  bool secret = false;                 // never printed
  std::string_view value_name = "";    // in the help; empty: by type
  std::string_view group = "Options";  // heading in the help
};

// Filled and read by one thread.
class OptionTable {
 public:
  OptionTable(std::string program, std::string description);

  // Binds an option to the variable that holds its default and receives its value; it must outlive the table.
  // Booleans are set by --name and --no-name; durations are written "15m"; lists are separated by commas, or are YAML
  // lists.
  void Add(std::string name, std::string& target, std::string help, OptionTraits traits = {});
  void Add(std::string name, int& target, std::string help, OptionTraits traits = {});
  void Add(std::string name, int64_t& target, std::string help, OptionTraits traits = {});
  void Add(std::string name, double& target, std::string help, OptionTraits traits = {});
  void Add(std::string name, bool& target, std::string help, OptionTraits traits = {});
  void Add(std::string name, absl::Duration& target, std::string help, OptionTraits traits = {});
  void Add(std::string name, std::vector<std::string>& target, std::string help, OptionTraits traits = {});

  using Environment = std::function<std::optional<std::string>(const std::string& name)>;

  // Reads the file named by --config or SWITCHBOARD_CONFIG (if any), then the environment, then the flags.
  // INVALID_ARGUMENT lists everything that is wrong in all three, each with its place (file:line:column, variable,
  // flag): unknown flags and keys (with the nearest known name), bad values, a file that cannot be read, arguments that
  // are no flags. Variables SWITCHBOARD_* that are no option are left alone.
  absl::Status Load(int argc, const char* const* argv);
  absl::Status Load(const std::vector<std::string>& arguments, const Environment& environment);

  // Everything in force, as YAML that could be loaded again; secrets print as "***", and passwords inside a conninfo or
  // URL are secrets anywhere.
  std::string Print() const;

  // The text of --help.
  std::string Help() const;

 private:
  struct Option {
    std::string name;
    std::string help;
    std::string value_name;
    std::string group;
    bool secret = false;
    bool is_flag = false;  // boolean
    bool is_list = false;
    std::function<absl::Status(const std::string& text)> parse;
    std::function<std::string()> print;
  };

  void AddOption(Option option, std::string name, std::string help, OptionTraits traits);
  const Option* Find(std::string_view name) const;
  std::string NearestName(std::string_view name) const;
  void LoadFile(const std::string& path, std::vector<std::string>& errors);
  void LoadEntry(const std::string& path, const YAML::Node& key_node, const YAML::Node& value,
                 std::set<std::string>& seen, std::vector<std::string>& errors);
  void LoadEnvironment(const Environment& environment, std::vector<std::string>& errors);
  void LoadFlags(const std::vector<std::string>& arguments, std::vector<std::string>& errors);

  const std::string program_;
  const std::string description_;
  std::string config_file_;
  std::vector<Option> options_;
};

// A conninfo or URL with its password replaced by ***.
std::string HidePasswords(std::string_view text);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_CONFIG_OPTION_TABLE_H_
