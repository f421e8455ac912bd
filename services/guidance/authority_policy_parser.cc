#include "services/guidance/authority_policy_parser.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace switchboard::guidance {
namespace {

using Languages = std::vector<std::string>;

constexpr size_t kMostHoldingReplyBytes = 1000;

void ReadAtDeadline(const YAML::Node& node, const std::string& field, YamlReader& in, AtDeadline& to) {
  const std::string name = node.IsScalar() ? node.Scalar() : "";
  if (name == "RELEASE") {
    to = AtDeadline::kRelease;
  } else if (name == "HOLDING_REPLY") {
    to = AtDeadline::kHoldingReply;
  } else if (name == "REASSIGN") {
    to = AtDeadline::kReassign;
  } else {
    in.Fail(node, field, "must be one of RELEASE, HOLDING_REPLY, REASSIGN");
  }
}

void ReadHoldingReply(const YAML::Node& node, const std::string& field, YamlReader& in,
                      std::map<std::string, std::string>& to) {
  in.ReadOpenMap(node, field, [&](const YAML::Node& key, const YAML::Node& value, const std::string& path) {
    const bool known = in.ReadLanguage(key, path).has_value();
    const auto text = in.ReadText(value, path, kMostHoldingReplyBytes);
    if (known && text) to[key.Scalar()] = *text;
  });
}

NamedQueue NamedAt(const YAML::Node& node, const std::string& field, const std::string& queue) {
  return {.queue = queue, .field = field, .line = node.Mark().line + 1, .column = node.Mark().column + 1};
}

// Over what `to` says already. The queue to reassign to goes to `named`.
void ReadPolicy(const YAML::Node& node, const std::string& field, const Languages& languages, YamlReader& in,
                AuthorityPolicy& to, std::vector<NamedQueue>& named, const YamlReader::Read& read_queues) {
  using Node = YAML::Node;
  using Path = std::string;
  in.ReadMap(
      node, field,
      {{"deadline", false,
        [&](const Node& each, const Path& path) { to.deadline = in.ReadDuration(each, path).value_or(to.deadline); }},
       {"at_deadline", false,
        [&](const Node& each, const Path& path) { ReadAtDeadline(each, path, in, to.at_deadline); }},
       {"holding_reply", false,
        [&](const Node& each, const Path& path) { ReadHoldingReply(each, path, in, to.holding_reply); }},
       {"reassign_to", false,
        [&](const Node& each, const Path& path) {
          to.reassign_to = in.ReadId(each, path).value_or("");
          named.push_back(NamedAt(each, path, to.reassign_to));
        }},
       {"budget", false,
        [&](const Node& each, const Path& path) { to.budget = in.ReadNumber(each, path, 0, 1).value_or(to.budget); }},
       {"queues", false, read_queues}});
  if (to.at_deadline == AtDeadline::kReassign && to.reassign_to.empty()) {
    named.push_back(NamedAt(node, field + ".reassign_to", ""));
  }
  if (to.at_deadline != AtDeadline::kHoldingReply) return;
  for (const std::string& language : languages) {
    if (to.holding_reply.count(language) == 0) {
      in.Fail(node, field + ".holding_reply", absl::StrCat("is missing in ", language));
    }
  }
}

}  // namespace

void ReadAuthorityPolicies(const YAML::Node& node, const std::string& field, const Languages& languages, YamlReader& in,
                           AuthorityPolicies& to) {
  ReadPolicy(node, field, languages, in, to.standard, to.named_queues, [](const YAML::Node&, const std::string&) {});
  if (!node.IsMap() || !node["queues"]) return;
  in.ReadOpenMap(node["queues"], field + ".queues",
                 [&](const YAML::Node& key, const YAML::Node& value, const std::string& path) {
                   const auto queue = in.ReadId(key, path);
                   if (queue) to.named_queues.push_back(NamedAt(key, path, *queue));
                   AuthorityPolicy policy = to.standard;
                   ReadPolicy(value, path, languages, in, policy, to.named_queues,
                              [&in](const YAML::Node& each, const std::string& at) {
                                in.Fail(each, at, "a queue has no queues of its own");
                              });
                   if (queue) to.by_queue[*queue] = std::move(policy);
                 });
}

}  // namespace switchboard::guidance
