#include "common/config/option_table.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/text/duration.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

constexpr char kEnvironmentPrefix[] = "SWITCHBOARD_";
constexpr char kHidden[] = "***";
constexpr size_t kHelpColumn = 34;
constexpr int kFarthestSuggestion = 3;

std::string VariableOf(std::string_view name) {
  return StrCat(kEnvironmentPrefix, absl::AsciiStrToUpper(absl::StrReplaceAll(ToAbsl(name), {{"-", "_"}})));
}

std::string KeyOf(std::string_view name) { return absl::StrReplaceAll(ToAbsl(name), {{"-", "_"}}); }
std::string NameOf(std::string_view key) { return absl::StrReplaceAll(ToAbsl(key), {{"_", "-"}}); }

// How many characters must be changed, added or left out to turn one into the other.
int EditDistance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = std::exchange(row[0], static_cast<int>(i));
    for (size_t j = 1; j <= b.size(); ++j) {
      const int substituted = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

absl::StatusOr<bool> ParseBool(std::string_view text) {
  for (const std::string_view yes : {"true", "yes", "on", "1"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"false", "no", "off", "0"}) {
    if (text == no) return false;
  }
  return absl::InvalidArgumentError("must be true or false");
}

std::vector<std::string> SplitList(const std::string& text) {
  std::vector<std::string> items;
  for (const absl::string_view item : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    items.emplace_back(absl::StripAsciiWhitespace(item));
  }
  return items;
}

std::string QuoteYaml(std::string_view text) {
  YAML::Emitter emitter;
  emitter << YAML::DoubleQuoted << std::string(text);
  return emitter.c_str();
}

std::string PlaceOf(const std::string& path, const YAML::Mark& mark) {
  return mark.is_null() ? path : StrCat(path, ":", mark.line + 1, ":", mark.column + 1);
}

}  // namespace

OptionTable::OptionTable(std::string program, std::string description)
    : program_(std::move(program)), description_(std::move(description)) {
  Add("config", config_file_, "YAML file with any of these options", {.value_name = "FILE", .group = "General"});
}

void OptionTable::AddOption(Option option, std::string name, std::string help, OptionTraits traits) {
  option.name = std::move(name);
  option.help = std::move(help);
  option.group = std::string(traits.group);
  option.secret = traits.secret;
  if (!traits.value_name.empty()) option.value_name = std::string(traits.value_name);
  options_.push_back(std::move(option));
}

void OptionTable::Add(std::string name, std::string& target, std::string help, OptionTraits traits) {
  Option option;
  option.value_name = "TEXT";
  option.parse = [&target](const std::string& text) {
    target = text;
    return absl::OkStatus();
  };
  option.print = [&target] { return QuoteYaml(HidePasswords(target)); };
  AddOption(std::move(option), std::move(name), std::move(help), traits);
}

void OptionTable::Add(std::string name, int& target, std::string help, OptionTraits traits) {
  Option option;
  option.value_name = "N";
  option.parse = [&target](const std::string& text) {
    return absl::SimpleAtoi(text, &target) ? absl::OkStatus() : absl::InvalidArgumentError("must be a whole number");
  };
  option.print = [&target] { return StrCat(target); };
  AddOption(std::move(option), std::move(name), std::move(help), traits);
}

void OptionTable::Add(std::string name, int64_t& target, std::string help, OptionTraits traits) {
  Option option;
  option.value_name = "N";
  option.parse = [&target](const std::string& text) {
    return absl::SimpleAtoi(text, &target) ? absl::OkStatus() : absl::InvalidArgumentError("must be a whole number");
  };
  option.print = [&target] { return StrCat(target); };
  AddOption(std::move(option), std::move(name), std::move(help), traits);
}

void OptionTable::Add(std::string name, double& target, std::string help, OptionTraits traits) {
  Option option;
  option.value_name = "X";
  option.parse = [&target](const std::string& text) {
    return absl::SimpleAtod(text, &target) ? absl::OkStatus() : absl::InvalidArgumentError("must be a number");
  };
  option.print = [&target] { return StrCat(target); };
  AddOption(std::move(option), std::move(name), std::move(help), traits);
}

void OptionTable::Add(std::string name, bool& target, std::string help, OptionTraits traits) {
  Option option;
  option.is_flag = true;
  option.parse = [&target](const std::string& text) {
    const absl::StatusOr<bool> value = ParseBool(text);
    if (value.ok()) target = *value;
    return value.status();
  };
  option.print = [&target] { return std::string(target ? "true" : "false"); };
  AddOption(std::move(option), std::move(name), std::move(help), traits);
}

