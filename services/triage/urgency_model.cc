#include "services/triage/urgency_model.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "services/triage/background_texts.h"
#include "services/triage/linear_classifier.h"
#include "services/triage/notions.h"
#include "services/triage/text_folds.h"
#include "services/triage/urgent_samples.h"
#include "services/triage/vector_loops.h"

namespace switchboard::triage {
namespace {

constexpr int kOrdinary = 0;
constexpr int kUrgent = 1;
constexpr int kClasses = 2;
constexpr int kFolds = 5;
constexpr double kMissed = 0.04;            // share of held-out urgent messages that may be missed …
constexpr double kFalseAlarms = 0.4;        // … unless more ordinary ones than this would be called urgent
constexpr double kClearFalseAlarms = 0.03;  // … and may be called clearly so
constexpr size_t kMostRows = 1 << 17;
constexpr float kNotionsWeight = 0.7F;
constexpr int kRounds = 8;  // of the solver; 30 move the thresholds by 0.001 and take twice as long
// A long letter is heard piece by piece: what is urgent may be said in its last line.
constexpr size_t kPiece = 20;  // words
constexpr size_t kStep = 10;
// Few words that are known prove nothing: a piece leans to the ordinary where the sum of its words' squares is not much
// more than kThin, about as much as five rare words have.
constexpr double kThin = 300;
constexpr double kLeadOfNothing = -3;
constexpr double kUnheard = -1e9;  // the lead of a text of which nothing is known

struct Examples {
  std::vector<std::vector<RawFeature>> features;
  std::vector<std::vector<RawFeature>> notions;
  std::vector<int> labels;

