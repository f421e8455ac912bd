// Hears danger in words that no rule foresaw: a small linear model of urgent against ordinary messages, tuned so that
// it would rather call once too often.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_URGENCY_MODEL_H_
#define SWITCHBOARD_SERVICES_TRIAGE_URGENCY_MODEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/triage/feature_extractor.h"
#include "services/triage/feature_space.h"
#include "services/triage/inquiry_facts.h"
#include "services/triage/model_bytes.h"
#include "services/triage/small_matrix.h"
#include "services/triage/text_normalizer.h"

namespace switchboard::triage {

struct OrdinaryText {
  std::string text;
  StemLanguage language = StemLanguage::kEnglish;
};

// Immutable once trained or read; thread-safe.
class UrgencyModel {
 public:
  UrgencyModel() = default;  // hears nothing

  // Learns from the shipped urgent and calm messages and from `ordinary` ones of the operator. Deterministic.
  static UrgencyModel Train(const std::vector<OrdinaryText>& ordinary, uint64_t seed);
  static UrgencyModel Read(ModelReader* in);
  void Write(ModelWriter* out) const;

  // URGENT when it is clear, HIGH when it may be, nothing otherwise. `features` are those that ExtractFeatures gives
  // for `text` with default options.
  std::optional<Priority> Hear(const NormalText& text, const std::vector<RawFeature>& features) const;

  // The same where space() has weighed the features already.
  std::optional<Priority> Hear(const NormalText& text, const std::vector<WeighedFeature>& known) const;
  const FeatureSpace& space() const { return space_; }

 private:
  struct Lesson;

  static UrgencyModel Fit(const Lesson& lesson, uint64_t seed);  // without thresholds
  double LeadOf(const std::vector<WeighedFeature>& known, const std::vector<RawFeature>& notions) const;
  void SpreadLeads();

  FeatureSpace space_;
  FeatureSpace notion_space_;
  SmallMatrix weights_;       // rows of space_, then those of notion_space_
  std::vector<float> leads_;  // of the urgent class, by row of weights_
  double may_be_ = 0;         // leads of the urgent class from which it may be, and clearly is, urgent
  double clear_ = 0;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_URGENCY_MODEL_H_
