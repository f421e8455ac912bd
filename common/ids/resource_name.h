// Resource names as callers write them: inquiries/0d1p5x3e8k2aj, queues/roads, topics/passports, workers/anna,
// answers/pothole-report@2.
#ifndef SWITCHBOARD_COMMON_IDS_RESOURCE_NAME_H_
#define SWITCHBOARD_COMMON_IDS_RESOURCE_NAME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace switchboard {

// A positive 63-bit id as 13 characters of lower-case Crockford base32 (0-9 a-z without i l o u), most significant
// first, so that the texts sort like the numbers.
std::string FormatId(int64_t id);

// The inverse. Upper case is accepted, and so are the look-alikes o → 0, i and l → 1. INVALID_ARGUMENT says what is
// wrong for a text of another length, a foreign character, or a number that is not positive.
absl::StatusOr<int64_t> ParseId(std::string_view text);

// "inquiries/{id}" and "deadLetters/{id}", both around an inquiry's id.
std::string InquiryName(int64_t id);
absl::StatusOr<int64_t> ParseInquiryName(std::string_view name);
std::string DeadLetterName(int64_t id);
absl::StatusOr<int64_t> ParseDeadLetterName(std::string_view name);

// "queues/{id}" and "topics/{id}": the id is [a-z][a-z0-9-]{0,62}, as operators write it in the configuration.
std::string QueueName(std::string_view id);
absl::StatusOr<std::string> ParseQueueName(std::string_view name);
std::string TopicName(std::string_view id);
absl::StatusOr<std::string> ParseTopicName(std::string_view name);

// "workers/{id}": the calling system's id for a member of staff, 1 to 128 of [A-Za-z0-9._@:+-].
std::string WorkerName(std::string_view id);
absl::StatusOr<std::string> ParseWorkerName(std::string_view name);

// "answers/{id}@{version}", and "answers/{id}" for the version in force: nothing for its number.
struct AnswerRef {
  std::string id;
  std::optional<int> version;
};
std::string AnswerName(std::string_view id, std::optional<int> version = std::nullopt);
absl::StatusOr<AnswerRef> ParseAnswerName(std::string_view name);

// True for [a-z][a-z0-9-]{0,62}.
bool IsConfigurationId(std::string_view id);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_IDS_RESOURCE_NAME_H_