void OptionTable::Add(std::string name, absl::Duration& target, std::string help, OptionTraits traits) {
  Option option;
  option.value_name = "DURATION";
  option.parse = [&target](const std::string& text) {
    const absl::StatusOr<absl::Duration> value = DurationFromText(text);
    if (value.ok()) target = *value;
    return value.status();
  };
  option.print = [&target] { return DurationToText(target); };
  AddOption(std::move(option), std::move(name), std::move(help), traits);
}

void OptionTable::Add(std::string name, std::vector<std::string>& target, std::string help, OptionTraits traits) {
  Option option;
  option.value_name = "A,B,…";
  option.is_list = true;
  option.parse = [&target](const std::string& text) {
    target = SplitList(text);
    return absl::OkStatus();
  };
  option.print = [&target] {
    std::vector<std::string> quoted;
    for (const std::string& item : target) quoted.push_back(QuoteYaml(HidePasswords(item)));
    return StrCat("[", absl::StrJoin(quoted, ", "), "]");
  };
  AddOption(std::move(option), std::move(name), std::move(help), traits);
}

const OptionTable::Option* OptionTable::Find(std::string_view name) const {
  const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& o) { return o.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

std::string OptionTable::NearestName(std::string_view name) const {
  int shortest = kFarthestSuggestion + 1;
  std::string nearest;
  for (const Option& option : options_) {
    const int distance = EditDistance(name, option.name);
    if (distance >= shortest) continue;
    shortest = distance;
    nearest = option.name;
  }
  return nearest;
}

absl::Status OptionTable::Load(int argc, const char* const* argv) {
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  return Load(std::vector<std::string>(argv + std::min(argc, 1), argv + argc), environment);
}

absl::Status OptionTable::Load(const std::vector<std::string>& arguments, const Environment& environment) {
  // The file comes first as it counts least, and only flags and environment can name it.
  if (const auto from_environment = environment(VariableOf("config"))) config_file_ = *from_environment;
  for (size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (arguments[i].starts_with("--config=")) config_file_ = arguments[i].substr(9);
    if (arguments[i] == "--config" && i + 1 < arguments.size()) config_file_ = arguments[i + 1];
  }
  std::vector<std::string> errors;
  if (!config_file_.empty()) LoadFile(config_file_, errors);
  LoadEnvironment(environment, errors);
  LoadFlags(arguments, errors);
  return errors.empty() ? absl::OkStatus() : absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
}

void OptionTable::LoadFile(const std::string& path, std::vector<std::string>& errors) {
  YAML::Node root;
  try {
    root = YAML::LoadFile(path);
  } catch (const YAML::BadFile&) {
    errors.push_back(StrCat(path, ": cannot be read"));
    return;
  } catch (const YAML::Exception& error) {
    errors.push_back(StrCat(PlaceOf(path, error.mark), ": ", error.msg));
    return;
  }
  if (root.IsNull()) return;
  if (!root.IsMap()) {
    errors.push_back(StrCat(path, ": must be a list of `key: value` lines"));
    return;
  }
  std::set<std::string> seen;
  for (const auto& entry : root) LoadEntry(path, entry.first, entry.second, seen, errors);
}

void OptionTable::LoadEntry(const std::string& path, const YAML::Node& key_node, const YAML::Node& value,
                            std::set<std::string>& seen, std::vector<std::string>& errors) {
  const std::string key = key_node.IsScalar() ? key_node.Scalar() : "?";
  const std::string place = PlaceOf(path, key_node.Mark());
  const Option* option = key.find('-') == std::string::npos ? Find(NameOf(key)) : nullptr;
  if (option == nullptr || option->name == "config") {
    const std::string nearest = NearestName(NameOf(key));
    errors.push_back(StrCat(place, ": unknown key '", key, "'",
                            nearest.empty() ? "" : StrCat("; did you mean '", KeyOf(nearest), "'?")));
    return;
  }
  if (!seen.insert(key).second) {
    errors.push_back(StrCat(place, ": '", key, "' stands here twice"));
    return;
  }
  std::string text;
  if (value.IsScalar()) {
    text = value.Scalar();
  } else if (value.IsSequence() && option->is_list) {
    std::vector<std::string> items;
    for (const auto& item : value) items.push_back(item.IsScalar() ? item.Scalar() : "");
    text = absl::StrJoin(items, ",");
  } else {
    errors.push_back(StrCat(place, ": '", key, "' must be a single value"));
    return;
  }
  const absl::Status status = option->parse(text);
  if (!status.ok()) errors.push_back(StrCat(PlaceOf(path, value.Mark()), ": ", key, ": ", MessageOf(status)));
}

void OptionTable::LoadEnvironment(const Environment& environment, std::vector<std::string>& errors) {
  for (const Option& option : options_) {
    const std::string variable = VariableOf(option.name);
    const std::optional<std::string> value = environment(variable);
    if (!value.has_value()) continue;
    const absl::Status status = option.parse(*value);
    if (!status.ok()) errors.push_back(StrCat(variable, ": ", MessageOf(status)));
  }
}

void OptionTable::LoadFlags(const std::vector<std::string>& arguments, std::vector<std::string>& errors) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with("--") || argument == "--") {
      errors.push_back(StrCat("'", argument, "' is no flag; flags start with --"));
      continue;
    }
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    std::optional<std::string> value;
    if (equals != std::string::npos) value = argument.substr(equals + 1);
    const Option* option = Find(name);
    // --no-name is the opposite of --name.
    if (option == nullptr && name.starts_with("no-") && !value.has_value()) {
      option = Find(name.substr(3));
      if (option != nullptr && !option->is_flag) option = nullptr;
      value = "false";
    }
    if (option == nullptr) {
      const std::string nearest = NearestName(name);
      errors.push_back(
          StrCat("--", name, ": unknown flag", nearest.empty() ? "" : StrCat("; did you mean --", nearest, "?")));
      continue;
    }
    if (!value.has_value() && option->is_flag) value = "true";
    if (!value.has_value() && i + 1 < arguments.size()) value = arguments[++i];
    if (!value.has_value()) {
      errors.push_back(StrCat("--", name, ": needs a value"));
      continue;
    }
    const absl::Status status = option->parse(*value);
    if (!status.ok()) errors.push_back(StrCat("--", name, ": ", MessageOf(status)));
  }
}

