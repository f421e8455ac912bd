// Readers of the fields that several documents of this room have.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_YAML_FIELDS_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_YAML_FIELDS_H_

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/yaml/yaml_reader.h"
#include "services/guidance/localized_text.h"

namespace switchboard::guidance {

inline constexpr size_t kMostNames = 1000;

// What each gives reads one field into `to`; `in` and `to` outlive it.

// A list, its elements read by `read`.
YamlReader::Read ReadEach(YamlReader& in, size_t most, YamlReader::Read read);

// A list of ids as the configuration has them.
YamlReader::Read ReadIds(YamlReader& in, std::vector<std::string>* to);

// What an inquiry that gets a reply is settled as: a name of the API. Nothing after an error was noted.
std::optional<std::string> ReadReplyDisposition(YamlReader& in, const YAML::Node& node, const std::string& field);

// A text by language code.
YamlReader::Read ReadLocalized(YamlReader& in, LocalizedText* to, size_t most_bytes);

// An id that is not in `seen`, and is afterwards. `what` has it, for the error.
YamlReader::Read ReadUniqueId(YamlReader& in, std::string* to, std::set<std::string>* seen, std::string_view what);

// The same text for nodes that say the same, however they are laid out: keys in order, no comments, quotes all alike. A
// key of `node` itself that is `without` does not count.
std::string CanonicalText(const YAML::Node& node, std::string_view without = {});

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_YAML_FIELDS_H_
