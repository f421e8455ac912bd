#include "services/triage/model_trainer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "services/triage/cascade_calibrator.h"
#include "services/triage/text_folds.h"
#include "services/triage/vector_loops.h"

namespace switchboard::triage {
namespace {

constexpr size_t kHandful = 1500;    // texts; up to so many: more folds
constexpr size_t kFewTexts = 3000;   // up to so many: more and smaller networks, more epochs, names tried
constexpr size_t kManyTexts = 8000;  // from here on fewer folds
constexpr size_t kLeastForNetworks = 200;
constexpr size_t kLongText = 80;    // tokens; where half of the texts have more, networks only do harm
constexpr double kFewTextsC = 1;    // of the linear model, where there are few texts and they are short
constexpr int kHeldOutSeeds = 100;  // of the networks of the first fold; as many further for each

// The mean of what the networks say; empty where there are none.
std::vector<float> MeanScores(const std::vector<NeuralNetwork>& networks, const SparseText& text) {
  std::vector<float> mean;
  for (const NeuralNetwork& network : networks) {
    const std::vector<float> scores = network.LogProbabilities(text);
    mean.resize(scores.size());
    for (size_t m = 0; m < scores.size(); ++m) mean[m] += scores[m] / static_cast<float>(networks.size());
  }
  return mean;
}

// Rows of equal width of several matrices as the rows of one.
std::vector<float> SideBySide(const std::vector<std::vector<float>>& matrices, int width) {
  std::vector<float> all;
  for (size_t at = 0; at < matrices[0].size(); at += static_cast<size_t>(width)) {
    for (const std::vector<float>& each : matrices) {
      const auto row = each.begin() + static_cast<std::ptrdiff_t>(at);
      all.insert(all.end(), row, row + width);
    }
  }
  return all;
}

}  // namespace

class ModelTrainer {
 public:
  ModelTrainer(std::vector<std::string> labels, std::vector<TrainingText> texts, const ModelOptions& options)
      : texts_(std::move(texts)), options_(options) {
    model_.labels_ = std::move(labels);
    model_.features_ = options.features;
  }

  absl::StatusOr<SorterTraining> Run();

 private:
  // Texts as one feature space sees them.
  struct Learnt {
    FeatureSpace space;
    std::vector<SparseText> sparse;             // by text; empty where it was not asked for
    std::vector<std::vector<uint32_t>> tokens;  // by text, of each entry; only where whole words are dropped
    std::vector<LabelledSparse> examples;       // those that may be learnt from
  };

  // False once the training is to stop; asked between steps and after each epoch.
  bool Report(double done) {
    done_ = done;
    return GoesOn();
  }
  bool GoesOn() const {
    stopped_ = stopped_ || (options_.progress && !options_.progress(done_));
    return !stopped_;
  }
  int classes() const { return model_.classes_; }
  int labels() const { return static_cast<int>(model_.labels_.size()); }
  int ClassOf(const TrainingText& text) const { return text.label == kOutOfScope ? labels() : text.label; }

  void Extract();
  void Plan();
  void PlanForFewTexts();
  void PlanForManyTexts();
  void Fold();
  void DropMisleadingBackground();
  void DecideOnNames();
  bool UsesNetworks() const { return networks_ > 0 && examples_ >= kLeastForNetworks && !long_texts_; }
  double LinearAccuracy(bool with_names);
  Learnt Prepare(int held_fold, bool with_names, bool with_background) const;
  bool HoldOut();
  void HoldOutFold(int fold);
  LinearClassifier TrainLinear(const Learnt& learnt) const;
  NeuralNetwork TrainNetwork(const Learnt& learnt, int seed, int epochs) const;
  std::vector<uint32_t> TokensOf(size_t text, const FeatureSpace& space) const;
  std::vector<NeuralNetwork> TrainHeldOutNetworks(const Learnt& learnt, int fold) const;

  void TakeOver(CalibratedCascade& cascade);
  bool Finish(double linear_share);

