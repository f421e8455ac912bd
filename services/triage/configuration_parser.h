// Reads the configuration of triage; ParseConfiguration (configuration.h) is how others ask for it. What the values
// look like is in configuration_parser_values.cc, what is said of topics and of queues in the files named for them.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_CONFIGURATION_PARSER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_CONFIGURATION_PARSER_H_

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/yaml/yaml_reader.h"
#include "services/triage/configuration.h"

namespace switchboard::triage {

// For one file. Not thread-safe.
class ConfigurationParser {
 public:
  explicit ConfigurationParser(std::string_view file_name) : in_(file_name) {}

  absl::Status ReadFile(std::string_view yaml, std::vector<YamlError>* errors);

  // What was read; once, after ReadFile returned OK.
  std::shared_ptr<const Configuration> Take() { return std::make_shared<const Configuration>(std::move(out_)); }

 private:
  using Node = YAML::Node;
  using Path = std::string;

  // An id that names something defined elsewhere in the file; checked when everything has been read.
  struct Reference {
    std::string id;
    YAML::Mark mark;
    std::string field;
  };

  // Bounds that several parts share.
  static constexpr size_t kMostNameBytes = 200;
  static constexpr size_t kMostExampleBytes = 8 << 10;
  static constexpr size_t kMostMentions = 1000;

  void Read(const Node& root);
  void CheckWhole(const Node& root);

  // Readers that put what they read into a place.
  YamlReader::Read Id(std::string* to);
  YamlReader::Read UniqueId(std::string* to, std::set<std::string>* seen, std::string_view what);
  YamlReader::Read Language(std::string* to, bool or_other);
  YamlReader::Read Duration(absl::Duration* to);
  YamlReader::Read Number(double* to, double least, double most);
  YamlReader::Read Integer(int* to, int least, int most);
  YamlReader::Read Localized(LocalizedText* to, size_t most_bytes);
  YamlReader::Read Texts(std::vector<std::string>* to, size_t most, size_t most_bytes);
  YamlReader::Read Channels(std::vector<Channel>* to);
  YamlReader::Read Pattern(std::string* to);
  YamlReader::Read PriorityOf(Priority* to, bool raising);
  YamlReader::Read ReferenceTo(std::string* to, std::vector<Reference>* references);
  template <typename Item>
  YamlReader::Read List(std::vector<Item>* to, size_t most,
                        void (ConfigurationParser::*read)(const Node&, const Path&, Item*));

  void ReadDefaults(const Node& node, const Path& field);
  void ReadTopic(const Node& node, const Path& field, Topic* topic);
  void ReadExamples(const Node& node, const Path& field, Topic* topic);
  void ReadRule(const Node& node, const Path& field, TopicRule* rule);
  void ReadUrgency(const Node& node, const Path& field, UrgencyRule* rule);
  void ReadCalendar(const Node& node, const Path& field, Calendar* calendar);
  void ReadQueue(const Node& node, const Path& field, QueueSettings* queue);
  void ReadRoute(const Node& node, const Path& field, Route* route);
  void ReadConditions(const Node& node, const Path& field, Route* route);
  void CheckCondition(const Node& node, const Path& field, const RuleCondition& when);
  void CheckReferences(const std::vector<Reference>& references, const std::set<std::string>& known,
                       std::string_view what);

  YamlReader in_;
  Configuration out_;
  std::set<std::string> topic_ids_, calendar_ids_, queue_ids_, route_ids_, rule_ids_;
  std::vector<Reference> topic_references_, calendar_references_, queue_references_;
};

template <typename Item>
YamlReader::Read ConfigurationParser::List(std::vector<Item>* to, size_t most,
                                           void (ConfigurationParser::*read)(const Node&, const Path&, Item*)) {
  return [=, this](const Node& node, const Path& field) {
    in_.ReadList(node, field, most, [&](const Node& item, const Path& path) {
      Item value;
      (this->*read)(item, path, &value);
      to->push_back(std::move(value));
    });
  };
}

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_CONFIGURATION_PARSER_H_
