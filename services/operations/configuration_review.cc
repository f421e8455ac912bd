#include "services/operations/configuration_review.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/errors.h"
#include "google/rpc/error_details.pb.h"
#include "services/operations/queue_view.h"

namespace switchboard::operations {
namespace {

constexpr size_t kMostListed = 100;
constexpr size_t kMostWarnings = 50;
constexpr size_t kFewExamples = 5;

void WarnAboutExamples(const triage::Configuration& configuration, std::vector<std::string>& warnings) {
  for (const triage::Topic& topic : configuration.topics) {
    for (const std::string& language : configuration.example_languages) {
      const auto found = topic.examples.find(language);
      const size_t count = found == topic.examples.end() ? 0 : found->second.size();
      if (count >= kFewExamples) continue;
      warnings.push_back(absl::StrCat("topic ", topic.id, " has ", count, " examples in ", language,
                                      ": it will hardly be recognised there (20 are a good start)"));
    }
  }
}

void WarnAboutTopicsWithoutRoute(const triage::Configuration& configuration, std::vector<std::string>& warnings) {
  std::set<std::string> routed;
  for (const triage::Route& route : configuration.routes) {
    if (route.topics.empty()) return;  // matches any topic, if under conditions
    routed.insert(route.topics.begin(), route.topics.end());
  }
  for (const triage::Topic& topic : configuration.topics) {
    if (routed.count(topic.id) > 0) continue;
    warnings.push_back(
        absl::StrCat("no route mentions topic ", topic.id, ": it goes to queue ", configuration.general_queue));
  }
}

void WarnAboutIdleQueues(const triage::Configuration& configuration, std::vector<std::string>& warnings) {
  std::set<std::string> reached = {configuration.general_queue};
  for (const triage::Route& route : configuration.routes) {
    reached.insert(route.queue);
    if (route.overflow) reached.insert(route.overflow->queue);
  }
  for (const triage::QueueSettings& queue : configuration.queues) {
    if (reached.count(queue.id) > 0) continue;
    warnings.push_back(absl::StrCat("no route leads to queue ", queue.id, ": only transfers will fill it"));
  }
}

std::pair<int, int> VersionOf(const guidance::Guideline& guideline) {
  return {guideline.major_version, guideline.minor_version};
}

}  // namespace

absl::Status MistakesStatus(absl::Span<const triage::ConfigurationError> errors) {
  google::rpc::BadRequest details;
  std::vector<std::string> lines;
  for (const triage::ConfigurationError& error : errors.subspan(0, kMostListed)) {
    auto* violation = details.add_field_violations();
    violation->set_field(error.field.empty() ? "yaml" : error.field);
    violation->set_description(absl::StrCat(error.file, ":", error.line, ":", error.column, ": ", error.reason));
    lines.push_back(error.ToString());
  }
  if (errors.size() > kMostListed) lines.push_back(absl::StrCat("and ", errors.size() - kMostListed, " more"));
  absl::Status status =
      MakeError(absl::StatusCode::kInvalidArgument, reason::kInvalidConfiguration,
                absl::StrCat("the configuration has mistakes; nothing was changed:\n", absl::StrJoin(lines, "\n")));
  AttachDetail(status, details);
  return status;
}

absl::Status CheckQueuesInUse(const triage::Configuration& next, const queue::FiguresSample& sample) {
  std::vector<std::string> in_use;
  for (const queue::QueueFigures& figures : sample.queues) {
    if (next.FindQueue(figures.record.name) == nullptr && HoldsInquiries(figures)) {
      in_use.push_back(figures.record.name);
    }
  }
  if (in_use.empty()) return absl::OkStatus();
  const std::string names = absl::StrJoin(in_use, ", ");
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kQueueInUse,
                   absl::StrCat("the configuration leaves out queues that hold inquiries: ", names,
                                "; nothing was changed. Keep them until they are empty, or transfer what is in them"),
                   {{"queues", names}});
}

absl::Status CheckAuthorityQueues(const guidance::GuidelineBook& guidelines, const triage::Configuration& configuration,
                                  std::string_view file_name) {
  std::vector<YamlError> errors;
  for (const guidance::NamedQueue& named : guidelines.authority.named_queues) {
    if (configuration.FindQueue(named.queue) != nullptr) continue;
    errors.push_back({.file = std::string(file_name),
                      .line = named.line,
                      .column = named.column,
                      .field = named.field,
                      .reason = named.queue.empty() ? "is missing; REASSIGN needs the queue to reassign to"
                                                    : absl::StrCat("the configuration has no queue ", named.queue)});
  }
  return errors.empty() ? absl::OkStatus() : MistakesStatus(errors);
}

