#include "services/triage/urgency_model.h"

#include <algorithm>
#include <iterator>

#include "services/triage/background_texts.h"
#include "services/triage/linear_classifier.h"
#include "services/triage/text_folds.h"
#include "services/triage/urgent_samples.h"
#include "services/triage/vector_loops.h"

namespace switchboard::triage {
namespace {

constexpr int kOrdinary = 0;
constexpr int kUrgent = 1;
constexpr int kClasses = 2;
constexpr int kFolds = 5;
constexpr double kMissed = 0.02;            // share of held-out urgent messages that may be missed …
constexpr double kFalseAlarms = 0.12;       // … unless more ordinary ones than this would be called urgent
constexpr double kClearFalseAlarms = 0.02;  // … and may be called clearly so
constexpr size_t kMostRows = 1 << 15;
constexpr size_t kMostWords = 60;  // urgent things are said in the first words or in short messages

struct Examples {
  std::vector<std::vector<RawFeature>> features;
  std::vector<int> labels;

  void Add(std::string_view text, StemLanguage language, int label) {
    NormalText normal;
    NormalizeText(text, &normal);
    ExtractFeatures(normal, language, FeatureOptions{}, &features.emplace_back());
    labels.push_back(label);
  }
};

Examples Gather(const std::vector<OrdinaryText>& ordinary) {
  Examples examples;
  for (const std::string_view text : kUrgentEnglish) examples.Add(text, StemLanguage::kEnglish, kUrgent);
  for (const std::string_view text : kUrgentFrench) examples.Add(text, StemLanguage::kFrench, kUrgent);
  for (const std::string_view text : kCalm) {
    examples.Add(text, StemLanguage::kEnglish, kOrdinary);
    examples.Add(text, StemLanguage::kFrench, kOrdinary);
  }
  for (const std::string_view text : kBackgroundTexts) examples.Add(text, StemLanguage::kEnglish, kOrdinary);
  for (const OrdinaryText& each : ordinary) examples.Add(each.text, each.language, kOrdinary);
  return examples;
}

struct Fitted {
  FeatureSpace space;
  LinearClassifier linear;
};

// `held` -1 holds nothing out.
Fitted Fit(const Examples& examples, const std::vector<int>& folds, int held, uint64_t seed) {
  std::vector<std::vector<RawFeature>> learn;
  std::vector<int> labels;
  double urgent = 0;
  for (size_t i = 0; i < examples.labels.size(); ++i) {
    if (folds[i] == held) continue;
    learn.push_back(examples.features[i]);
    labels.push_back(examples.labels[i]);
    urgent += labels.back();
  }
  Fitted fitted;
  FeatureSpaceOptions space_options;
  space_options.most_rows = kMostRows;
  fitted.space = FeatureSpace::Build(learn, space_options);
  std::vector<SparseText> sparse(learn.size());
  std::vector<LabelledSparse> texts;
  const auto scarce = static_cast<float>((static_cast<double>(labels.size()) - urgent) / std::max(urgent, 1.0));
  for (size_t i = 0; i < learn.size(); ++i) {
    fitted.space.Map(learn[i], &sparse[i]);
    texts.push_back({&sparse[i], labels[i], labels[i] == kUrgent ? std::max(1.0F, scarce) : 1.0F});
  }
  LinearOptions options;
  options.seed = seed;
  fitted.linear = LinearClassifier::Train(texts, fitted.space.rows(), kClasses, options);
  return fitted;
}

double At(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

struct Thresholds {
  double may_be;
  double clear;
};

Thresholds ThresholdsFrom(const Examples& examples, const std::vector<int>& folds, uint64_t seed) {
  std::vector<double> urgent;
  std::vector<double> ordinary;
  for (int fold = 0; fold < kFolds; ++fold) {
    const Fitted fitted = Fit(examples, folds, fold, seed);
    for (size_t i = 0; i < examples.labels.size(); ++i) {
      if (folds[i] != fold) continue;
      SparseText sparse;
      fitted.space.Map(examples.features[i], &sparse);
      const std::vector<float> scores = fitted.linear.Scores(sparse);
      (examples.labels[i] == kUrgent ? urgent : ordinary).push_back(scores[kUrgent] - scores[kOrdinary]);
    }
  }
  const double may_be = std::max(At(urgent, kMissed), At(ordinary, 1 - kFalseAlarms));
  return {may_be, std::max(may_be, At(ordinary, 1 - kClearFalseAlarms))};
}

}  // namespace

UrgencyModel UrgencyModel::Train(const std::vector<OrdinaryText>& ordinary, uint64_t seed) {
  const Examples examples = Gather(ordinary);
  const std::vector<int> folds = FoldsOf(examples.features, examples.labels, kFolds, seed);
  Fitted fitted = Fit(examples, folds, -1, seed);
  UrgencyModel model;
  const Thresholds thresholds = ThresholdsFrom(examples, folds, seed);
  model.may_be_ = thresholds.may_be;
  model.clear_ = thresholds.clear;
  model.weights_ = SmallMatrix(fitted.linear.weights(), fitted.linear.width());
  model.space_ = std::move(fitted.space);
  model.SpreadLeads();
  return model;
}

double UrgencyModel::LeadOf(const SparseText& text) const {
  double lead = 0;
  for (const SparseEntry& entry : text.entries) lead += entry.value * leads_[entry.row];
  return lead;
}

void UrgencyModel::SpreadLeads() {
  leads_.clear();
  for (uint32_t row = 0; row < weights_.rows(); ++row) {
    leads_.push_back(weights_.At(row, kUrgent) - weights_.At(row, kOrdinary));
  }
}

std::optional<Priority> UrgencyModel::Hear(const std::vector<RawFeature>& features) const {
  if (weights_.rows() == 0 || features.empty()) return std::nullopt;
  static thread_local std::vector<RawFeature> first;
  static thread_local SparseText sparse;
  const auto is_late = [](const RawFeature& feature) { return feature.token >= kMostWords; };
  if (std::none_of(features.begin(), features.end(), is_late)) {
    space_.Map(features, &sparse);
  } else {
    first.clear();
    std::remove_copy_if(features.begin(), features.end(), std::back_inserter(first), is_late);
    space_.Map(first, &sparse);
  }
  if (sparse.entries.empty()) return std::nullopt;
  const double lead = LeadOf(sparse);
  if (lead >= clear_) return Priority::kUrgent;
  return lead >= may_be_ ? std::optional(Priority::kHigh) : std::nullopt;
}

void UrgencyModel::Write(ModelWriter* out) const {
  out->Put(may_be_);
  out->Put(clear_);
  out->Put<uint8_t>(weights_.rows() > 0 ? 1 : 0);
  if (weights_.rows() == 0) return;
  space_.Write(out);
  weights_.Write(out);
}

UrgencyModel UrgencyModel::Read(ModelReader* in) {
  UrgencyModel model;
  model.may_be_ = in->Get<double>();
  model.clear_ = in->Get<double>();
  if (in->Get<uint8_t>() == 0) return model;
  model.space_ = FeatureSpace::Read(in);
  model.weights_ = SmallMatrix::Read(in);
  const bool fits = model.weights_.rows() == model.space_.rows() && model.weights_.width() == WholeLanes(kClasses);
  if (!fits) return UrgencyModel();
  model.SpreadLeads();
  return model;
}

}  // namespace switchboard::triage
