// Measures the sorter on anybody's data, without a server: trains on some files, tries on another, reports.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_EVALUATION_H_
#define SWITCHBOARD_SERVICES_TRIAGE_EVALUATION_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace switchboard::triage {

// Files hold one text a line, `label<TAB>text`, UTF-8. The label __oos__ marks a text that belongs to no label.
struct EvaluationOptions {
  std::vector<std::string> train = {};  // at least one
  std::string test = {};
  std::vector<std::string> out_of_scope = {};        // texts to be refused; their labels are ignored
  std::vector<std::string> out_of_scope_train = {};  // texts of no label to learn from; their labels are ignored
  std::string language = "auto";                     // "en", "fr", or "auto": detected text by text
  uint64_t seed = 1;
  std::function<bool(double done)> progress = {};  // of the training; returning false stops with CANCELLED
};

struct LabelReport {
  std::string label;
  int64_t texts = 0;  // in the test file
  double precision = 0;
  double recall = 0;
  double f1 = 0;
};

// Shares are 0…1. "Decided" is what the sorter would route by itself at the thresholds that training set.
struct EvaluationReport {
  int64_t train_texts = 0;
  int64_t test_texts = 0;  // in scope
  int64_t out_of_scope_texts = 0;
  double accuracy = 0;  // of the best guess, decided or not
  double macro_f1 = 0;
  std::vector<LabelReport> labels;
  double expected_calibration_error = 0;  // fifteen bins of equal width
  double coverage = 0;                    // share decided at the thresholds for the target precision
  double precision = 0;                   // of what was decided
  double coverage_swept = 0;              // the largest share for which the real precision is at least 95%
  double out_of_scope_recall = 0;         // share of the out-of-scope texts refused at the threshold training set
  double in_scope_accuracy = 0;           // share of the in-scope texts that are right and not refused there
  double out_of_scope_recall_at_92 = 0;   // threshold swept so that in-scope accuracy is 92%
  double out_of_scope_auroc = 0;
  double train_seconds = 0;
  double microseconds_median = 0;  // to sort one text, language detection included
  double microseconds_p99 = 0;
  int64_t model_bytes = 0;
};

// NOT_FOUND for a file that cannot be read; INVALID_ARGUMENT for a line without a tab, an empty file, a test label that
// was never trained or an unknown language, naming file and line.
absl::StatusOr<EvaluationReport> EvaluateFiles(const EvaluationOptions& options);

// The report as one JSON object, its keys the field names.
std::string ReportAsJson(const EvaluationReport& report);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_EVALUATION_H_
