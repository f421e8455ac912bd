#include "services/switchboard/model_evaluate_command.h"

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_format.h"
#include "common/text/string_view.h"
#include "common/time/clock.h"
#include "services/switchboard/output.h"
#include "services/triage/evaluation.h"

namespace switchboard::client {
namespace {

constexpr int kProgressSteps = 1000;

constexpr char kEvaluateHelp[] = R"(
Files hold one text a line, label<TAB>text, in UTF-8. The label __oos__ marks a text that belongs to no label; texts of
the --out-of-scope files belong to none whatever their label. Everything is set on the files that are learnt from, by
holding parts of them out; the test file sets nothing.

With --json, one object; shares are from 0 to 1:
  train_texts, test_texts, out_of_scope_texts   how many
  accuracy, macro_f1                            of the best guess for every text of the test file
  expected_calibration_error                    between confidence and share right, 15 bins of equal width
  coverage_at_95_precision                      share sorted automatically, at thresholds set for a precision of 95%
  precision_reached                             how much of that is right
  coverage_swept                                the largest share of which 95% are right
  out_of_scope_recall, in_scope_accuracy        share of out-of-scope texts refused at the threshold that training set,
                                                and share of test texts right and not refused there
  out_of_scope_recall_at_92_accuracy            the same recall where that accuracy is 92%
  out_of_scope_auroc                            in scope against out of scope
  train_seconds, model_bytes                    wall time of learning, size of the stored model
  microseconds_median, microseconds_p99         to sort one text
  labels                                        for each: label, texts, is_known, precision, recall, f1
The out-of-scope figures are null without such texts. is_known is false for a label that only the test file has: all its
texts count as wrong.

Example:
  switchboard model evaluate --train train.tsv --test test.tsv --language en --json)";

nlohmann::ordered_json ToJson(const triage::EvaluationReport& report) {
  const bool refuses = report.out_of_scope_texts > 0;
  const auto if_refuses = [&](double value) { return refuses ? nlohmann::ordered_json(value) : nullptr; };
  nlohmann::ordered_json labels = nlohmann::ordered_json::array();
  for (const triage::LabelReport& label : report.labels) {
    labels.push_back({{"label", label.label},
                      {"texts", label.texts},
                      {"is_known", label.is_known},
                      {"precision", label.precision},
                      {"recall", label.recall},
                      {"f1", label.f1}});
  }
  return {{"train_texts", report.train_texts},
          {"test_texts", report.test_texts},
          {"out_of_scope_texts", report.out_of_scope_texts},
          {"accuracy", report.accuracy},
          {"macro_f1", report.macro_f1},
          {"expected_calibration_error", report.expected_calibration_error},
          {"coverage_at_95_precision", report.coverage_at_95_precision},
          {"precision_reached", report.precision_reached},
          {"coverage_swept", report.coverage_swept},
          {"out_of_scope_recall", if_refuses(report.out_of_scope_recall)},
          {"in_scope_accuracy", report.in_scope_accuracy},
          {"out_of_scope_recall_at_92_accuracy", if_refuses(report.out_of_scope_recall_at_92_accuracy)},
          {"out_of_scope_auroc", if_refuses(report.out_of_scope_auroc)},
          {"train_seconds", report.train_seconds},
          {"microseconds_median", report.microseconds_median},
          {"microseconds_p99", report.microseconds_p99},
          {"model_bytes", report.model_bytes},
          {"labels", std::move(labels)}};
}

std::string Percent(double share) { return absl::StrFormat("%.1f%%", 100 * share); }

void PrintReport(const triage::EvaluationReport& report) {
  const auto line = [](const char* what, const std::string& figure) { std::printf("%-20s%s\n", what, figure.c_str()); };
  line("accuracy", StrCat(Percent(report.accuracy), " of ", WithCommas(report.test_texts), " texts, learnt from ",
                          WithCommas(report.train_texts)));
  line("macro F1", Percent(report.macro_f1));
  line("calibration error", Percent(report.expected_calibration_error));
  line("sorts automatically", StrCat(Percent(report.coverage_at_95_precision), ", of which ",
                                     Percent(report.precision_reached), " are right (aimed at 95%)"));
  line("", StrCat("could be ", Percent(report.coverage_swept), " with 95% right"));
  if (report.out_of_scope_texts > 0) {
    line("out of scope",
         StrCat(Percent(report.out_of_scope_recall), " of ", WithCommas(report.out_of_scope_texts),
                " texts refused, where ", Percent(report.in_scope_accuracy), " of the others are right and kept"));
    line("", StrCat(Percent(report.out_of_scope_recall_at_92_accuracy), " where 92.0% are; AUROC ",
                    absl::StrFormat("%.3f", report.out_of_scope_auroc)));
  }
  line("learning", absl::StrFormat("%.1f s, model of %s bytes", report.train_seconds, WithCommas(report.model_bytes)));
  line("sorting", absl::StrFormat("%.1f µs a text (median), %.1f µs (99th percentile)", report.microseconds_median,
                                  report.microseconds_p99));
  std::puts("");
  Table table({"LABEL", "TEXTS", "PRECISION", "RECALL", "F1"});
  for (const triage::LabelReport& label : report.labels) {
    table.AddRow({StrCat(OneLine(label.label, 60), label.is_known ? "" : " (not learnt)"), WithCommas(label.texts),
                  Percent(label.precision), Percent(label.recall), Percent(label.f1)});
  }
  table.Print();
}

void Evaluate(Session& session, triage::EvaluationOptions options) {
  const SystemClock clock;
  Progress progress("learning: step", kProgressSteps, clock.Now());
  options.progress = [&](double done) {
    progress.Update(static_cast<int64_t>(done * kProgressSteps), clock.Now());
    return true;
  };
  const auto report = triage::EvaluateFiles(options);
  progress.Finish();
  if (!report.ok()) return session.Fail(report.status());
  if (!session.json()) return PrintReport(*report);
  // A label may hold bytes that are not UTF-8.
  std::puts(ToJson(*report).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
}

}  // namespace

void AddModelEvaluateCommand(CLI::App& model, Session& session) {
  auto options = std::make_shared<triage::EvaluationOptions>();
  CLI::App* evaluate =
      model.add_subcommand("evaluate", "Learn from some texts, try on others, and report; needs no server");
  evaluate->add_option("--train", options->train, "Texts to learn from; may be repeated")->required();
  evaluate->add_option("--test", options->test, "Texts to try")->required();
  evaluate->add_option("--out-of-scope", options->out_of_scope, "Texts of no label to try; may be repeated");
  evaluate->add_option("--out-of-scope-train", options->out_of_scope_train,
                       "Texts of no label to learn from; may be repeated");
  evaluate->add_option("--language", options->language, "Of every text; auto tells it text by text")
      ->check(CLI::IsMember({"en", "fr", "auto"}))
      ->capture_default_str();
  evaluate->add_option("--seed", options->seed, "Of the learning: the same seed gives the same model")
      ->capture_default_str();
  evaluate->footer(kEvaluateHelp);
  evaluate->callback([&session, options] { Evaluate(session, *options); });
}

}  // namespace switchboard::client
