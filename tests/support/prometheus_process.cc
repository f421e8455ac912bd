#include "tests/support/prometheus_process.h"

#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "common/text/string_view.h"
#include "tests/support/await.h"
#include "tests/support/server_process.h"

namespace switchboard {
namespace {

constexpr char kProgram[] = "/usr/bin/prometheus";

std::string ScrapeConfiguration(const std::vector<int>& metrics_ports) {
  std::string targets;
  for (const int port : metrics_ports) StrAppend(&targets, targets.empty() ? "" : ", ", "'127.0.0.1:", port, "'");
  return StrCat("global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n  - job_name: switchboard\n",
                "    static_configs: [{targets: [", targets, "]}]\n");
}

std::string PercentEncoded(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      encoded += c;
    } else {
      encoded += absl::StrFormat("%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace

bool PrometheusProcess::IsInstalled() { return access(kProgram, X_OK) == 0; }

PrometheusProcess::PrometheusProcess(const std::vector<int>& metrics_ports) : port_(FreePort()) {
  WriteFile(directory_.File("prometheus.yml"), ScrapeConfiguration(metrics_ports));
  program_ = std::make_unique<Program>(std::vector<std::string>{
      kProgram, "--config.file=" + directory_.File("prometheus.yml"), "--storage.tsdb.path=" + directory_.File("data"),
      StrCat("--web.listen-address=127.0.0.1:", port_)});
}

std::optional<double> PrometheusProcess::Query(const std::string& expression) const {
  const std::string body = HttpGet(port_, "/api/v1/query?query=" + PercentEncoded(expression));
  const auto answer = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object() || answer.value("status", "") != "success") return std::nullopt;
  const auto& result = answer["data"]["result"];
  if (!result.is_array() || result.size() != 1) return std::nullopt;
  return std::atof(result[0]["value"][1].get<std::string>().c_str());
}

std::optional<double> PrometheusProcess::AwaitQuery(const std::string& expression, double expected,
                                                    absl::Duration timeout) const {
  std::optional<double> value;
  Await(timeout, [&] {
    value = Query(expression);
    return value == expected;
  });
  return value;
}

}  // namespace switchboard
