#include "common/yaml/yaml_reader.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace switchboard {
namespace {

constexpr size_t kMostIdBytes = 63;

bool IsId(std::string_view text) {
  if (text.empty() || text.size() > kMostIdBytes || text[0] < 'a' || text[0] > 'z') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool IsLanguage(std::string_view text) {
  return (text.size() == 2 || text.size() == 3) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::optional<absl::Duration> UnitOf(char unit) {
  switch (unit) {
    case 's':
      return absl::Seconds(1);
    case 'm':
      return absl::Minutes(1);
    case 'h':
      return absl::Hours(1);
    case 'd':
      return absl::Hours(24);
    default:
      return std::nullopt;
  }
}

std::optional<absl::Duration> ParseDuration(std::string_view text) {
  absl::Duration total;
  size_t at = 0;
  while (at < text.size()) {
    const size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    int count = 0;
    if (at == start || at == text.size() || !absl::SimpleAtoi(std::string(text.substr(start, at - start)), &count)) {
      return std::nullopt;
    }
    const auto unit = UnitOf(text[at++]);
    if (!unit) return std::nullopt;
    total += count * *unit;
  }
  if (total <= absl::ZeroDuration() || total > absl::Hours(24 * 366)) return std::nullopt;
  return total;
}

std::string Child(const std::string& field, std::string_view key) {
  return field.empty() ? std::string(key) : absl::StrCat(field, ".", std::string(key));
}

}  // namespace

absl::Status YamlReader::ReadFile(std::string_view yaml, size_t most_bytes,
                                  absl::FunctionRef<void(const YAML::Node& root)> read,
                                  std::vector<YamlError>* errors) {
  if (yaml.size() > most_bytes) {
    Fail(YAML::Mark(), "", absl::StrCat("is larger than ", most_bytes, " bytes"));
    return YamlRefusal(errors_, errors);
  }
  try {
    read(YAML::Load(std::string(yaml)));
  } catch (const YAML::Exception& error) {
    Fail(error.mark, "", absl::StrCat("not YAML: ", error.msg));
  }
  return errors_.empty() ? absl::OkStatus() : YamlRefusal(errors_, errors);
}

void YamlReader::Fail(const YAML::Mark& mark, const std::string& field, std::string_view reason) {
  errors_.push_back({file_, mark.line + 1, mark.column + 1, field, std::string(reason)});
}

void YamlReader::ReadOpenMap(
    const YAML::Node& node, const std::string& field,
    const std::function<void(const YAML::Node& key, const YAML::Node&, const std::string&)>& read) {
  if (!node.IsMap()) return Fail(node, field, "must be a map of keys and values");
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) {
      Fail(entry.first, field, "a key must be a plain word");
      continue;
    }
    const std::string& key = entry.first.Scalar();
    if (!seen.insert(key).second) {
      Fail(entry.first, Child(field, key), "is given twice");
    } else {
      read(entry.first, entry.second, Child(field, key));
    }
  }
}

void YamlReader::ReadMap(const YAML::Node& node, const std::string& field, std::initializer_list<Key> keys) {
  if (!node.IsMap()) return Fail(node, field, "must be a map of keys and values");
  for (const auto& entry : node) {
    const auto known = [&](const Key& key) { return entry.first.IsScalar() && entry.first.Scalar() == key.name; };
    if (std::none_of(keys.begin(), keys.end(), known)) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "?";
      const auto names = absl::StrJoin(keys, ", ", [](std::string* out, const Key& key) { out->append(key.name); });
      Fail(entry.first, Child(field, name), absl::StrCat("unknown key; the keys here are ", names));
    }
  }
  std::set<std::string> given;
  ReadOpenMap(node, field, [&](const YAML::Node& key, const YAML::Node& value, const std::string& path) {
    given.insert(key.Scalar());
    for (const Key& each : keys) {
      if (key.Scalar() == each.name) each.read(value, path);
    }
  });
  for (const Key& key : keys) {
    if (key.required && !given.contains(key.name)) Fail(node, Child(field, key.name), "is missing");
  }
}

void YamlReader::ReadList(const YAML::Node& node, const std::string& field, size_t most, const Read& read) {
  if (!node.IsSequence()) return Fail(node, field, "must be a list");
  if (node.size() > most) {
    return Fail(node, field, absl::StrCat("has ", node.size(), " entries; at most ", most, " are allowed"));
  }
  size_t index = 0;
  for (const YAML::Node& item : node) read(item, absl::StrCat(field, "[", index++, "]"));
}

std::optional<std::string> YamlReader::ReadText(const YAML::Node& node, const std::string& field, size_t most_bytes) {
  if (!node.IsScalar() || node.Scalar().empty()) {
    Fail(node, field, "must be a text that is not empty");
    return std::nullopt;
  }
  if (node.Scalar().size() > most_bytes) {
    Fail(node, field, absl::StrCat("is longer than ", most_bytes, " bytes"));
    return std::nullopt;
  }
  return node.Scalar();
}

std::optional<std::string> YamlReader::ReadId(const YAML::Node& node, const std::string& field) {
  if (node.IsScalar() && IsId(node.Scalar())) return node.Scalar();
  Fail(node, field, "must be an id: a small letter, then at most 62 small letters, digits or hyphens");
  return std::nullopt;
}

std::optional<std::string> YamlReader::ReadLanguage(const YAML::Node& node, const std::string& field) {
  if (node.IsScalar() && IsLanguage(node.Scalar())) return node.Scalar();
  Fail(node, field, "must be a language code of two or three small letters, such as en or fr");
  return std::nullopt;
}

std::optional<double> YamlReader::ReadNumber(const YAML::Node& node, const std::string& field, double least,
                                             double most) {
  double value = 0;
  if (node.IsScalar() && absl::SimpleAtod(node.Scalar(), &value) && value >= least && value <= most) return value;
  Fail(node, field, absl::StrCat("must be a number between ", least, " and ", most));
  return std::nullopt;
}

std::optional<int> YamlReader::ReadInteger(const YAML::Node& node, const std::string& field, int least, int most) {
  int value = 0;
  if (node.IsScalar() && absl::SimpleAtoi(node.Scalar(), &value) && value >= least && value <= most) return value;
  Fail(node, field, absl::StrCat("must be a whole number between ", least, " and ", most));
  return std::nullopt;
}

std::optional<absl::Duration> YamlReader::ReadDuration(const YAML::Node& node, const std::string& field) {
  const auto value = node.IsScalar() ? ParseDuration(node.Scalar()) : std::nullopt;
  if (!value) Fail(node, field, "must be a duration such as 90s, 15m, 1h30m or 3d, of at most 366d");
  return value;
}

}  // namespace switchboard