std::vector<std::string> WarningsAbout(const triage::Configuration& configuration) {
  std::vector<std::string> warnings;
  WarnAboutTopicsWithoutRoute(configuration, warnings);
  WarnAboutIdleQueues(configuration, warnings);
  WarnAboutExamples(configuration, warnings);
  if (warnings.size() > kMostWarnings) warnings.resize(kMostWarnings);
  return warnings;
}

std::vector<std::string> WarningsAbout(const guidance::GuidelineBook& guidelines,
                                       const triage::Configuration& configuration) {
  std::vector<std::string> warnings;
  for (const guidance::Guideline& guideline : guidelines.guidelines) {
    for (const std::string& topic : guideline.scope.topics) {
      if (configuration.FindTopic(topic) != nullptr || warnings.size() == kMostWarnings) continue;
      warnings.push_back(absl::StrCat("guideline ", guideline.id, " names the topic ", topic,
                                      ", which the configuration does not have"));
    }
  }
  return warnings;
}

std::vector<std::string> WarningsAbout(const guidance::AnswerLibrary& answers,
                                       const guidance::GuidelineBook* guidelines,
                                       const triage::Configuration& configuration) {
  std::vector<std::string> warnings;
  const auto warn = [&warnings](std::string warning) {
    if (warnings.size() < kMostWarnings) warnings.push_back(std::move(warning));
  };
  for (const guidance::Answer& answer : answers.answers) {
    for (const std::string& topic : answer.topics) {
      if (configuration.FindTopic(topic) != nullptr) continue;
      warn(absl::StrCat("answer ", answer.id, " names the topic ", topic, ", which the configuration does not have"));
    }
    if (guidelines == nullptr) continue;
    for (const std::string& language : guidelines->official_languages) {
      if (!answer.text.contains(language)) warn(absl::StrCat("answer ", answer.id, " is missing in ", language));
    }
  }
  return warnings;
}

absl::Status CheckVersionsUnchanged(const guidance::GuidelineBook& next, const guidance::GuidelineBook& in_force,
                                    std::string_view file_name) {
  std::vector<YamlError> errors;
  for (size_t i = 0; i < next.guidelines.size(); ++i) {
    const guidance::Guideline& guideline = next.guidelines[i];
    const guidance::Guideline* present = in_force.Find(guideline.id);
    if (present == nullptr || VersionOf(*present) != VersionOf(guideline)) continue;
    if (present->content == guideline.content) continue;
    errors.push_back({.file = std::string(file_name),
                      .line = guideline.line,
                      .column = guideline.column,
                      .field = absl::StrCat("guidelines[", i, "].version"),
                      .reason = absl::StrCat(guideline.NameWithVersion(),
                                             " is in force with another content; give the change a new version")});
  }
  return errors.empty() ? absl::OkStatus() : MistakesStatus(errors);
}

std::vector<std::string> WarningsAbout(const guidance::GuidelineBook& next, const guidance::GuidelineBook& in_force) {
  std::vector<std::string> warnings;
  for (const guidance::Guideline& guideline : next.guidelines) {
    const guidance::Guideline* present = in_force.Find(guideline.id);
    if (present == nullptr || VersionOf(guideline) >= VersionOf(*present) || warnings.size() == kMostWarnings) continue;
    warnings.push_back(absl::StrCat(
        "guideline ", guideline.id, " goes back from ", present->NameWithVersion(), " to ", guideline.NameWithVersion(),
        ": it must say what that version said, or replies are stamped with the wrong rules"));
  }
  return warnings;
}

absl::Status CheckVersionsUnchanged(const guidance::AnswerLibrary* answers, absl::Span<const size_t> changed,
                                    std::string_view file_name) {
  if (changed.empty()) return absl::OkStatus();
  std::vector<YamlError> errors;
  for (const size_t i : changed) {
    const guidance::Answer& answer = answers->answers[i];
    errors.push_back({.file = std::string(file_name),
                      .line = answer.line,
                      .column = answer.column,
                      .field = absl::StrCat("answers[", i, "].version"),
                      .reason = absl::StrCat("version ", answer.version, " of ", answer.id,
                                             " was applied with another content; give the change a new version")});
  }
  return MistakesStatus(errors);
}

}  // namespace switchboard::operations
