// The `authority` section of a file of guidelines.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_AUTHORITY_POLICY_PARSER_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_AUTHORITY_POLICY_PARSER_H_

#include <string>
#include <vector>

#include "common/yaml/yaml_reader.h"
#include "services/guidance/authority_policy.h"

namespace switchboard::guidance {

// Reads the section; errors are noted in `in`. What a queue does not say is as the section itself says. A holding reply
// is needed in every one of `languages` where it is to be sent.
void ReadAuthorityPolicies(const YAML::Node& node, const std::string& field, const std::vector<std::string>& languages,
                           YamlReader& in, AuthorityPolicies& to);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_AUTHORITY_POLICY_PARSER_H_
