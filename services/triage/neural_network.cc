#include "services/triage/neural_network.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "services/triage/portable_math.h"
#include "services/triage/vector_loops.h"

namespace switchboard::triage {
namespace {

constexpr double kFirstMoment = 0.9;  // AdamUpdate's
constexpr double kSecondMoment = 0.999;
constexpr uint32_t kUntouched = 0xFFFFFFFF;

// A weight array with Adam's two moments.
struct Adam {
  explicit Adam(size_t size) : first(size), second(size) {}
  std::vector<float> first;
  std::vector<float> second;
};

void SoftMax(int classes, float* scores) {
  const float top = *std::max_element(scores, scores + classes);
  double total = 0;
  for (int m = 0; m < classes; ++m) {
    scores[m] = static_cast<float>(PortableExp(static_cast<double>(scores[m]) - top));
    total += scores[m];
  }
  for (int m = 0; m < classes; ++m) scores[m] = static_cast<float>(scores[m] / total);
}

}  // namespace

class NetworkTrainer {
 public:
  NetworkTrainer(const std::vector<LabelledSparse>& examples, size_t rows, int classes, const NetworkOptions& options);
  NeuralNetwork Run();

 private:
  void Batch(const uint32_t* chosen, int count);
  void DropFeatures(const LabelledSparse& example);
  void DropWords(const std::vector<uint32_t>& tokens);
  void Forward(const LabelledSparse& example);
  void Backward(const LabelledSparse& example);
  void Update();
  uint32_t SlotOf(uint32_t row);

