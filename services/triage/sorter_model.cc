#include "services/triage/sorter_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "services/triage/portable_math.h"

namespace switchboard::triage {
namespace {

constexpr uint32_t kMagic = 0x4D425753;  // "SWBM"
constexpr uint32_t kFormat = 1;
constexpr int kFolds = 5;
constexpr size_t kMostExplained = 10;

struct Scored {
  std::vector<float> scores;
  int label;
};

std::vector<std::vector<RawFeature>> ExtractAll(const std::vector<TrainingText>& texts, const FeatureOptions& options) {
  std::vector<std::vector<RawFeature>> features(texts.size());
  NormalText normal;
  for (size_t i = 0; i < texts.size(); ++i) {
    NormalizeText(texts[i].text, &normal);
    ExtractFeatures(normal, texts[i].language, options, &features[i]);
  }
  return features;
}

std::vector<SparseText> MapAll(const FeatureSpace& space, std::vector<std::vector<RawFeature>> features) {
  std::vector<SparseText> mapped(features.size());
  for (size_t i = 0; i < features.size(); ++i) space.Map(&features[i], &mapped[i]);
  return mapped;
}

double NegativeLogLikelihood(const std::vector<Scored>& scored, double temperature) {
  double sum = 0;
  for (const Scored& each : scored) {
    const float top = *std::max_element(each.scores.begin(), each.scores.end());
    double total = 0;
    for (const float score : each.scores) total += PortableExp((score - top) / temperature);
    sum += PortableLog(total) - (each.scores[each.label] - top) / temperature;
  }
  return sum;
}

double BestTemperature(const std::vector<Scored>& scored) {
  double low = 0.01;
  double high = 2.0;
  for (int i = 0; i < 40; ++i) {
    const double a = low + (high - low) * 0.382;
    const double b = low + (high - low) * 0.618;
    if (NegativeLogLikelihood(scored, a) < NegativeLogLikelihood(scored, b)) {
      high = b;
    } else {
      low = a;
    }
  }
  return (low + high) / 2;
}

}  // namespace

absl::StatusOr<SorterModel> SorterModel::Train(std::vector<std::string> labels, const std::vector<TrainingText>& texts,
                                               const ModelOptions& options) {
  if (labels.size() < 2) return absl::FailedPreconditionError("at least two topics with examples are needed");
  SorterModel model;
  model.labels_ = std::move(labels);
  model.features_ = options.features;
  const auto features = ExtractAll(texts, options.features);
  model.space_ = FeatureSpace::Build(features, options.space);
  const std::vector<SparseText> mapped = MapAll(model.space_, features);
  model.classes_ = static_cast<int>(model.labels_.size());
  const auto outside = [](const TrainingText& text) { return text.label == kOutOfScope; };
  const int none = model.classes_;
  if (std::any_of(texts.begin(), texts.end(), outside)) ++model.classes_;
  std::vector<LabelledSparse> all;
  for (size_t i = 0; i < texts.size(); ++i) {
    all.push_back({&mapped[i], outside(texts[i]) ? none : texts[i].label, texts[i].weight});
  }
  std::vector<Scored> scored;
  for (int fold = 0; fold < kFolds; ++fold) {
    if (options.progress && !options.progress(fold / (kFolds + 1.0))) return absl::CancelledError("training stopped");
    std::vector<LabelledSparse> learn;
    for (size_t i = 0; i < all.size(); ++i) {
      if (static_cast<int>(i % kFolds) != fold) learn.push_back(all[i]);
    }
    const auto part = LinearClassifier::Train(learn, model.space_.rows(), model.classes_, options.linear);
    for (size_t i = fold; i < all.size(); i += kFolds) scored.push_back({part.Scores(*all[i].text), all[i].label});
  }
  model.temperature_ = BestTemperature(scored);
  model.Quantize(LinearClassifier::Train(all, model.space_.rows(), model.classes_, options.linear));
  if (options.progress) options.progress(1.0);
  return model;
}

void SorterModel::Quantize(const LinearClassifier& linear) {
  const size_t rows = linear.rows();
  scales_.assign(classes_, 0.0F);
  for (uint32_t r = 0; r < rows; ++r) {
    for (int m = 0; m < classes_; ++m) scales_[m] = std::max(scales_[m], std::abs(linear.Row(r)[m]));
  }
  for (float& scale : scales_) scale = scale > 0 ? scale / 127.0F : 1.0F;
  weights_.resize(rows * classes_);
  for (uint32_t r = 0; r < rows; ++r) {
    for (int m = 0; m < classes_; ++m) {
      const float steps = linear.Row(r)[m] / scales_[m];
      weights_[r * classes_ + m] = static_cast<int8_t>(steps + (steps < 0 ? -0.5F : 0.5F));
    }
  }
}

std::vector<float> SorterModel::Scores(const SparseText& text) const {
  std::vector<float> scores(classes_, 0.0F);
  for (const SparseEntry& entry : text.entries) {
    const int8_t* row = weights_.data() + static_cast<size_t>(entry.row) * classes_;
    for (int m = 0; m < classes_; ++m) scores[m] += entry.value * static_cast<float>(row[m]);
  }
  for (int m = 0; m < classes_; ++m) scores[m] *= scales_[m];
  return scores;
}

Prediction SorterModel::Decide(const std::vector<float>& scores) const {
  const int topics = static_cast<int>(labels_.size());
  const float top = *std::max_element(scores.begin(), scores.end());
  double total = 0;
  for (const float score : scores) total += PortableExp((score - top) / temperature_);
  Prediction prediction;
  for (int m = 0; m < topics; ++m) {
    if (prediction.best < 0 || scores[m] > scores[prediction.best]) {
      prediction.runner_up = prediction.best;
      prediction.best = m;
    } else if (prediction.runner_up < 0 || scores[m] > scores[prediction.runner_up]) {
      prediction.runner_up = m;
    }
  }
  prediction.confidence = PortableExp((scores[prediction.best] - top) / temperature_) / total;
  prediction.runner_up_confidence = PortableExp((scores[prediction.runner_up] - top) / temperature_) / total;
  prediction.out_of_scope = classes_ > topics && scores[topics] >= scores[prediction.best];
  prediction.in_scope = prediction.confidence;
  prediction.decided = !prediction.out_of_scope && prediction.confidence >= 0.6;
  return prediction;
}

Prediction SorterModel::Predict(const NormalText& text, StemLanguage language) const {
  static thread_local std::vector<RawFeature> features;
  static thread_local SparseText sparse;
  ExtractFeatures(text, language, features_, &features);
  space_.Map(&features, &sparse);
  if (sparse.entries.empty()) return Prediction{.out_of_scope = true};
  return Decide(Scores(sparse));
}

std::vector<TokenWeight> SorterModel::Explain(const NormalText& text, StemLanguage language, int best,
                                              int other) const {
  std::vector<RawFeature> features;
  ExtractFeatures(text, language, features_, &features);
  SparseText sparse;
  space_.Map(&features, &sparse);
  std::vector<double> by_token(text.tokens.size(), 0.0);
  for (const RawFeature& feature : features) {
    const uint32_t row = space_.RowOf(feature.hash);
    const auto entry = std::lower_bound(sparse.entries.begin(), sparse.entries.end(), row,
                                        [](const SparseEntry& each, uint32_t wanted) { return each.row < wanted; });
    if (entry == sparse.entries.end() || entry->row != row) continue;
    const int8_t* weights = weights_.data() + static_cast<size_t>(row) * classes_;
    by_token[feature.token] += entry->value * (weights[best] * scales_[best] - weights[other] * scales_[other]);
  }
  std::vector<TokenWeight> weights;
  for (uint32_t i = 0; i < by_token.size(); ++i) {
    if (by_token[i] != 0) weights.push_back({i, by_token[i]});
  }
  std::stable_sort(weights.begin(), weights.end(),
                   [](const TokenWeight& a, const TokenWeight& b) { return std::abs(a.weight) > std::abs(b.weight); });
  if (weights.size() > kMostExplained) weights.resize(kMostExplained);
  return weights;
}

std::string SorterModel::Write() const {
  ModelWriter out;
  out.Put(kMagic);
  out.Put(kFormat);
  out.Put<uint64_t>(labels_.size());
  for (const std::string& label : labels_) out.PutText(label);
  out.Put<uint8_t>(features_.skip_bigrams ? 1 : 0);
  out.Put<int32_t>(features_.shortest_ngram);
  out.Put<int32_t>(features_.longest_ngram);
  space_.Write(&out);
  out.Put<int32_t>(classes_);
  out.PutList(weights_);
  out.PutList(scales_);
  out.Put(temperature_);
  return out.Take();
}

absl::StatusOr<SorterModel> SorterModel::Read(std::string_view bytes) {
  ModelReader in(bytes);
  if (in.Get<uint32_t>() != kMagic) return absl::InvalidArgumentError("these bytes are not a model");
  if (in.Get<uint32_t>() != kFormat) return absl::InvalidArgumentError("the model has another format: train it again");
  SorterModel model;
  const auto labels = in.Get<uint64_t>();
  for (uint64_t i = 0; i < labels && in.ok(); ++i) model.labels_.push_back(in.GetText());
  model.features_.skip_bigrams = in.Get<uint8_t>() != 0;
  model.features_.shortest_ngram = in.Get<int32_t>();
  model.features_.longest_ngram = in.Get<int32_t>();
  model.space_ = FeatureSpace::Read(&in);
  model.classes_ = in.Get<int32_t>();
  model.weights_ = in.GetList<int8_t>();
  model.scales_ = in.GetList<float>();
  model.temperature_ = in.Get<double>();
  const size_t topics = model.labels_.size();
  const auto classes = static_cast<size_t>(model.classes_);
  const bool fits = in.AtEnd() && topics >= 2 && (classes == topics || classes == topics + 1) &&
                    model.scales_.size() == classes && model.weights_.size() == model.space_.rows() * classes &&
                    model.space_.rows() > 0 && model.temperature_ > 0;
  if (!fits) return absl::InvalidArgumentError("the model is damaged");
  return model;
}

}  // namespace switchboard::triage
