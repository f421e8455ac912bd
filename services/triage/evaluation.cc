#include "services/triage/evaluation.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>

#include "services/triage/background_texts.h"
#include "services/triage/labelled_text_file.h"
#include "services/triage/language.h"
#include "services/triage/model_trainer.h"

namespace switchboard::triage {
namespace {

constexpr char kOutOfScopeLabel[] = "__oos__";
constexpr int kBins = 15;
constexpr double kWantedPrecision = 0.95;
constexpr double kWantedAccuracy = 0.92;
using Steady = std::chrono::steady_clock;

absl::StatusOr<std::vector<LabelledLine>> ReadAll(const std::vector<std::string>& files) {
  std::vector<LabelledLine> lines;
  for (const std::string& file : files) {
    if (auto status = ReadLabelledTexts(file, &lines); !status.ok()) return status;
  }
  return lines;
}

// "card_arrival" → "card arrival"
std::string WordsOf(std::string label) {
  std::replace_if(
      label.begin(), label.end(), [](char c) { return c == '_' || c == '-' || c == '/'; }, ' ');
  return label;
}

// One test text with what the model said of it.
struct Tried {
  int wanted = kOutOfScope;
  Prediction said;

  bool right() const { return said.best == wanted; }
};

// Texts that are as likely in scope as each other.
struct ScopeStep {
  double inside = 0, inside_right = 0, outside = 0;
};

double Share(double part, double whole) { return whole > 0 ? part / whole : 0; }

class Evaluation {
 public:
  explicit Evaluation(const EvaluationOptions& options) : options_(options) {}

  absl::Status Run();
  EvaluationReport Take() { return std::move(report_); }

 private:
  absl::Status Load();
  absl::Status Train();
  void TryAll();
  Tried Try(const std::string& text, int wanted);
  void MeasureLabels();
  void MeasureCalibration();
  void MeasureCoverage();
  void MeasureOutOfScope();
  StemLanguage LanguageOf(const std::string& text) const;

  const EvaluationOptions& options_;
  EvaluationReport report_;
  std::vector<LabelledLine> train_, background_, test_, outside_;
  std::map<std::string, int> label_of_;
  std::vector<std::string> labels_;  // those that are learnt first, then those that only the test has
  size_t known_labels_ = 0;
  SorterModel model_;
  std::vector<Tried> inside_tried_, outside_tried_;
  std::vector<double> microseconds_;
};

StemLanguage Evaluation::LanguageOf(const std::string& text) const {
  return StemLanguageOf(options_.language == "auto" ? DetectLanguage(text).code : options_.language);
}

absl::Status Evaluation::Load() {
  if (options_.train.empty()) return absl::InvalidArgumentError("at least one file to train on is needed");
  if (options_.language != "en" && options_.language != "fr" && options_.language != "auto") {
    return absl::InvalidArgumentError("the language must be en, fr or auto");
  }
  auto train = ReadAll(options_.train);
  if (!train.ok()) return train.status();
  auto background = ReadAll(options_.out_of_scope_train);
  if (!background.ok()) return background.status();
  auto test = ReadAll({options_.test});
  if (!test.ok()) return test.status();
  auto outside = ReadAll(options_.out_of_scope);
  if (!outside.ok()) return outside.status();
  background_ = *std::move(background);
  outside_ = *std::move(outside);
  for (LabelledLine& line : *train) {
    if (line.label != kOutOfScopeLabel) label_of_.emplace(line.label, 0);
    (line.label == kOutOfScopeLabel ? background_ : train_).push_back(std::move(line));
  }
  for (LabelledLine& line : *test) (line.label == kOutOfScopeLabel ? outside_ : test_).push_back(std::move(line));
  for (auto& [label, index] : label_of_) {
    index = static_cast<int>(labels_.size());
    labels_.push_back(label);
  }
  known_labels_ = labels_.size();
  for (const LabelledLine& line : test_) {
    if (label_of_.try_emplace(line.label, static_cast<int>(labels_.size())).second) labels_.push_back(line.label);
  }
  return absl::OkStatus();
}

absl::Status Evaluation::Train() {
  const auto begin = Steady::now();
  std::vector<TrainingText> texts;
  for (const LabelledLine& line : train_) {
    texts.push_back({line.text, label_of_[line.label], LanguageOf(line.text)});
  }
  for (const LabelledLine& line : background_) texts.push_back({line.text, kOutOfScope, LanguageOf(line.text)});
  const std::vector<std::string> known(labels_.begin(), labels_.begin() + static_cast<ptrdiff_t>(known_labels_));
  for (const std::string& label : known) {
    const std::string name = WordsOf(label);
    texts.push_back({name, label_of_[label], LanguageOf(name), TextOrigin::kName});
  }
  for (const std::string_view text : kBackgroundTexts) {
    texts.push_back({std::string(text), kOutOfScope, LanguageOf(std::string(text)), TextOrigin::kBackground});
  }
  ModelOptions options;
  options.seed = options_.seed;
  options.progress = options_.progress;
  auto model = TrainSorterModel(known, std::move(texts), options);
  if (!model.ok()) return model.status();
  report_.train_seconds = std::chrono::duration<double>(Steady::now() - begin).count();
  // What is measured is what would be stored and loaded again.
  const std::string bytes = model->model.Write();
  report_.model_bytes = static_cast<int64_t>(bytes.size());
  auto loaded = SorterModel::Read(bytes);
  if (!loaded.ok()) return loaded.status();
  model_ = *std::move(loaded);
  return absl::OkStatus();
}

Tried Evaluation::Try(const std::string& text, int wanted) {
  static thread_local NormalText normal;
  const auto begin = Steady::now();
  NormalizeText(text, &normal);
  Tried tried{wanted, model_.Predict(normal, LanguageOf(text))};
  microseconds_.push_back(std::chrono::duration<double, std::micro>(Steady::now() - begin).count());
  return tried;
}

void Evaluation::TryAll() {
  for (const LabelledLine& line : test_) inside_tried_.push_back(Try(line.text, label_of_[line.label]));
  for (const LabelledLine& line : outside_) outside_tried_.push_back(Try(line.text, kOutOfScope));
  std::sort(microseconds_.begin(), microseconds_.end());
  if (microseconds_.empty()) return;
  report_.microseconds_median = microseconds_[microseconds_.size() / 2];
  report_.microseconds_p99 = microseconds_[microseconds_.size() * 99 / 100];
}

void Evaluation::MeasureLabels() {
  struct Count {
    int64_t wanted = 0, said = 0, right = 0;
  };
  std::vector<Count> counts(labels_.size());
  int64_t right = 0;
  for (const Tried& tried : inside_tried_) {
    ++counts[tried.wanted].wanted;
    if (tried.said.best >= 0) ++counts[tried.said.best].said;
    if (!tried.right()) continue;
    ++counts[tried.wanted].right;
    ++right;
  }
  report_.accuracy = Share(right, inside_tried_.size());
  int64_t present = 0;
  for (size_t i = 0; i < labels_.size(); ++i) {
    const Count& count = counts[i];
    LabelReport label{labels_[i], count.wanted, i < known_labels_, Share(count.right, count.said),
                      Share(count.right, count.wanted)};
    label.f1 = Share(2 * label.precision * label.recall, label.precision + label.recall);
    if (count.wanted > 0 || count.said > 0) {
      ++present;
      report_.macro_f1 += label.f1;
    }
    report_.labels.push_back(std::move(label));
  }
  report_.macro_f1 = Share(report_.macro_f1, present);
}

void Evaluation::MeasureCalibration() {
  struct Bin {
    double confidence = 0, right = 0, count = 0;
  };
  std::array<Bin, kBins> bins;
  for (const Tried& tried : inside_tried_) {
    Bin& bin = bins[std::min(kBins - 1, static_cast<int>(tried.said.confidence * kBins))];
    bin.confidence += tried.said.confidence;
    bin.right += tried.right() ? 1 : 0;
    bin.count += 1;
  }
  for (const Bin& bin : bins) report_.expected_calibration_error += std::abs(bin.confidence - bin.right);
  report_.expected_calibration_error = Share(report_.expected_calibration_error, inside_tried_.size());
}

void Evaluation::MeasureCoverage() {
  double decided = 0;
  double right = 0;
  for (const Tried& tried : inside_tried_) {
    if (!tried.said.decided) continue;
    decided += 1;
    right += tried.right() ? 1 : 0;
  }
  report_.coverage_at_95_precision = Share(decided, inside_tried_.size());
  report_.precision_reached = Share(right, decided);
  std::vector<Tried> sorted = inside_tried_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Tried& a, const Tried& b) { return a.said.confidence > b.said.confidence; });
  right = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    right += sorted[i].right() ? 1 : 0;
    if (right >= kWantedPrecision * static_cast<double>(i + 1)) {
      report_.coverage_swept = Share(static_cast<double>(i + 1), sorted.size());
    }
  }
}