  const std::vector<LabelledSparse>& examples_;
  const NetworkOptions options_;
  PortableRandom random_;
  NeuralNetwork net_;
  Adam first_moments_, bias_moments_, second_moments_, output_moments_;
  std::vector<float> first_gradient_;  // [slot][hidden]
  std::vector<float> bias_gradient_, second_gradient_, output_gradient_;
  std::vector<uint32_t> slot_of_row_;
  std::vector<uint32_t> touched_;   // rows, by slot
  std::vector<SparseEntry> kept_;   // the example's features that were not dropped
  std::vector<uint8_t> word_gone_;  // by token
  std::vector<float> hidden_, hidden_gradient_, scores_;
  int64_t step_ = 0;
  int64_t steps_ = 0;
  double first_power_ = 1;
  double second_power_ = 1;
};

NetworkTrainer::NetworkTrainer(const std::vector<LabelledSparse>& examples, size_t rows, int classes,
                               const NetworkOptions& options)
    : examples_(examples),
      options_(options),
      random_(options.seed),
      first_moments_(rows * options.hidden),
      bias_moments_(options.hidden),
      second_moments_(static_cast<size_t>(options.hidden) * (WholeLanes(classes))),
      output_moments_(WholeLanes(classes)) {
  net_.classes_ = classes;
  net_.hidden_ = options.hidden;
  net_.width_ = WholeLanes(classes);
  net_.first_.resize(rows * options.hidden);
  for (float& weight : net_.first_) weight = (2 * random_.Unit() - 1) * options.initial;
  net_.bias_.assign(options.hidden, 0.0F);
  net_.second_.assign(static_cast<size_t>(options.hidden) * net_.width_, 0.0F);
  const float bound = std::sqrt(6.0F / static_cast<float>(options.hidden + classes));
  for (int h = 0; h < options.hidden; ++h) {
    for (int m = 0; m < classes; ++m) net_.second_[h * net_.width_ + m] = (2 * random_.Unit() - 1) * bound;
  }
  net_.outputs_.assign(net_.width_, 0.0F);
  bias_gradient_.resize(options.hidden);
  second_gradient_.resize(net_.second_.size());
  output_gradient_.resize(net_.width_);
  slot_of_row_.assign(rows, kUntouched);
  hidden_.resize(options.hidden);
  hidden_gradient_.resize(options.hidden);
  scores_.resize(net_.width_);
}

uint32_t NetworkTrainer::SlotOf(uint32_t row) {
  uint32_t& slot = slot_of_row_[row];
  if (slot == kUntouched) {
    slot = static_cast<uint32_t>(touched_.size());
    touched_.push_back(row);
    first_gradient_.resize(touched_.size() * options_.hidden, 0.0F);
  }
  return slot;
}

void NetworkTrainer::DropWords(const std::vector<uint32_t>& tokens) {
  word_gone_.clear();
  for (const uint32_t token : tokens) {
    while (word_gone_.size() <= token) word_gone_.push_back(random_.Unit() < options_.word_dropout ? 1 : 0);
  }
}

// Whole words first, so that no one of them is relied upon; then features one by one.
void NetworkTrainer::DropFeatures(const LabelledSparse& example) {
  const std::vector<SparseEntry>& entries = example.text->entries;
  const bool by_word = options_.word_dropout > 0 && example.tokens != nullptr;
  if (by_word) DropWords(*example.tokens);
  const float keep = 1 - options_.feature_dropout;
  const float scale = 1 / (keep * (by_word ? 1 - options_.word_dropout : 1.0F));
  kept_.clear();
  for (size_t i = 0; i < entries.size(); ++i) {
    if (by_word && word_gone_[(*example.tokens)[i]] != 0) continue;
    if (random_.Unit() < keep) kept_.push_back({entries[i].row, entries[i].value * scale});
  }
}

void NetworkTrainer::Forward(const LabelledSparse& example) {
  const int hidden = options_.hidden;
  DropFeatures(example);
  hidden_ = net_.bias_;
  for (const SparseEntry& entry : kept_) {
    AddScaled(net_.first_.data() + static_cast<size_t>(entry.row) * hidden, entry.value, hidden, hidden_.data());
  }
  const float scale = 1 / (1 - options_.hidden_dropout);
  scores_ = net_.outputs_;
  for (int h = 0; h < hidden; ++h) {
    const bool on = hidden_[h] > 0 && random_.Unit() >= options_.hidden_dropout;
    hidden_[h] = on ? hidden_[h] * scale : 0.0F;
    if (on) AddScaled(net_.second_.data() + h * net_.width_, hidden_[h], net_.width_, scores_.data());
  }
}

void NetworkTrainer::Backward(const LabelledSparse& example) {
  const int classes = net_.classes_;
  const int hidden = options_.hidden;
  SoftMax(classes, scores_.data());
  const float rest = options_.label_smoothing / static_cast<float>(classes);
  for (int m = 0; m < classes; ++m) scores_[m] -= rest;
  scores_[example.label] -= 1 - options_.label_smoothing;
  std::fill(scores_.begin() + classes, scores_.end(), 0.0F);
  const float weight = example.weight / static_cast<float>(options_.batch);
  for (float& score : scores_) score *= weight;
  AddScaled(scores_.data(), 1.0F, net_.width_, output_gradient_.data());
  const float scale = 1 / (1 - options_.hidden_dropout);
  for (int h = 0; h < hidden; ++h) {
    hidden_gradient_[h] = 0;
    if (hidden_[h] <= 0) continue;
    hidden_gradient_[h] = scale * Dot(net_.second_.data() + h * net_.width_, scores_.data(), net_.width_);
    AddScaled(scores_.data(), hidden_[h], net_.width_, second_gradient_.data() + h * net_.width_);
  }
  AddScaled(hidden_gradient_.data(), 1.0F, hidden, bias_gradient_.data());
  for (const SparseEntry& entry : kept_) {
    const size_t slot = SlotOf(entry.row);
    AddScaled(hidden_gradient_.data(), entry.value, hidden, first_gradient_.data() + slot * hidden);
  }
}

void NetworkTrainer::Update() {
  const int hidden = options_.hidden;
  first_power_ *= kFirstMoment;
  second_power_ *= kSecondMoment;
  const double left = 1.0 - static_cast<double>(step_) / static_cast<double>(steps_);
  AdamStep step;
  step.rate = static_cast<float>(options_.learning_rate * left / (1 - first_power_));
  step.second_root = static_cast<float>(1 / std::sqrt(1 - second_power_));
  for (size_t slot = 0; slot < touched_.size(); ++slot) {
    const size_t at = static_cast<size_t>(touched_[slot]) * hidden;
    AdamUpdate(first_gradient_.data() + slot * hidden, step, hidden, net_.first_.data() + at,
               first_moments_.first.data() + at, first_moments_.second.data() + at);
    slot_of_row_[touched_[slot]] = kUntouched;
  }
  touched_.clear();
  first_gradient_.clear();
  const auto dense = [&](std::vector<float>* gradient, std::vector<float>* weights, Adam* moments) {
    AdamUpdate(gradient->data(), step, static_cast<int>(weights->size()), weights->data(), moments->first.data(),
               moments->second.data());
    std::fill(gradient->begin(), gradient->end(), 0.0F);
  };
  dense(&bias_gradient_, &net_.bias_, &bias_moments_);
  dense(&second_gradient_, &net_.second_, &second_moments_);
  dense(&output_gradient_, &net_.outputs_, &output_moments_);
  ++step_;
}

void NetworkTrainer::Batch(const uint32_t* chosen, int count) {
  for (int k = 0; k < count; ++k) {
    const LabelledSparse& example = examples_[chosen[k]];
    Forward(example);
    Backward(example);
  }
  Update();
}

NeuralNetwork NetworkTrainer::Run() {
  std::vector<uint32_t> order(examples_.size());
  std::iota(order.begin(), order.end(), 0U);
  const int count = static_cast<int>(order.size());
  const int batches = (count + options_.batch - 1) / options_.batch;
  steps_ = static_cast<int64_t>(batches) * options_.epochs;
  for (int epoch = 0; epoch < options_.epochs; ++epoch) {
    for (int k = count; k > 1; --k) std::swap(order[k - 1], order[random_.Below(static_cast<uint32_t>(k))]);
    for (int b = 0; b < batches; ++b) {
      Batch(order.data() + b * options_.batch, std::min(options_.batch, count - b * options_.batch));
    }
    if (options_.progress && !options_.progress((epoch + 1.0) / options_.epochs)) break;
  }
  return std::move(net_);
}

NeuralNetwork NeuralNetwork::Train(const std::vector<LabelledSparse>& examples, size_t rows, int classes,
                                   const NetworkOptions& options) {
  return NetworkTrainer(examples, rows, classes, options).Run();
}

std::vector<float> NeuralNetwork::LogProbabilities(const SparseText& text) const {
  std::vector<float> hidden = bias_;
  for (const SparseEntry& entry : text.entries) {
    AddScaled(first_.data() + static_cast<size_t>(entry.row) * hidden_, entry.value, hidden_, hidden.data());
  }
  std::vector<float> scores(width_);
  OutputLogProbabilities(hidden.data(), scores.data());
  scores.resize(classes_);
  return scores;
}

void NeuralNetwork::OutputLogProbabilities(const float* hidden, float* scores) const {
  std::copy(outputs_.begin(), outputs_.end(), scores);
  AddPositiveRows(second_.data(), hidden, hidden_, width_, scores);
  const float top = *std::max_element(scores, scores + classes_);
  static thread_local std::vector<double> exponentials;
  exponentials.resize(classes_);
  for (int m = 0; m < classes_; ++m) exponentials[m] = static_cast<double>(scores[m]) - top;
  Exponentials(exponentials.data(), classes_);
  double total = 0;
  for (const double each : exponentials) total += each;
  const auto base = static_cast<float>(top + PortableLog(total));
  for (int m = 0; m < classes_; ++m) scores[m] -= base;
}

void NeuralNetwork::WriteUpperLayers(ModelWriter* out) const {
  out->Put<int32_t>(classes_);
  out->Put<int32_t>(hidden_);
  out->PutList(bias_);
  out->PutList(second_);
  out->PutList(outputs_);
}

NeuralNetwork NeuralNetwork::ReadUpperLayers(ModelReader* in) {
  NeuralNetwork net;
  net.classes_ = in->Get<int32_t>();
  net.hidden_ = in->Get<int32_t>();
  net.bias_ = in->GetList<float>();
  net.second_ = in->GetList<float>();
  net.outputs_ = in->GetList<float>();
  const bool sane = net.classes_ > 0 && net.hidden_ > 0 && net.hidden_ % kLane == 0;
  net.width_ = sane ? WholeLanes(net.classes_) : 0;
  const bool fits = sane && net.bias_.size() == static_cast<size_t>(net.hidden_) &&
                    net.outputs_.size() == static_cast<size_t>(net.width_) &&
                    net.second_.size() == net.bias_.size() * net.outputs_.size();
  return fits ? net : NeuralNetwork();
}

}  // namespace switchboard::triage
