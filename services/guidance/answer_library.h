// The library of answers: texts that staff may answer with, by topic and language. An AnswerLibrary is immutable once
// parsed and may be shared by any number of threads.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_ANSWER_LIBRARY_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_ANSWER_LIBRARY_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/yaml/yaml_error.h"
#include "services/guidance/localized_text.h"

namespace switchboard::guidance {

inline constexpr size_t kMostAnswerTextBytes = 4096;
inline constexpr size_t kMostAnswerTitleBytes = 200;

struct Answer {
  std::string id = {};
  int version = 1;                               // whatever changes in an answer is a new version
  std::vector<std::string> topics = {};          // ids; at least one
  std::optional<absl::CivilDay> first_day = {};  // in UTC; nothing: since ever
  std::optional<absl::CivilDay> last_day = {};   // in UTC, included; nothing: for ever
  LocalizedText title = {};
  LocalizedText text = {};  // in the languages of `title`
  int line = 0;             // where the file has its version
  int column = 0;

  // "pothole-report@2".
  std::string NameWithVersion() const;
  bool IsValidAt(absl::Time now) const;
};

struct AnswerLibrary {
  std::vector<Answer> answers = {};

  // Null when there is none with that id.
  const Answer* Find(std::string_view id) const;
};

// Parses and validates strictly: an unknown key, a duplicate id, a title without its text, or a validity that ends
// before it begins is refused. Errors as those of ParseGuidelines. Pure: reads no file.
absl::StatusOr<std::shared_ptr<const AnswerLibrary>> ParseAnswers(std::string_view yaml, std::string_view file_name,
                                                                  std::vector<YamlError>* errors = nullptr);

// The answer alone as a library that ParseAnswers reads; the same for the same answer, wherever it stands in its file.
std::string WriteAnswer(const Answer& answer);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_ANSWER_LIBRARY_H_
