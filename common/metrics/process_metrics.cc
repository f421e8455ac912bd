// What the kernel knows about this process, under the names that every Prometheus client library uses.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/synchronization/mutex.h"
#include "common/metrics/metric_registry.h"

namespace switchboard {
namespace {

// The fields of /proc/self/stat after the command, which may hold spaces; index 0 is the state (field 3 in proc(5)).
struct ProcessStat {
  double cpu_ticks = 0;
  double start_ticks = 0;
  double resident_pages = 0;
};

ProcessStat ReadStat() {
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  ProcessStat stat;
  std::string field;
  for (int number = 3; fields >> field && number <= 24; ++number) {
    if (number == 14 || number == 15) stat.cpu_ticks += std::stod(field);
    if (number == 22) stat.start_ticks = std::stod(field);
    if (number == 24) stat.resident_pages = std::stod(field);
  }
  return stat;
}

double BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string key; file >> key;) {
    double value = 0;
    if (key == "btime" && file >> value) return value;
  }
  return 0;
}

double OpenFileDescriptors() {
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  return static_cast<double>(std::distance(entries, {}));
}

}  // namespace

void RefreshProcessMetrics(MetricRegistry& registry) {
  // Two scrapes at once must not both add the same seconds.
  static absl::Mutex mutex(absl::kConstInit);
  absl::MutexLock lock(&mutex);
  const ProcessStat stat = ReadStat();
  const double ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  prometheus::Counter& cpu =
      registry.Counters("process_cpu_seconds_total", "User and system CPU time spent in seconds.").With({});
  cpu.Increment(stat.cpu_ticks / ticks_per_second - cpu.Value());
  registry.Gauges("process_resident_memory_bytes", "Resident memory size in bytes.")
      .With({})
      .Set(stat.resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE)));
  registry.Gauges("process_open_fds", "Number of open file descriptors.").With({}).Set(OpenFileDescriptors());
  registry.Gauges("process_start_time_seconds", "Start time of the process since the Unix epoch in seconds.")
      .With({})
      .Set(BootTime() + stat.start_ticks / ticks_per_second);
}

}  // namespace switchboard
