// Measures the sorter on anybody's data, without a server: trains on some files, tries on another, reports.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_EVALUATION_H_
#define SWITCHBOARD_SERVICES_TRIAGE_EVALUATION_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace switchboard::triage {

// Files are those of labelled_text_file.h. The label __oos__ marks a text that belongs to no label.
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
  int64_t texts = 0;      // in the test file
  bool is_known = false;  // it was in a file that was learnt from; else every text of it counts as wrong
  double precision = 0;
  double recall = 0;
  double f1 = 0;
};

// Shares are 0…1. "Decided" is what the sorter would route by itself at the thresholds that training set: on held-out
// parts of the training files, where Wilson's lower bound of the precision reaches 95%. The test files set nothing.
struct EvaluationReport {
  int64_t train_texts = 0;  // texts of no label included
  int64_t test_texts = 0;   // in scope
  int64_t out_of_scope_texts = 0;
  double accuracy = 0;  // of the best guess, decided or not
  double macro_f1 = 0;  // over the labels that were tested or guessed
  std::vector<LabelReport> labels;
  double expected_calibration_error = 0;  // fifteen bins of equal width
  double coverage_at_95_precision = 0;    // share decided
  double precision_reached = 0;           // of what was decided
  double coverage_swept = 0;              // the largest share for which the real precision is at least 95%
  double out_of_scope_recall = 0;         // share of the out-of-scope texts refused at the threshold training set
  double in_scope_accuracy = 0;           // share of the in-scope texts that are right and not refused there
  double out_of_scope_recall_at_92_accuracy = 0;  // threshold swept so that in-scope accuracy is at least 92%
  double out_of_scope_auroc = 0;
  double train_seconds = 0;        // of wall time
  double microseconds_median = 0;  // to sort one text; language detection included where the language is "auto"
  double microseconds_p99 = 0;
  int64_t model_bytes = 0;
};

// INVALID_ARGUMENT for an unknown language; FAILED_PRECONDITION where fewer than two labels are learnt; errors of
// ReadLabelledTexts for a bad file.
absl::StatusOr<EvaluationReport> EvaluateFiles(const EvaluationOptions& options);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_EVALUATION_H_