std::string OptionTable::Print() const {
  std::string text;
  for (const Option& option : options_) {
    if (option.name == "config") continue;
    const std::string value = option.print();
    const bool is_hidden = option.secret && value != "\"\"";
    StrAppend(&text, KeyOf(option.name), ": ", is_hidden ? QuoteYaml(kHidden) : value, "\n");
  }
  return text;
}

std::string OptionTable::Help() const {
  std::map<std::string, std::string> groups;
  std::vector<std::string> order;
  for (const Option& option : options_) {
    std::string line = StrCat("  --", option.is_flag ? "[no-]" : "", option.name,
                              option.is_flag ? "" : StrCat("=", option.value_name));
    line.resize(std::max(line.size() + 1, kHelpColumn), ' ');
    const std::string initial = option.secret ? "\"\"" : option.print();
    const bool has_default = initial != "\"\"" && initial != "[]" && !(option.is_flag && initial == "false");
    StrAppend(&line, option.help, has_default ? StrCat(" [", initial, "]") : "", "\n");
    if (groups.find(option.group) == groups.end()) order.push_back(option.group);
    groups[option.group] += line;
  }
  std::string text = StrCat(program_, ": ", description_, "\n\nUsage: ", program_, " [OPTION]…\n");
  for (const std::string& group : order) StrAppend(&text, "\n", group, ":\n", groups[group]);
  StrAppend(&text,
            "\nEvery option can also be given as SWITCHBOARD_<NAME> in the environment, or as <name> in the file, "
            "with _ for -.\nFlags count more than the environment, and that more than the file.\n");
  return text;
}

std::string HidePasswords(std::string_view text) {
  std::string hidden(text);
  // Keyword form and URI parameter: password=…
  for (size_t at = 0; (at = hidden.find("password=", at)) != std::string::npos;) {
    at += 9;
    size_t end = hidden.find_first_of(" &", at);
    if (at < hidden.size() && hidden[at] == '\'') end = hidden.find('\'', at + 1) + 1;
    hidden.replace(at, std::min(end, hidden.size()) - at, kHidden);
  }
  // URI: scheme://user:password@host
  const size_t scheme = hidden.find("://");
  if (scheme == std::string::npos) return hidden;
  const size_t host = hidden.rfind('@', hidden.find('/', scheme + 3));
  const size_t colon = hidden.find(':', scheme + 3);
  if (host != std::string::npos && colon < host) hidden.replace(colon + 1, host - colon - 1, kHidden);
  return hidden;
}

}  // namespace switchboard
