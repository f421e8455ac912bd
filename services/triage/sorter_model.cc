#include "services/triage/sorter_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "services/triage/vector_loops.h"

namespace switchboard::triage {
namespace {

constexpr uint32_t kMagic = 0x4D425753;  // "SWBM"
constexpr uint32_t kFormat = 5;
constexpr size_t kMostExplained = 10;

void WriteCalibration(const Calibration& calibration, ModelWriter* out) {
  out->Put(calibration.temperature);
  calibration.right.Write(out);
  calibration.in_scope.Write(out);
  out->PutList(calibration.leanings);
}

Calibration ReadCalibration(ModelReader* in) {
  Calibration calibration;
  calibration.temperature = in->Get<double>();
  calibration.right = LogisticModel::Read(in);
  calibration.in_scope = LogisticModel::Read(in);
  calibration.leanings = in->GetList<double>();
  return calibration;
}

}  // namespace

void SorterModel::AddNetworkScores(const SparseText& text, float* scores) const {
  static thread_local std::vector<float> hidden;
  static thread_local std::vector<float> logarithms;
  const float share = 1.0F / static_cast<float>(networks_.size());
  hidden.clear();
  for (const NeuralNetwork& network : networks_) {
    hidden.insert(hidden.end(), network.bias().begin(), network.bias().end());
  }
  first_.AddRows(text, hidden.data());
  const float* own = hidden.data();
  for (const NeuralNetwork& network : networks_) {
    logarithms.resize(network.width());
    network.OutputLogProbabilities(own, logarithms.data());
    for (int m = 0; m < classes_; ++m) scores[m] += share * logarithms[m];
    own += network.hidden();
  }
}

Prediction SorterModel::Conclude(const Opinion& opinion, const Calibration& calibration) const {
  Prediction prediction;
  prediction.best = opinion.best;
  prediction.runner_up = opinion.second;
  prediction.confidence = calibration.LikelihoodOfRight(opinion);
  prediction.in_scope = calibration.in_scope.Likelihood(opinion.evidence);
  const double left = std::max(1e-9, 1 - opinion.best_probability);
  prediction.runner_up_confidence =
      std::min(prediction.confidence, (1 - prediction.confidence) * opinion.second_probability / left);
  prediction.out_of_scope = prediction.in_scope < scope_threshold_;
  prediction.decided = !prediction.out_of_scope && prediction.confidence >= thresholds_[prediction.best];
  return prediction;
}

Prediction SorterModel::Predict(const NormalText& text, StemLanguage language) const {
  static thread_local std::vector<RawFeature> features;
  static thread_local SparseText known;
  ExtractFeatures(text, language, features_, &features);
  space_.Map(features, &known);
  return Predict(known, text.tokens.size());
}

Prediction SorterModel::Predict(const SparseText& known, size_t tokens) const {
  static thread_local std::vector<float> linear;
  static thread_local std::vector<float> mixed;
  if (known.entries.empty()) return Prediction{.out_of_scope = true};
  linear.assign(linear_.width(), 0.0F);
  linear_.AddRows(known, linear.data());
  const TextFacts facts{static_cast<double>(tokens), known.unknown_share};
  const int labels = static_cast<int>(labels_.size());
  const TopTwo ahead = TopTwoOf(linear.data(), labels);
  const bool clear = linear[ahead.best] - linear[ahead.second] >= clear_lead_;
  if (networks_.empty() || clear) {
    return Conclude(OpinionOf(linear.data(), linear.data(), classes_, labels, fast_.temperature, facts), fast_);
  }
  mixed.assign(classes_, 0.0F);
  for (int m = 0; m < classes_; ++m) mixed[m] = linear_share_ * linear[m];
  AddNetworkScores(known, mixed.data());
  return Conclude(OpinionOf(mixed.data(), linear.data(), classes_, labels, full_.temperature, facts), full_);
}

std::vector<TokenWeight> SorterModel::Explain(const NormalText& text, StemLanguage language, int best,
                                              int other) const {
  std::vector<RawFeature> features;
  ExtractFeatures(text, language, features_, &features);
  SparseText sparse;
  space_.Map(features, &sparse);
  auto entry = sparse.entries.begin();  // one for each feature that is known, in their order
  std::vector<double> by_token(text.tokens.size(), 0.0);
  for (const RawFeature& feature : features) {
    const uint32_t row = space_.RowOf(feature.hash);
    if (row == FeatureSpace::kUnknown) continue;
    by_token[feature.token] += (entry++)->value * (linear_.At(row, best) - linear_.At(row, other));
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
  linear_.Write(&out);
  out.Put<uint64_t>(networks_.size());
  if (!networks_.empty()) first_.Write(&out);
  for (const NeuralNetwork& network : networks_) network.WriteUpperLayers(&out);
  out.Put(linear_share_);
  out.Put(clear_lead_);
  WriteCalibration(fast_, &out);
  WriteCalibration(full_, &out);
  out.PutList(thresholds_);
  out.Put(scope_threshold_);
  return out.Take();
}

bool SorterModel::Fits() const {
  const auto topics = static_cast<int>(labels_.size());
  bool fits = topics >= 2 && (classes_ == topics || classes_ == topics + 1) &&
              linear_.width() == WholeLanes(classes_) && linear_.rows() == space_.rows() && space_.rows() > 0 &&
              thresholds_.size() == labels_.size();
  for (const Calibration* each : {&fast_, &full_}) {
    fits = fits && each->temperature > 0 && each->leanings.size() == labels_.size();
  }
  int hidden = 0;
  for (const NeuralNetwork& network : networks_) {
    fits = fits && network.classes() == classes_;
    hidden += network.hidden();
  }
  return fits && (networks_.empty() || (first_.width() == hidden && first_.rows() == space_.rows()));
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
  model.linear_ = SmallMatrix::Read(&in);
  const auto networks = in.Get<uint64_t>();
  if (networks > 0) model.first_ = TinyMatrix::Read(&in);
  for (uint64_t i = 0; i < networks && in.ok(); ++i) model.networks_.push_back(NeuralNetwork::ReadUpperLayers(&in));
  model.linear_share_ = in.Get<float>();
  model.clear_lead_ = in.Get<double>();
  model.fast_ = ReadCalibration(&in);
  model.full_ = ReadCalibration(&in);
  model.thresholds_ = in.GetList<double>();
  model.scope_threshold_ = in.Get<double>();
  if (!in.AtEnd() || !model.Fits()) return absl::InvalidArgumentError("the model is damaged");
  return model;
}

}  // namespace switchboard::triage
