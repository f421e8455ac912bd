// The sorter that ships: the operator's rules first, then the trained model.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_TRAINED_SORTER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_TRAINED_SORTER_H_

#include <memory>
#include <string>
#include <vector>

#include "services/triage/configuration.h"
#include "services/triage/feature_index.h"
#include "services/triage/rule_matcher.h"
#include "services/triage/sorter.h"
#include "services/triage/sorter_model.h"
#include "services/triage/urgency_model.h"
#include "services/triage/urgency_rules.h"

namespace switchboard::triage {

class TrainedSorter : public Sorter {
 public:
  // The model's labels must be topics of the configuration.
  TrainedSorter(std::shared_ptr<const Configuration> configuration, std::shared_ptr<const UrgencyRules> urgency_rules,
                SorterModel model, UrgencyModel urgency);

  SortResult Sort(const SortInput& input) const override;

  // What the operator wrote for the topic, else for all topics, else what training set.
  double ThresholdOf(std::string_view topic) const override;

 private:
  struct TopicRuleAt {
    int topic;  // index in the configuration
    const TopicRule* rule;
  };
  struct Ruling;

  // What a text is made of, once its language is known.
  struct Reading {
    NormalText text;
    KnownFeatures features;
    std::vector<WeighedFeature> weighed;  // for the urgency model
    SparseText known;                     // to the topic model
  };

  Prediction Predict(Reading* reading, std::string_view language) const;
  void ApplyModel(const Prediction& prediction, const Ruling& ruling, SortResult* result) const;
  void ApplyBoostsAndVetoes(const Ruling& ruling, SortResult* result) const;
  void ApplyUrgency(const SortInput& input, Reading* reading, SortResult* result) const;
  Ruling ApplyRules(const NormalText& text, const SortInput& input, SortResult* result) const;
  void ExplainWords(const NormalText& text, int best, int other, SortResult* result) const;
  int LabelOf(std::string_view topic) const;  // -1 for a topic that the model does not know

  const std::shared_ptr<const Configuration> configuration_;
  const SorterModel model_;
  const UrgencyModel urgency_;
  const FeatureIndex index_;  // of both
  std::vector<TopicRuleAt> rules_;
  std::unique_ptr<const RuleMatcher> topic_rules_;
  const std::shared_ptr<const UrgencyRules> urgency_rules_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_TRAINED_SORTER_H_
