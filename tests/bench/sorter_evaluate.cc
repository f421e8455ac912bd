// Measures the sorter on files of label<TAB>text and prints the report as JSON.
#include <CLI/CLI.hpp>
#include <iostream>

#include "services/triage/evaluation.h"

int main(int argc, char** argv) {
  switchboard::triage::EvaluationOptions options;
  bool with_labels = false;
  CLI::App app("Trains a sorter on some texts and measures it on others");
  app.add_option("--train", options.train, "label<TAB>text; may be repeated")->required();
  app.add_option("--test", options.test, "label<TAB>text")->required();
  app.add_option("--out-of-scope", options.out_of_scope, "texts that belong to no label; may be repeated");
  app.add_option("--out-of-scope-train", options.out_of_scope_train, "texts of no label to learn from");
  app.add_option("--language", options.language, "en, fr or auto");
  app.add_option("--seed", options.seed, "of the training");
  app.add_flag("--labels", with_labels, "print the table of labels too");
  CLI11_PARSE(app, argc, argv);
  auto report = switchboard::triage::EvaluateFiles(options);
  if (!report.ok()) {
    std::cerr << report.status().message() << "\n";
    return 1;
  }
  if (!with_labels) report->labels.clear();
  std::cout << switchboard::triage::ReportAsJson(*report) << "\n";
  return 0;
}
