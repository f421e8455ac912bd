#include "services/guidance/answer_store.h"

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"

namespace switchboard::guidance {

absl::Status KeptOtherwise() {
  return MakeError(absl::StatusCode::kAborted, reason::kConfigurationChanged,
                   "other answers with these versions were applied meanwhile; give yours the next versions");
}

absl::Status NoSuchAnswer(std::string_view id, int version) {
  const std::string name = AnswerName(id, version);
  return NotFound("switchboard.v1.Answer", name, StrCat(name, " was never in force; `switchboard answer list`"));
}

}  // namespace switchboard::guidance
