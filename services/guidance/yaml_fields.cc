#include "services/guidance/yaml_fields.h"

#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "common/text/string_view.h"

namespace switchboard::guidance {

YamlReader::Read ReadEach(YamlReader& in, size_t most, YamlReader::Read read) {
  return [&in, most, read = std::move(read)](const YAML::Node& node, const std::string& field) {
    in.ReadList(node, field, most, read);
  };
}

YamlReader::Read ReadIds(YamlReader& in, std::vector<std::string>* to) {
  return ReadEach(in, kMostNames, [&in, to](const YAML::Node& node, const std::string& field) {
    if (auto id = in.ReadId(node, field)) to->push_back(*std::move(id));
  });
}

std::optional<std::string> ReadReplyDisposition(YamlReader& in, const YAML::Node& node, const std::string& field) {
  for (const char* known : {"ANSWERED", "FACTS_FIXED", "RESTORED", "REFERRED", "DUPLICATE"}) {
    if (node.IsScalar() && node.Scalar() == known) return known;
  }
  in.Fail(node, field, "must be one of ANSWERED, FACTS_FIXED, RESTORED, REFERRED, DUPLICATE");
  return std::nullopt;
}

YamlReader::Read ReadLocalized(YamlReader& in, LocalizedText* to, size_t most_bytes) {
  return [&in, to, most_bytes](const YAML::Node& node, const std::string& field) {
    in.ReadOpenMap(node, field, [&](const YAML::Node& key, const YAML::Node& value, const std::string& path) {
      const bool known = in.ReadLanguage(key, path).has_value();
      const auto text = in.ReadText(value, path, most_bytes);
      if (known && text) (*to)[key.Scalar()] = *text;
    });
  };
}

YamlReader::Read ReadUniqueId(YamlReader& in, std::string* to, std::set<std::string>* seen, std::string_view what) {
  return [&in, to, seen, what = std::string(what)](const YAML::Node& node, const std::string& field) {
    auto id = in.ReadId(node, field);
    if (!id) return;
    if (!seen->insert(*id).second) in.Fail(node, field, StrCat("another ", what, " has the id ", *id));
    *to = *std::move(id);
  };
}

std::string CanonicalText(const YAML::Node& node, std::string_view without) {
  if (node.IsScalar()) return StrCat("\"", absl::CEscape(node.Scalar()), "\"");
  std::string text;
  if (node.IsSequence()) {
    for (const YAML::Node& item : node) StrAppend(&text, CanonicalText(item), ",");
    return StrCat("[", text, "]");
  }
  std::map<std::string, std::string> entries;
  if (node.IsMap()) {
    for (const auto& entry : node) entries[CanonicalText(entry.first)] = CanonicalText(entry.second);
    entries.erase(CanonicalText(YAML::Node(std::string(without))));
  }
  for (const auto& [key, value] : entries) StrAppend(&text, key, ":", value, ",");
  return StrCat("{", text, "}");
}

}  // namespace switchboard::guidance