void Evaluation::MeasureOutOfScope() {
  double kept_right = 0;
  for (const Tried& tried : inside_tried_) kept_right += tried.right() && !tried.said.out_of_scope ? 1 : 0;
  report_.in_scope_accuracy = Share(kept_right, inside_tried_.size());
  if (outside_tried_.empty()) return;
  double refused = 0;
  for (const Tried& tried : outside_tried_) refused += tried.said.out_of_scope ? 1 : 0;
  report_.out_of_scope_recall = Share(refused, outside_tried_.size());
  // Refuse from the least likely in scope upwards, as long as the accuracy in scope stays; equals go together.
  std::map<double, ScopeStep> steps;
  for (const Tried& tried : inside_tried_) {
    ScopeStep& step = steps[tried.said.in_scope];
    step.inside += 1;
    step.inside_right += tried.right() ? 1 : 0;
  }
  for (const Tried& tried : outside_tried_) steps[tried.said.in_scope].outside += 1;
  double right = report_.accuracy * static_cast<double>(inside_tried_.size());
  const double wanted = kWantedAccuracy * static_cast<double>(inside_tried_.size());
  double found = 0;
  double pairs = 0;
  for (const auto& [in_scope, step] : steps) {
    pairs += step.inside * (found + step.outside / 2);
    found += step.outside;
    right -= step.inside_right;
    if (right >= wanted - 1e-6) report_.out_of_scope_recall_at_92_accuracy = Share(found, outside_tried_.size());
  }
  report_.out_of_scope_auroc =
      Share(pairs, static_cast<double>(inside_tried_.size()) * static_cast<double>(outside_tried_.size()));
}

absl::Status Evaluation::Run() {
  if (auto status = Load(); !status.ok()) return status;
  report_.train_texts = static_cast<int64_t>(train_.size() + background_.size());
  report_.test_texts = static_cast<int64_t>(test_.size());
  report_.out_of_scope_texts = static_cast<int64_t>(outside_.size());
  if (auto status = Train(); !status.ok()) return status;
  TryAll();
  MeasureLabels();
  MeasureCalibration();
  MeasureCoverage();
  MeasureOutOfScope();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EvaluationReport> EvaluateFiles(const EvaluationOptions& options) {
  Evaluation evaluation(options);
  if (auto status = evaluation.Run(); !status.ok()) return status;
  return evaluation.Take();
}

}  // namespace switchboard::triage
