// The storage contract of answer versions: what a version said stays on the record, whatever is in force.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_ANSWER_STORE_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_ANSWER_STORE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace switchboard::guidance {

struct AnswerVersion {
  std::string id;
  int version = 1;
  std::string content;  // see WriteAnswer
};

// All calls block and are thread-safe. Errors of every call: those of common/postgres/connection.h.
class AnswerStore {
 public:
  virtual ~AnswerStore() = default;

  // Those of `versions` that are kept with another content: their indexes, ascending.
  virtual absl::StatusOr<std::vector<size_t>> Changed(absl::Span<const AnswerVersion> versions) = 0;

  // Keeps them for ever, all or none; those that are kept already stay as they are. ABORTED (CONFIGURATION_CHANGED)
  // where one is kept with another content. Repeating it changes nothing.
  virtual absl::Status Keep(absl::Span<const AnswerVersion> versions) = 0;

  // What the version says. NOT_FOUND where it was never in force.
  virtual absl::StatusOr<AnswerVersion> Get(std::string_view id, int version) = 0;
};

// The refusals of every store.
absl::Status KeptOtherwise();
absl::Status NoSuchAnswer(std::string_view id, int version);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_ANSWER_STORE_H_
