// What an operator should look at in their examples before wondering about the sorter.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_TOPIC_LINT_H_
#define SWITCHBOARD_SERVICES_TRIAGE_TOPIC_LINT_H_

#include <string>
#include <vector>

#include "services/triage/configuration.h"
#include "services/triage/trainer.h"

namespace switchboard::triage {

enum class LintKind {
  kSame,       // both topics have these examples, in the same words: they contradict each other
  kLooksLike,  // a model that had not learnt these examples of `topic` takes them clearly for `other`
};

struct LintFinding {
  LintKind kind = LintKind::kSame;
  std::string topic;
  std::string other;
  std::vector<std::string> examples;  // as they were written, the clearest first
};

// Takes a second or so for a thousand examples. Deterministic; contradictions first, then by number of examples.
// `corrections` count as examples of their topics; those of others are left out.
std::vector<LintFinding> LintTopics(const Configuration& configuration,
                                    const std::vector<LabelledText>& corrections = {});

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_TOPIC_LINT_H_
