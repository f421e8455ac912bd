#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "re2/re2.h"
#include "services/triage/configuration_parser.h"
#include "services/triage/pattern_set.h"

namespace switchboard::triage {
namespace {

constexpr size_t kMostPatternBytes = 1000;

}  // namespace

YamlReader::Read ConfigurationParser::Id(std::string* to) {
  return [this, to](const Node& node, const Path& field) {
    if (auto id = in_.ReadId(node, field)) *to = *std::move(id);
  };
}

YamlReader::Read ConfigurationParser::UniqueId(std::string* to, std::set<std::string>* seen, std::string_view what) {
  return [this, to, seen, what](const Node& node, const Path& field) {
    auto id = in_.ReadId(node, field);
    if (!id) return;
    if (!seen->insert(*id).second)
      in_.Fail(node, field, absl::StrCat("another ", std::string(what), " has the id ", *id));
    *to = *std::move(id);
  };
}

YamlReader::Read ConfigurationParser::Language(std::string* to, bool or_other) {
  return [this, to, or_other](const Node& node, const Path& field) {
    if (or_other && node.IsScalar() && node.Scalar() == "other") {
      *to = "other";
    } else if (auto language = in_.ReadLanguage(node, field)) {
      *to = *std::move(language);
    }
  };
}

YamlReader::Read ConfigurationParser::Duration(absl::Duration* to) {
  return [this, to](const Node& node, const Path& field) { *to = in_.ReadDuration(node, field).value_or(*to); };
}

YamlReader::Read ConfigurationParser::Number(double* to, double least, double most) {
  return
      [=, this](const Node& node, const Path& field) { *to = in_.ReadNumber(node, field, least, most).value_or(*to); };
}

YamlReader::Read ConfigurationParser::Integer(int* to, int least, int most) {
  return
      [=, this](const Node& node, const Path& field) { *to = in_.ReadInteger(node, field, least, most).value_or(*to); };
}

YamlReader::Read ConfigurationParser::Localized(LocalizedText* to, size_t most_bytes) {
  return [=, this](const Node& node, const Path& field) {
    in_.ReadOpenMap(node, field, [&](const Node& key, const Node& value, const Path& path) {
      const bool known = in_.ReadLanguage(key, path).has_value();
      const auto text = in_.ReadText(value, path, most_bytes);
      if (known && text) (*to)[key.Scalar()] = *text;
    });
  };
}

YamlReader::Read ConfigurationParser::Texts(std::vector<std::string>* to, size_t most, size_t most_bytes) {
  return [=, this](const Node& node, const Path& field) {
    in_.ReadList(node, field, most, [&](const Node& item, const Path& path) {
      if (auto text = in_.ReadText(item, path, most_bytes)) to->push_back(*std::move(text));
    });
  };
}

YamlReader::Read ConfigurationParser::Channels(std::vector<Channel>* to) {
  return [this, to](const Node& node, const Path& field) {
    in_.ReadList(node, field, kMostMentions, [&](const Node& item, const Path& path) {
      const auto channel = item.IsScalar() ? ParseChannel(item.Scalar()) : std::nullopt;
      if (channel) return to->push_back(*channel);
      in_.Fail(item, path, absl::StrCat("must be one of ", ChannelNames()));
    });
  };
}

YamlReader::Read ConfigurationParser::Pattern(std::string* to) {
  return [this, to](const Node& node, const Path& field) {
    const auto text = in_.ReadText(node, field, kMostPatternBytes);
    if (!text) return;
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(kMostPatternMemory);
    const RE2 pattern(*text, options);
    if (!pattern.ok()) in_.Fail(node, field, absl::StrCat("is not a pattern that RE2 accepts: ", pattern.error()));
    *to = *text;
  };
}

YamlReader::Read ConfigurationParser::PriorityOf(Priority* to, bool raising) {
  return [this, to, raising](const Node& node, const Path& field) {
    const auto priority = node.IsScalar() ? ParsePriority(node.Scalar()) : std::nullopt;
    if (priority && (!raising || *priority <= Priority::kHigh)) {
      *to = *priority;
    } else {
      in_.Fail(node, field, raising ? "must be URGENT or HIGH" : "must be one of URGENT, HIGH, NORMAL, LOW");
    }
  };
}

YamlReader::Read ConfigurationParser::ReferenceTo(std::string* to, std::vector<Reference>* references) {
  return [=, this](const Node& node, const Path& field) {
    auto id = in_.ReadId(node, field);
    if (!id) return;
    references->push_back({*id, node.Mark(), field});
    *to = *std::move(id);
  };
}

}  // namespace switchboard::triage
