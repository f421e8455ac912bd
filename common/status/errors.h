// Errors that a program can act on: absl::Status with google.rpc details as payloads.
//
// Every status that leaves the house carries an ErrorInfo (domain "switchboard" and a reason from reasons.h). The edge
// (common/rpc) turns the payloads into the details of a google.rpc.Status, and adds an ErrorInfo where one is missing.
// Texts say what is wrong and what to do next, and never quote what a citizen wrote.
#ifndef SWITCHBOARD_COMMON_STATUS_ERRORS_H_
#define SWITCHBOARD_COMMON_STATUS_ERRORS_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/status/reasons.h"
#include "google/protobuf/message.h"

namespace switchboard {

inline constexpr std::string_view kErrorDomain = "switchboard";

using ErrorMetadata = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// A status with an ErrorInfo. `code` is not OK.
absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view message,
                       ErrorMetadata metadata = {});

// INVALID_ARGUMENT naming one wrong field (see FieldViolations for several).
absl::Status InvalidField(std::string_view field, std::string_view description);

// NOT_FOUND with ResourceInfo; `type` is for example "switchboard.v1.Queue", `name` "queues/roads".
absl::Status NotFound(std::string_view type, std::string_view name, std::string_view message);

// RESOURCE_EXHAUSTED, reason OVERLOADED, with RetryInfo.
absl::Status Overloaded(std::string_view message, absl::Duration retry_after);

// UNAVAILABLE with `reason` and RetryInfo.
absl::Status Unavailable(std::string_view reason, std::string_view message, absl::Duration retry_after);

// The status with a RetryInfo added or replaced. OK stays OK.
absl::Status WithRetryAfter(absl::Status status, absl::Duration retry_after);

// The same status with `prefix: ` before its message; payloads stay. OK stays OK.
absl::Status Annotate(const absl::Status& status, std::string_view prefix);

// The ErrorInfo reason, or "" when there is none.
std::string ReasonOf(const absl::Status& status);
bool HasReason(const absl::Status& status, std::string_view reason);

// What RetryInfo asks for, if anything.
std::optional<absl::Duration> RetryAfterOf(const absl::Status& status);

// The value that ErrorInfo.metadata has for `key`, or "".
std::string ErrorMetadataOf(const absl::Status& status, std::string_view key);

// True when the call may have taken effect although it failed (reason COMMIT_OUTCOME_UNKNOWN).
bool IsOutcomeUnknown(const absl::Status& status);

// Puts any detail message under its own type; one detail of a type per status. OK stays OK.
void AttachDetail(absl::Status& status, const google::protobuf::Message& detail);

// Reads the detail of that type; false when there is none.
bool ReadDetail(const absl::Status& status, google::protobuf::Message& detail);

// Collects everything that is wrong with a request, so that the caller hears all of it at once.
//
//   FieldViolations violations;
//   if (request.text().empty()) violations.Add("inquiry.text", "is required");
//   if (!violations.empty()) return violations.ToStatus();
//
// Not thread-safe. Keeps the first 100 violations and counts the others.
class FieldViolations {
 public:
  struct Violation {
    std::string field;
    std::string description;
  };

  // `field` is the path as the proto writes it, e.g. "requests[3].inquiry.text".
  void Add(std::string_view field, std::string_view description);

  // Takes over the message of `status` as the description unless it is OK. True when it is OK.
  bool AddIfError(std::string_view field, const absl::Status& status);

  bool empty() const { return violations_.empty(); }
  const std::vector<Violation>& violations() const { return violations_; }

  // OK when empty, else INVALID_ARGUMENT (reason INVALID_REQUEST) with BadRequest; the text names every field too.
  absl::Status ToStatus() const;

 private:
  std::vector<Violation> violations_;
  size_t dropped_ = 0;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_STATUS_ERRORS_H_