  void Add(std::string_view text, StemLanguage language, int label) {
    NormalText normal;
    NormalizeText(text, &normal);
    ExtractFeatures(normal, language, FeatureOptions{}, &features.emplace_back());
    FindNotions(normal, &notions.emplace_back());
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

// The rows of the notions follow those of the other features.
SparseText MapBoth(const FeatureSpace& space, const FeatureSpace& notion_space, const std::vector<RawFeature>& features,
                   const std::vector<RawFeature>& notions) {
  SparseText both;
  SparseText more;
  space.Map(features, &both);
  notion_space.Map(notions, &more);
  for (const SparseEntry& entry : more.entries) {
    both.entries.push_back({static_cast<uint32_t>(space.rows()) + entry.row, entry.value});
  }
  return both;
}

double At(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

struct Thresholds {
  double may_be;
  double clear;
};

Thresholds ThresholdsFrom(std::vector<double> urgent, std::vector<double> ordinary) {
  const double may_be = std::max(At(std::move(urgent), kMissed), At(ordinary, 1 - kFalseAlarms));
  return {may_be, std::max(may_be, At(std::move(ordinary), 1 - kClearFalseAlarms))};
}

}  // namespace

// What a model is fitted to: some of the examples.
struct UrgencyModel::Lesson {
  std::vector<std::vector<RawFeature>> features;
  std::vector<std::vector<RawFeature>> notions;
  std::vector<int> labels;

  // All but those of the fold `held`; -1 holds nothing out.
  Lesson(const Examples& examples, const std::vector<int>& folds, int held) {
    for (size_t i = 0; i < examples.labels.size(); ++i) {
      if (folds[i] == held) continue;
      features.push_back(examples.features[i]);
      notions.push_back(examples.notions[i]);
      labels.push_back(examples.labels[i]);
    }
  }
};

UrgencyModel UrgencyModel::Fit(const Lesson& lesson, uint64_t seed) {
  UrgencyModel model;
  FeatureSpaceOptions options;
  options.most_rows = kMostRows;
  model.space_ = FeatureSpace::Build(lesson.features, options);
  options.block_weights = {kNotionsWeight, 1.0F};
  model.notion_space_ = FeatureSpace::Build(lesson.notions, options);
  const auto urgent = static_cast<float>(std::count(lesson.labels.begin(), lesson.labels.end(), kUrgent));
  const float scarce = std::max(1.0F, static_cast<float>(lesson.labels.size()) / std::max(urgent, 1.0F) - 1);
  std::vector<SparseText> sparse;
  for (size_t i = 0; i < lesson.labels.size(); ++i) {
    sparse.push_back(MapBoth(model.space_, model.notion_space_, lesson.features[i], lesson.notions[i]));
  }
  std::vector<LabelledSparse> texts;
  for (size_t i = 0; i < lesson.labels.size(); ++i) {
    texts.push_back({&sparse[i], lesson.labels[i], lesson.labels[i] == kUrgent ? scarce : 1.0F});
  }
  LinearOptions linear_options;
  linear_options.seed = seed;
  linear_options.most_rounds = kRounds;
  const auto linear =
      LinearClassifier::Train(texts, model.space_.rows() + model.notion_space_.rows(), kClasses, linear_options);
  model.weights_ = SmallMatrix(linear.weights(), linear.width());
  model.SpreadLeads();
  return model;
}

UrgencyModel UrgencyModel::Train(const std::vector<OrdinaryText>& ordinary, uint64_t seed) {
  const Examples examples = Gather(ordinary);
  const std::vector<int> folds = FoldsOf(examples.features, examples.labels, kFolds, seed);
  std::vector<double> urgent_leads;
  std::vector<double> ordinary_leads;
  std::vector<WeighedFeature> known;
  for (int fold = 0; fold < kFolds; ++fold) {
    const UrgencyModel fitted = Fit(Lesson(examples, folds, fold), seed);
    for (size_t i = 0; i < examples.labels.size(); ++i) {
      if (folds[i] != fold) continue;
      fitted.space_.Weigh(examples.features[i], &known);
      const double lead = fitted.LeadOf(known, examples.notions[i]);
      (examples.labels[i] == kUrgent ? urgent_leads : ordinary_leads).push_back(lead);
    }
  }
  const Thresholds thresholds = ThresholdsFrom(std::move(urgent_leads), std::move(ordinary_leads));
  UrgencyModel model = Fit(Lesson(examples, folds, -1), seed);
  model.may_be_ = thresholds.may_be;
  model.clear_ = thresholds.clear;
  return model;
}

namespace {

// What the words of a piece say, block by block, before each block is brought to its length.
struct PieceSums {
  std::array<double, kFeatureBlocks + 1> leads{};
  std::array<double, kFeatureBlocks + 1> squares{};

  void Add(size_t block, double weight, double lead) {
    leads[block] += weight * lead;
    squares[block] += weight * weight;
  }
  void Add(const PieceSums& other, double sign) {
    for (size_t b = 0; b < leads.size(); ++b) {
      leads[b] += sign * other.leads[b];
      squares[b] += sign * other.squares[b];
    }
  }
  double Lead(const std::array<double, kFeatureBlocks + 1>& weights) const {
    const double words = squares[static_cast<size_t>(FeatureBlock::kWords)];
    double lead = kLeadOfNothing * kThin / (kThin + words);
    for (size_t b = 0; b < leads.size(); ++b) {
      const double thin = b == static_cast<size_t>(FeatureBlock::kWords) ? kThin : 0;
      if (squares[b] > kNothing) lead += weights[b] * leads[b] / std::sqrt(squares[b] + thin);
    }
    return lead;
  }

  static constexpr double kNothing = 1e-9;  // what rounding may leave of words that were taken away again
};

}  // namespace

// The largest lead of any piece; lower than every threshold where nothing is known.
double UrgencyModel::LeadOf(const std::vector<WeighedFeature>& known, const std::vector<RawFeature>& notions) const {
  static thread_local std::vector<WeighedFeature> known_notions;
  static thread_local std::vector<PieceSums> sums;  // of every kStep words
  sums.clear();
  const auto add = [&](const std::vector<WeighedFeature>& features, size_t first_row, size_t first_block) {
    for (const WeighedFeature& each : features) {
      const size_t at = each.token / kStep;
      if (sums.size() <= at) sums.resize(at + 1);
      sums[at].Add(first_block + static_cast<size_t>(each.block), each.weight, leads_[first_row + each.row]);
    }
  };
  add(known, 0, 0);
  notion_space_.Weigh(notions, &known_notions);
  add(known_notions, space_.rows(), kFeatureBlocks);
  PieceSums piece;
  double most = kUnheard;
  for (size_t i = 0; i < sums.size(); ++i) {
    piece.Add(sums[i], 1);
    if (i >= kPiece / kStep) piece.Add(sums[i - kPiece / kStep], -1);
    const bool is_whole = i + 1 >= std::min(kPiece / kStep, sums.size());
    if (is_whole) most = std::max(most, piece.Lead({1, 1, kNotionsWeight}));
  }
  return most;
}

void UrgencyModel::SpreadLeads() {
  leads_.clear();
  for (uint32_t row = 0; row < weights_.rows(); ++row) {
    leads_.push_back(weights_.At(row, kUrgent) - weights_.At(row, kOrdinary));
  }
}

std::optional<Priority> UrgencyModel::Hear(const NormalText& text, const std::vector<RawFeature>& features) const {
  static thread_local std::vector<WeighedFeature> known;
  if (weights_.rows() == 0) return std::nullopt;
  space_.Weigh(features, &known);
  return Hear(text, known);
}

std::optional<Priority> UrgencyModel::Hear(const NormalText& text, const std::vector<WeighedFeature>& known) const {
  if (weights_.rows() == 0 || text.tokens.empty()) return std::nullopt;
  static thread_local std::vector<RawFeature> notions;
  FindNotions(text, &notions);
  const double lead = LeadOf(known, notions);
  if (lead >= clear_) return Priority::kUrgent;
  return lead >= may_be_ ? std::optional(Priority::kHigh) : std::nullopt;
}

void UrgencyModel::Write(ModelWriter* out) const {
  out->Put(may_be_);
  out->Put(clear_);
  out->Put<uint8_t>(weights_.rows() > 0 ? 1 : 0);
  if (weights_.rows() == 0) return;
  space_.Write(out);
  notion_space_.Write(out);
  weights_.Write(out);
}

UrgencyModel UrgencyModel::Read(ModelReader* in) {
  UrgencyModel model;
  model.may_be_ = in->Get<double>();
  model.clear_ = in->Get<double>();
  if (in->Get<uint8_t>() == 0) return model;
  model.space_ = FeatureSpace::Read(in);
  model.notion_space_ = FeatureSpace::Read(in);
  model.weights_ = SmallMatrix::Read(in);
  const bool fits = model.weights_.rows() == model.space_.rows() + model.notion_space_.rows() &&
                    model.weights_.width() == WholeLanes(kClasses);
  if (!fits) return UrgencyModel();
  model.SpreadLeads();
  return model;
}

}  // namespace switchboard::triage
