#include "services/triage/model_trainer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "services/triage/portable_math.h"
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
constexpr double kLinearOnly = std::numeric_limits<double>::infinity();
constexpr std::array<double, 8> kShares = {0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, kLinearOnly};
constexpr double kSameAccuracy = 0.001;        // differences below this are noise; the likelihood decides
constexpr double kMostCascadeChanges = 0.001;  // share of answers that asking the networks would have changed
constexpr double kRidge = 3.0;
constexpr size_t kLeastForOwnThreshold = 30;
constexpr double kLeastScopeTexts = 20;
constexpr int kNoFold = -1;

// What the models of one fold said of a text they had not seen.
struct HeldOut {
  int label = kOutOfScope;
  TextOrigin origin = TextOrigin::kExample;
  int fold = 0;
  std::vector<float> linear;
  std::vector<float> network;
  TextFacts facts;
};

// The scores of `held` at one mixture; linear scores alone when the share says so.
std::vector<float> Mix(const HeldOut& held, double share) {
  if (share == kLinearOnly || held.network.empty()) return held.linear;
  std::vector<float> scores = held.network;
  for (size_t m = 0; m < scores.size(); ++m) scores[m] += static_cast<float>(share) * held.linear[m];
  return scores;
}

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

double NegativeLogLikelihood(const std::vector<std::vector<float>>& scores, const std::vector<int>& wanted,
                             double temperature) {
  double sum = 0;
  for (size_t i = 0; i < scores.size(); ++i) {
    const float top = *std::max_element(scores[i].begin(), scores[i].end());
    double total = 0;
    for (const float score : scores[i]) total += PortableExp((score - top) / temperature);
    sum += PortableLog(total) - (scores[i][wanted[i]] - top) / temperature;
  }
  return sum;
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

struct Tempered {
  double temperature = 1;
  double loss = 0;
};

// Golden-section search over the logarithm of the temperature.
Tempered BestTemperature(const std::vector<std::vector<float>>& scores, const std::vector<int>& wanted) {
  double low = -5;
  double high = 3;
  for (int i = 0; i < 25; ++i) {
    const double a = low + (high - low) * 0.382;
    const double b = low + (high - low) * 0.618;
    const double loss_a = NegativeLogLikelihood(scores, wanted, PortableExp(a));
    const double loss_b = NegativeLogLikelihood(scores, wanted, PortableExp(b));
    (loss_a < loss_b ? high : low) = loss_a < loss_b ? b : a;
  }
  const double temperature = PortableExp((low + high) / 2);
  return {temperature, NegativeLogLikelihood(scores, wanted, temperature)};
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

  void ChooseMixture();
  void ChooseLead();
  Calibration Calibrate(const std::vector<const HeldOut*>& held, double share) const;
  std::vector<double> Leanings(const std::vector<const HeldOut*>& held, double share, const Calibration& calibration,
                               int but_fold) const;
  std::vector<Calibration> WithoutOwnFold(const std::vector<const HeldOut*>& held, double share,
                                          const Calibration& calibration) const;
  Opinion OpinionFor(const HeldOut& held, double share, double temperature) const;
  bool IsClear(const HeldOut& held) const;
  void SetThresholds();
  bool Finish();

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
  double share_ = kLinearOnly;
  NetworkOptions network_;
  std::vector<HeldOut> held_;
  std::vector<const HeldOut*> all_held_;
  std::vector<const HeldOut*> clear_held_;  // those for which the linear model alone would answer
  std::vector<HeldOutGuess> guesses_;       // what the finished cascade would have said of the labels' examples
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

void ModelTrainer::ChooseMixture() {
  struct Choice {
    double share, accuracy, loss;
  };
  std::vector<Choice> choices;
  for (const double share : kShares) {
    if (share != kLinearOnly && !UsesNetworks()) continue;
    std::vector<std::vector<float>> scores;
    std::vector<int> wanted;
    double right = 0;
    for (const HeldOut& held : held_) {
      if (held.label == kOutOfScope) continue;
      scores.push_back(Mix(held, share));
      wanted.push_back(held.label);
      const auto& each = scores.back();
      right += std::max_element(each.begin(), each.begin() + labels()) - each.begin() == held.label ? 1 : 0;
    }
    const double count = std::max<double>(1, static_cast<double>(scores.size()));
    choices.push_back({share, right / count, BestTemperature(scores, wanted).loss / count});
  }
  double best = 0;
  for (const Choice& choice : choices) best = std::max(best, choice.accuracy);
  double least = std::numeric_limits<double>::infinity();
  for (const Choice& choice : choices) {
    if (choice.accuracy < best - kSameAccuracy || choice.loss >= least) continue;
    least = choice.loss;
    share_ = choice.share;
  }
}

Opinion ModelTrainer::OpinionFor(const HeldOut& held, double share, double temperature) const {
  const std::vector<float> scores = Mix(held, share);
  return OpinionOf(scores.data(), held.linear.data(), classes(), labels(), temperature, held.facts);
}

// The smallest lead of the linear model beyond which the mixture hardly ever says something else.
void ModelTrainer::ChooseLead() {
  struct Lead {
    double lead;
    bool differs;
  };
  std::vector<Lead> leads;
  for (const HeldOut& held : held_) {
    const Opinion linear = OpinionFor(held, kLinearOnly, 1);
    const Opinion mixed = OpinionFor(held, share_, 1);
    leads.push_back({held.linear[linear.best] - held.linear[linear.second],
                     linear.best != mixed.best || held.label == kOutOfScope});
  }
  std::sort(leads.begin(), leads.end(), [](const Lead& a, const Lead& b) { return a.lead > b.lead; });
  model_.clear_lead_ = std::numeric_limits<double>::max();
  double differ = 0;
  for (size_t i = 0; i < leads.size(); ++i) {
    differ += leads[i].differs ? 1 : 0;
    if (differ <= kMostCascadeChanges * static_cast<double>(i + 1)) model_.clear_lead_ = leads[i].lead;
  }
}

bool ModelTrainer::IsClear(const HeldOut& held) const {
  const Opinion linear = OpinionFor(held, kLinearOnly, 1);
  return held.linear[linear.best] - held.linear[linear.second] >= model_.clear_lead_;
}

Calibration ModelTrainer::Calibrate(const std::vector<const HeldOut*>& held, double share) const {
  std::vector<std::vector<float>> scores;
  std::vector<int> wanted;
  double inside = 0;
  for (const HeldOut* each : held) {
    inside += each->label == kOutOfScope ? 0 : 1;
    if (each->label == kOutOfScope && classes() == labels()) continue;
    scores.push_back(Mix(*each, share));
    wanted.push_back(each->label == kOutOfScope ? labels() : each->label);
  }
  Calibration calibration;
  calibration.temperature = BestTemperature(scores, wanted).temperature;
  const double outside = static_cast<double>(held.size()) - inside;
  std::vector<Outcome> right;
  std::vector<Outcome> scope;
  for (const HeldOut* each : held) {
    const Opinion opinion = OpinionFor(*each, share, calibration.temperature);
    const bool good = opinion.best == each->label;
    if (each->label != kOutOfScope) right.push_back({opinion.evidence, good, 1.0});
    // Texts out of scope are rare among the examples and not rare in life.
    const double weight = each->label == kOutOfScope ? std::max(1.0, inside / std::max(outside, 1.0) / 4) : 1.0;
    scope.push_back({opinion.evidence, good, weight});
  }
  calibration.right = LogisticModel::Fit(right, kRidge);
  calibration.in_scope = outside >= kLeastScopeTexts ? LogisticModel::Fit(scope, kRidge) : calibration.right;
  calibration.leanings = Leanings(held, share, calibration, kNoFold);
  return calibration;
}

std::vector<double> ModelTrainer::Leanings(const std::vector<const HeldOut*>& held, double share,
                                           const Calibration& calibration, int but_fold) const {
  std::vector<LabelOutcome> outcomes;
  for (const HeldOut* each : held) {
    if (each->label == kOutOfScope || each->fold == but_fold) continue;
    const Opinion opinion = OpinionFor(*each, share, calibration.temperature);
    outcomes.push_back({opinion.best, calibration.right.LogOdds(opinion.evidence), opinion.best == each->label});
  }
  return LeaningsOf(outcomes, labels());
}

// By fold: as if its texts had not told the leanings, so that what is judged by them is not what they were learnt from.
std::vector<Calibration> ModelTrainer::WithoutOwnFold(const std::vector<const HeldOut*>& held, double share,
                                                      const Calibration& calibration) const {
  std::vector<Calibration> by_fold(folds_, calibration);
  for (int fold = 0; fold < folds_; ++fold) by_fold[fold].leanings = Leanings(held, share, calibration, fold);
  return by_fold;
}

void ModelTrainer::SetThresholds() {
  const std::vector<Calibration> full = WithoutOwnFold(all_held_, share_, model_.full_);
  const std::vector<Calibration> fast = WithoutOwnFold(clear_held_, kLinearOnly, model_.fast_);
  std::vector<double> scopes;  // of what is right
  std::vector<HeldOutGuess> guesses;
  std::vector<bool> is_example;        // by guess
  std::vector<double> scope_of_guess;  // by guess
  std::vector<Judged> all;
  std::vector<std::vector<Judged>> by_label(labels());
  for (const HeldOut& held : held_) {
    if (held.label == kOutOfScope) continue;
    const bool clear = IsClear(held);
    const Calibration& calibration = (clear ? fast : full)[held.fold];
    const Opinion opinion = OpinionFor(held, clear ? kLinearOnly : share_, calibration.temperature);
    const Judged judged{calibration.LikelihoodOfRight(opinion), opinion.best == held.label};
    all.push_back(judged);
    guesses.push_back({held.label, opinion.best, judged.confidence});
    is_example.push_back(held.origin == TextOrigin::kExample);
    scope_of_guess.push_back(calibration.in_scope.Likelihood(opinion.evidence));
    by_label[opinion.best].push_back(judged);
    if (judged.right) scopes.push_back(scope_of_guess.back());
  }
  const double general = ThresholdForPrecision(all, options_.target_precision);
  model_.thresholds_.assign(labels(), general);
  for (int label = 0; label < labels(); ++label) {
    double right = 0;
    double decided = 0;
    for (const Judged& judged : by_label[label]) {
      if (judged.confidence < general) continue;
      decided += 1;
      right += judged.right ? 1 : 0;
    }
    const bool misses =
        decided >= kLeastForOwnThreshold && WilsonUpperBound(right, decided) < options_.target_precision;
    if (misses) model_.thresholds_[label] = ThresholdForPrecision(by_label[label], options_.target_precision);
  }
  std::sort(scopes.begin(), scopes.end());
  if (classes() > labels() && !scopes.empty()) {
    model_.scope_threshold_ = scopes[static_cast<size_t>(options_.scope_loss * static_cast<double>(scopes.size()))];
  }
  for (size_t i = 0; i < guesses.size(); ++i) {
    HeldOutGuess& guess = guesses[i];
    guess.decided = scope_of_guess[i] >= model_.scope_threshold_ && guess.confidence >= model_.thresholds_[guess.guess];
    if (is_example[i]) guesses_.push_back(guess);
  }
}

// False when it was stopped: the model is then not whole.
bool ModelTrainer::Finish() {
  Learnt learnt = Prepare(-1, with_names_, true);
  const LinearClassifier linear = TrainLinear(learnt);
  model_.linear_ = SmallMatrix(linear.weights(), linear.width());
  if (share_ != kLinearOnly) {
    model_.linear_share_ = static_cast<float>(share_);
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
  ChooseMixture();
  if (share_ != kLinearOnly) ChooseLead();
  for (const HeldOut& held : held_) {
    all_held_.push_back(&held);
    if (IsClear(held)) clear_held_.push_back(&held);
  }
  model_.full_ = Calibrate(all_held_, share_);
  model_.fast_ = share_ == kLinearOnly ? model_.full_ : Calibrate(clear_held_, kLinearOnly);
  SetThresholds();
  if (!Finish()) return absl::CancelledError("the training was stopped");
  ModelEvaluation evaluation = EvaluateGuesses(model_.labels_, guesses_);
  return SorterTraining{std::move(model_), std::move(evaluation)};
}

absl::StatusOr<SorterTraining> TrainSorterModel(std::vector<std::string> labels, std::vector<TrainingText> texts,
                                                const ModelOptions& options) {
  return ModelTrainer(std::move(labels), std::move(texts), options).Run();
}

}  // namespace switchboard::triage
