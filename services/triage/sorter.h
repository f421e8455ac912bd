// The sorter's contract: text in, topic out. What is behind it (rules, language, trained models) may be replaced
// without its callers noticing.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_SORTER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_SORTER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/triage/inquiry_facts.h"

namespace switchboard::triage {

enum class SortMethod {
  kRule = 1,    // a DECIDE rule of the operator
  kModel = 2,   // the trained classifier
  kCaller = 3,  // the caller said it
};

struct SortInput {
  std::string_view text = {};
  Channel channel = Channel::kUnspecified;
  std::string_view language = {};  // what the caller says it is ("fr"); empty: detect
  bool find_urgency = true;        // fill SortResult::urgency
  bool explain = false;            // fill SortResult::explanation
};

struct TopicGuess {
  std::string topic;        // topic id; empty: none
  double confidence = 0.0;  // calibrated, 0…1
};

struct DecidingWord {
  std::string text;
  double weight = 0.0;  // share of the decision; positive spoke for the topic
};

struct Explanation {
  std::vector<DecidingWord> words;  // strongest first, at most 10
  std::vector<std::string> rules;   // ids of the rules that matched, urgency rules included
};

struct UrgencySignal {
  std::string rule;
  Priority priority = Priority::kUrgent;
};

struct SortResult {
  TopicGuess best;  // also given when unsure, as a hint to the person who triages
  TopicGuess runner_up;
  double threshold = 0.0;     // what `best.confidence` was measured against
  bool unsure = true;         // below the threshold, or none of our topics
  bool out_of_scope = false;  // looks like none of our topics
  std::string language;       // ISO 639-1, or "und" when it cannot be told
  SortMethod method = SortMethod::kModel;
  std::optional<UrgencySignal> urgency;  // the most pressing one
  Explanation explanation;
};

class Sorter {
 public:
  virtual ~Sorter() = default;

  // Thread-safe, takes microseconds, reads no clock and never fails: hostile or empty text is unsure.
  virtual SortResult Sort(const SortInput& input) const = 0;

  // The confidence from which a text is given this topic without a person's look; 1 for a topic it does not know.
  virtual double ThresholdOf(std::string_view topic) const = 0;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_SORTER_H_
