#include "services/triage/evaluation.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/triage/background_texts.h"
#include "services/triage/language.h"
#include "services/triage/model_trainer.h"

namespace switchboard::triage {
namespace {

constexpr char kOutOfScopeLabel[] = "__oos__";
constexpr int kBins = 15;
constexpr double kWantedPrecision = 0.95;
constexpr double kWantedAccuracy = 0.92;
using Steady = std::chrono::steady_clock;

struct Line {
  std::string label;
  std::string text;
};

absl::Status ReadLines(const std::string& file, std::vector<Line>* lines) {
  std::ifstream in(file);
  if (!in) return absl::NotFoundError(absl::StrCat(file, ": cannot be read"));
  std::string line;
  const size_t before = lines->size();
  for (int number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    const size_t tab = line.find('\t');
    if (tab == std::string::npos || tab == 0) {
      return absl::InvalidArgumentError(absl::StrCat(file, ":", number, ": must be label, tab, text"));
    }
    lines->push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  if (lines->size() == before) return absl::InvalidArgumentError(absl::StrCat(file, ": holds no texts"));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Line>> ReadAll(const std::vector<std::string>& files) {
  std::vector<Line> lines;
  for (const std::string& file : files) {
    if (auto status = ReadLines(file, &lines); !status.ok()) return status;
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
  std::vector<Line> train_, background_, test_, outside_;
  std::map<std::string, int> label_of_;
  std::vector<std::string> labels_;
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
  for (Line& line : *train) {
    if (line.label != kOutOfScopeLabel) label_of_.emplace(line.label, 0);
    (line.label == kOutOfScopeLabel ? background_ : train_).push_back(std::move(line));
  }
  for (Line& line : *test) (line.label == kOutOfScopeLabel ? outside_ : test_).push_back(std::move(line));
  for (auto& [label, index] : label_of_) {
    index = static_cast<int>(labels_.size());
    labels_.push_back(label);
  }
  for (const Line& line : test_) {
    if (label_of_.contains(line.label)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(options_.test, ": the label ", line.label, " is in no file that is trained on"));
  }
  return absl::OkStatus();
}

absl::Status Evaluation::Train() {
  const auto begin = Steady::now();
  std::vector<TrainingText> texts;
  for (const Line& line : train_) {
    texts.push_back({line.text, label_of_[line.label], LanguageOf(line.text)});
  }
  for (const Line& line : background_) texts.push_back({line.text, kOutOfScope, LanguageOf(line.text)});
  for (const std::string& label : labels_) {
    const std::string name = WordsOf(label);
    texts.push_back({name, label_of_[label], LanguageOf(name), TextOrigin::kName});
  }
  for (const std::string_view text : kBackgroundTexts) {
    texts.push_back({std::string(text), kOutOfScope, LanguageOf(std::string(text)), TextOrigin::kBackground});
  }
  ModelOptions options;
  options.seed = options_.seed;
  options.progress = options_.progress;
  auto model = TrainSorterModel(labels_, std::move(texts), options);
  if (!model.ok()) return model.status();
  report_.train_seconds = std::chrono::duration<double>(Steady::now() - begin).count();
  // What is measured is what would be stored and loaded again.
  const std::string bytes = model->Write();
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
  for (const Line& line : test_) inside_tried_.push_back(Try(line.text, label_of_[line.label]));
  for (const Line& line : outside_) outside_tried_.push_back(Try(line.text, kOutOfScope));
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
    LabelReport label{labels_[i], count.wanted, Share(count.right, count.said), Share(count.right, count.wanted)};
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
  report_.coverage = Share(decided, inside_tried_.size());
  report_.precision = Share(right, decided);
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
  // Refuse from the least likely in scope upwards, as long as the accuracy in scope stays.
  std::vector<Tried> all = inside_tried_;
  all.insert(all.end(), outside_tried_.begin(), outside_tried_.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const Tried& a, const Tried& b) { return a.said.in_scope < b.said.in_scope; });
  double right = report_.accuracy * static_cast<double>(inside_tried_.size());
  const double wanted = kWantedAccuracy * static_cast<double>(inside_tried_.size());
  double found = 0;
  double pairs = 0;
  for (const Tried& tried : all) {
    if (tried.wanted == kOutOfScope) {
      found += 1;
    } else {
      pairs += found;
      right -= tried.right() ? 1 : 0;
    }
    if (right >= wanted - 0.5) report_.out_of_scope_recall_at_92 = Share(found, outside_tried_.size());
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

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    if (static_cast<unsigned char>(c) < 0x20) {
      quoted += absl::StrFormat("\\u%04x", c);
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + "\"";
}

}  // namespace

absl::StatusOr<EvaluationReport> EvaluateFiles(const EvaluationOptions& options) {
  Evaluation evaluation(options);
  if (auto status = evaluation.Run(); !status.ok()) return status;
  return evaluation.Take();
}

std::string ReportAsJson(const EvaluationReport& report) {
  std::string json = "{";
  const auto whole = [&json](const char* key, int64_t value) { absl::StrAppend(&json, "\"", key, "\":", value, ","); };
  const auto number = [&json](const char* key, double value) {
    absl::StrAppendFormat(&json, "\"%s\":%.6g,", key, value);
  };
  whole("train_texts", report.train_texts);
  whole("test_texts", report.test_texts);
  whole("out_of_scope_texts", report.out_of_scope_texts);
  number("accuracy", report.accuracy);
  number("macro_f1", report.macro_f1);
  number("expected_calibration_error", report.expected_calibration_error);
  number("coverage", report.coverage);
  number("precision", report.precision);
  number("coverage_swept", report.coverage_swept);
  number("out_of_scope_recall", report.out_of_scope_recall);
  number("in_scope_accuracy", report.in_scope_accuracy);
  number("out_of_scope_recall_at_92", report.out_of_scope_recall_at_92);
  number("out_of_scope_auroc", report.out_of_scope_auroc);
  number("train_seconds", report.train_seconds);
  number("microseconds_median", report.microseconds_median);
  number("microseconds_p99", report.microseconds_p99);
  whole("model_bytes", report.model_bytes);
  json += "\"labels\":[";
  for (size_t i = 0; i < report.labels.size(); ++i) {
    const LabelReport& label = report.labels[i];
    absl::StrAppendFormat(&json, "%s{\"label\":%s,\"texts\":%d,\"precision\":%.6g,\"recall\":%.6g,\"f1\":%.6g}",
                          i == 0 ? "" : ",", Quoted(label.label), label.texts, label.precision, label.recall, label.f1);
  }
  return json + "]}";
}

}  // namespace switchboard::triage
