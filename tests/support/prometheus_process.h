// A real Prometheus that scrapes servers under test.
#ifndef SWITCHBOARD_TESTS_SUPPORT_PROMETHEUS_PROCESS_H_
#define SWITCHBOARD_TESTS_SUPPORT_PROMETHEUS_PROCESS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/support/program.h"
#include "tests/support/temporary_directory.h"

namespace switchboard {

// Scrapes once a second. Killed when destroyed.
class PrometheusProcess {
 public:
  // True where the program is installed.
  static bool IsInstalled();

  // `metrics_ports`: of 127.0.0.1.
  explicit PrometheusProcess(const std::vector<int>& metrics_ports);

  // The value of an instant query that gives one number; nothing where it gives none or does not answer.
  std::optional<double> Query(const std::string& expression) const;

  // Asks until the answer is `expected`; gives the last answer, whatever it is.
  std::optional<double> AwaitQuery(const std::string& expression, double expected, absl::Duration timeout) const;

 private:
  TemporaryDirectory directory_;
  int port_;
  std::unique_ptr<Program> program_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_PROMETHEUS_PROCESS_H_