  std::vector<TrainingText> texts_;
  const ModelOptions options_;
  SorterModel model_;
  std::vector<std::vector<RawFeature>> features_;
  std::vector<int> fold_of_;
  std::vector<bool> dropped_;
  int folds_ = 5;
  int networks_ = 0;
  int held_out_networks_ = 0;  // of each fold
  int held_out_epochs_ = 0;
  size_t rows_ = 0;
  double done_ = 0;
  mutable bool stopped_ = false;  // once told to, whatever is said later
  size_t examples_ = 0;           // of the labels
  bool long_texts_ = false;
  bool with_names_ = false;
  NetworkOptions network_;
  std::vector<HeldOut> held_;
};

void ModelTrainer::Extract() {
  NormalText normal;
  features_.resize(texts_.size());
  std::vector<size_t> lengths;  // of the examples, in tokens
  for (size_t i = 0; i < texts_.size(); ++i) {
    NormalizeText(texts_[i].text, &normal);
    ExtractFeatures(normal, texts_[i].language, options_.features, &features_[i]);
    if (texts_[i].origin == TextOrigin::kExample) lengths.push_back(normal.tokens.size());
  }
  std::nth_element(lengths.begin(), lengths.begin() + static_cast<ptrdiff_t>(lengths.size() / 2), lengths.end());
  long_texts_ = lengths[lengths.size() / 2] > kLongText;
  dropped_.assign(texts_.size(), false);
}

void ModelTrainer::Fold() {
  std::vector<int> label_of;
  for (const TrainingText& text : texts_) label_of.push_back(text.label);
  fold_of_ = FoldsOf(features_, label_of, folds_, options_.seed);
}

// Training is cheap: what is held out is asked of as many networks, learnt as long, as those that will be asked.
void ModelTrainer::PlanForFewTexts() {
  folds_ = texts_.size() <= kHandful ? 10 : 5;
  networks_ = held_out_networks_ = 4;
  network_.hidden = 64;
  network_.batch = 32;
  network_.epochs = held_out_epochs_ = 60;
  network_.feature_dropout = 0.8F;
  network_.learning_rate = 4e-3F;
}

// Training is dear: one network a fold must do to calibrate by. Learnt to the end it says best how much the networks
// are worth; where texts are not many, a third of the epochs keeps the training short.
void ModelTrainer::PlanForManyTexts() {
  folds_ = texts_.size() <= kManyTexts ? 5 : 4;
  networks_ = 2;
  held_out_networks_ = 1;
  network_.hidden = 192;
  network_.epochs = 30;
  held_out_epochs_ = texts_.size() <= kManyTexts ? 10 : 30;
  network_.feature_dropout = 0.75F;
  network_.word_dropout = 0.15F;
}

void ModelTrainer::Plan() {
  texts_.size() <= kFewTexts ? PlanForFewTexts() : PlanForManyTexts();
  const bool outside =
      std::any_of(texts_.begin(), texts_.end(), [](const TrainingText& each) { return each.label == kOutOfScope; });
  model_.classes_ = labels() + (outside ? 1 : 0);
  const int networks_bytes = UsesNetworks() ? networks_ * network_.hidden / 2 + 4 : 0;
  rows_ = options_.most_bytes / static_cast<size_t>(WholeLanes(classes()) + 4 + networks_bytes + 4);
}

// `held_fold` -1 holds nothing out. Held-out texts are mapped too, but not learnt from.
ModelTrainer::Learnt ModelTrainer::Prepare(int held_fold, bool with_names, bool with_background) const {
  std::vector<std::vector<RawFeature>> learn;
  std::vector<size_t> places;
  for (size_t i = 0; i < texts_.size(); ++i) {
    const TextOrigin origin = texts_[i].origin;
    const bool held = origin != TextOrigin::kName && fold_of_[i] == held_fold;
    const bool wanted = (origin != TextOrigin::kName || with_names) &&
                        (origin != TextOrigin::kBackground || with_background) && !dropped_[i];
    if (held || !wanted) continue;
    learn.push_back(features_[i]);
    places.push_back(i);
  }
  FeatureSpaceOptions space_options;
  space_options.most_rows = rows_;
  Learnt learnt;
  learnt.space = FeatureSpace::Build(learn, space_options);
  learnt.sparse.resize(texts_.size());
  for (size_t i = 0; i < texts_.size(); ++i) learnt.space.Map(features_[i], &learnt.sparse[i]);
  if (network_.word_dropout > 0) learnt.tokens.resize(texts_.size());
  for (const size_t i : places) {
    LabelledSparse& example = learnt.examples.emplace_back(LabelledSparse{&learnt.sparse[i], ClassOf(texts_[i])});
    if (network_.word_dropout <= 0) continue;
    learnt.tokens[i] = TokensOf(i, learnt.space);
    example.tokens = &learnt.tokens[i];
  }
  return learnt;
}

// One for each feature that the space knows, as Map has one entry for each.
std::vector<uint32_t> ModelTrainer::TokensOf(size_t text, const FeatureSpace& space) const {
  std::vector<uint32_t> tokens;
  for (const RawFeature& feature : features_[text]) {
    if (space.RowOf(feature.hash) != FeatureSpace::kUnknown) tokens.push_back(feature.token);
  }
  return tokens;
}

LinearClassifier ModelTrainer::TrainLinear(const Learnt& learnt) const {
  LinearOptions options = options_.linear;
  options.seed = options_.seed;
  if (texts_.size() <= kFewTexts && !long_texts_) options.c = kFewTextsC;
  return LinearClassifier::Train(learnt.examples, learnt.space.rows(), classes(), options);
}

NeuralNetwork ModelTrainer::TrainNetwork(const Learnt& learnt, int seed, int epochs) const {
  NetworkOptions options = network_;
  options.seed = options_.seed * 1000 + static_cast<uint64_t>(seed);
  options.epochs = epochs;
  options.progress = [this](double) { return GoesOn(); };
  return NeuralNetwork::Train(learnt.examples, learnt.space.rows(), classes(), options);
}

// A shipped text that a model of the topics alone takes for one of them as clearly as its own examples would mislead.
void ModelTrainer::DropMisleadingBackground() {
  const auto shipped = [](const TrainingText& text) { return text.origin == TextOrigin::kBackground; };
  if (std::none_of(texts_.begin(), texts_.end(), shipped)) return;
  const Learnt learnt = Prepare(0, true, false);
  const LinearClassifier linear = TrainLinear(learnt);
  const auto lead = [&](size_t i) {
    std::vector<float> scores = linear.Scores(learnt.sparse[i]);
    scores.resize(labels());
    std::partial_sort(scores.begin(), scores.begin() + 2, scores.end(), std::greater<>());
    return scores[0] - scores[1];
  };
  std::vector<float> leads;
  for (size_t i = 0; i < texts_.size(); ++i) {
    if (fold_of_[i] == 0 && texts_[i].origin == TextOrigin::kExample && texts_[i].label >= 0) leads.push_back(lead(i));
  }
  if (leads.empty()) return;
  std::nth_element(leads.begin(), leads.begin() + leads.size() / 2, leads.end());
  const float median = leads[leads.size() / 2];
  for (size_t i = 0; i < texts_.size(); ++i) {
    if (shipped(texts_[i]) && lead(i) > median) dropped_[i] = true;
  }
}

double ModelTrainer::LinearAccuracy(bool with_names) {
  double right = 0;
  for (int fold = 0; fold < folds_; ++fold) {
    const Learnt learnt = Prepare(fold, with_names, false);
    const LinearClassifier linear = TrainLinear(learnt);
    for (size_t i = 0; i < texts_.size(); ++i) {
      if (fold_of_[i] != fold || texts_[i].origin != TextOrigin::kExample || texts_[i].label < 0) continue;
      const std::vector<float> scores = linear.Scores(learnt.sparse[i]);
      right += std::max_element(scores.begin(), scores.begin() + labels()) - scores.begin() == texts_[i].label ? 1 : 0;
    }
  }
  return right;
}

void ModelTrainer::DecideOnNames() {
  const auto name = [](const TrainingText& text) { return text.origin == TextOrigin::kName; };
  const bool any = std::any_of(texts_.begin(), texts_.end(), name);
  with_names_ = any && texts_.size() <= kFewTexts && LinearAccuracy(true) >= LinearAccuracy(false);
}

std::vector<NeuralNetwork> ModelTrainer::TrainHeldOutNetworks(const Learnt& learnt, int fold) const {
  std::vector<NeuralNetwork> networks;
  if (!UsesNetworks()) return networks;
  for (int which = 0; which < held_out_networks_; ++which) {
    networks.push_back(TrainNetwork(learnt, kHeldOutSeeds + fold * held_out_networks_ + which, held_out_epochs_));
  }
  return networks;
}

void ModelTrainer::HoldOutFold(int fold) {
  const Learnt learnt = Prepare(fold, with_names_, true);
  const LinearClassifier linear = TrainLinear(learnt);
  const std::vector<NeuralNetwork> networks = TrainHeldOutNetworks(learnt, fold);
  for (size_t i = 0; i < texts_.size(); ++i) {
    if (fold_of_[i] != fold || texts_[i].origin == TextOrigin::kName || dropped_[i]) continue;
    const SparseText& sparse = learnt.sparse[i];
    HeldOut held{texts_[i].label, texts_[i].origin, fold, linear.Scores(sparse), MeanScores(networks, sparse), {}};
    NormalText normal;
    NormalizeText(texts_[i].text, &normal);
    held.facts = {static_cast<double>(normal.tokens.size()), sparse.unknown_share};
    held_.push_back(std::move(held));
  }
}

bool ModelTrainer::HoldOut() {
  const double steps = folds_ + networks_ + 1.0;
  for (int fold = 0; fold < folds_; ++fold) {
    if (!Report(fold / steps)) return false;
    HoldOutFold(fold);
  }
  return Report(folds_ / steps);
}

void ModelTrainer::TakeOver(CalibratedCascade& cascade) {
  model_.clear_lead_ = cascade.clear_lead;
  model_.fast_ = std::move(cascade.fast);
  model_.full_ = std::move(cascade.full);
  model_.thresholds_ = std::move(cascade.thresholds);
  model_.scope_threshold_ = cascade.scope_threshold;
}

// False when it was stopped: the model is then not whole.
bool ModelTrainer::Finish(double linear_share) {
  Learnt learnt = Prepare(-1, with_names_, true);
  const LinearClassifier linear = TrainLinear(learnt);
  model_.linear_ = SmallMatrix(linear.weights(), linear.width());
  if (linear_share != kLinearOnly) {
    model_.linear_share_ = static_cast<float>(linear_share);
    std::vector<std::vector<float>> firsts;
    for (int which = 0; which < networks_; ++which) {
      model_.networks_.push_back(TrainNetwork(learnt, which, network_.epochs));
      firsts.push_back(model_.networks_.back().TakeFirst());
    }
    model_.first_ = TinyMatrix(SideBySide(firsts, network_.hidden), networks_ * network_.hidden);
  }
  model_.space_ = std::move(learnt.space);
  return Report(1.0);
}

absl::StatusOr<SorterTraining> ModelTrainer::Run() {
  std::set<int> with_examples;
  for (const TrainingText& text : texts_) {
    if (text.label < 0 || text.origin != TextOrigin::kExample) continue;
    with_examples.insert(text.label);
    ++examples_;
  }
  if (with_examples.size() < 2) return absl::FailedPreconditionError("at least two topics with examples are needed");
  Extract();
  Plan();
  Fold();
  DropMisleadingBackground();
  DecideOnNames();
  if (!HoldOut()) return absl::CancelledError("the training was stopped");
  CalibratedCascade cascade = CalibrateCascade(held_, {.labels = labels(),
                                                       .classes = classes(),
                                                       .folds = folds_,
                                                       .target_precision = options_.target_precision,
                                                       .scope_loss = options_.scope_loss});
  TakeOver(cascade);
  if (!Finish(cascade.linear_share)) return absl::CancelledError("the training was stopped");
  ModelEvaluation evaluation = EvaluateGuesses(model_.labels_, cascade.guesses);
  return SorterTraining{std::move(model_), std::move(evaluation)};
}

absl::StatusOr<SorterTraining> TrainSorterModel(std::vector<std::string> labels, std::vector<TrainingText> texts,
                                                const ModelOptions& options) {
  return ModelTrainer(std::move(labels), std::move(texts), options).Run();
}

}  // namespace switchboard::triage
