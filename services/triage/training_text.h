// A text that models are trained by, and why it is there.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_TRAINING_TEXT_H_
#define SWITCHBOARD_SERVICES_TRIAGE_TRAINING_TEXT_H_

#include <cstdint>
#include <string>

#include "services/triage/feature_extractor.h"
#include "services/triage/sorter_model.h"

namespace switchboard::triage {

enum class TextOrigin : uint8_t {
  kExample,     // written as an example of its label, or as belonging to none
  kCorrection,  // a text that was sorted wrong: learnt, and thresholds are set on it, but it is not what models are
                // compared by: a model would be the worse for every mistake that is told to it
  kName,        // the name or description of a label: used where held-out examples gain by it
  kBackground,  // shipped as belonging to no topic: used unless it looks like one of the labels
};

struct TrainingText {
  std::string text;
  int label = kOutOfScope;  // index into the labels, or kOutOfScope
  StemLanguage language = StemLanguage::kEnglish;
  TextOrigin origin = TextOrigin::kExample;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_TRAINING_TEXT_H_
