#include "common/runtime/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/strings/numbers.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

// %v is what follows "msg": already JSON.
constexpr char kPattern[] = R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","msg":%v})";

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Hands complete lines to a test.
class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FunctionSink(std::function<void(std::string_view)> function) : function_(std::move(function)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    const std::string_view text(line.data(), line.size());
    function_(text.substr(0, text.find_last_not_of('\n') + 1));
  }
  void flush_() override {}

  std::function<void(std::string_view)> function_;
};

std::shared_ptr<spdlog::logger> MakeLogger(std::shared_ptr<spdlog::sinks::sink> sink) {
  auto logger = std::make_shared<spdlog::logger>("switchboard", std::move(sink));
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(kPattern, spdlog::pattern_time_type::utc));
  logger->set_error_handler([](const std::string&) {});
  return logger;
}

// Never destroyed: threads may log until the very end of the process.
std::shared_ptr<spdlog::logger>& TheLogger() {
  static auto* logger =
      new std::shared_ptr<spdlog::logger>(MakeLogger(std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  return *logger;
}

void AppendQuoted(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void AppendField(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  StrAppend(&out, ",\"", key, "\":");
  AppendQuoted(out, value);
}

}  // namespace

absl::StatusOr<LogLevel> ParseLogLevel(std::string_view text) {
  if (text == "debug") return LogLevel::kDebug;
  if (text == "info") return LogLevel::kInfo;
  if (text == "warning") return LogLevel::kWarning;
  if (text == "error") return LogLevel::kError;
  return absl::InvalidArgumentError("must be debug, info, warning or error");
}

void SetLogLevel(LogLevel level) { TheLogger()->set_level(ToSpdlog(level)); }

bool IsLogged(LogLevel level) { return TheLogger()->should_log(ToSpdlog(level)); }

void Log(LogLevel level, std::string_view message, const LogFields& fields) {
  if (!IsLogged(level)) return;
  std::string line;
  AppendQuoted(line, message);
  AppendField(line, "trace_id", fields.trace_id);
  AppendField(line, "request_id", fields.request_id);
  AppendField(line, "caller", fields.caller);
  AppendField(line, "rpc", fields.rpc);
  AppendField(line, "code", fields.code);
  if (fields.duration.has_value()) StrAppend(&line, ",\"duration\":", absl::ToDoubleSeconds(*fields.duration));
  AppendField(line, "inquiry", fields.inquiry);
  TheLogger()->log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

void SetLogSinkForTest(std::function<void(std::string_view line)> sink) {
  const auto level = TheLogger()->level();
  TheLogger() = sink ? MakeLogger(std::make_shared<FunctionSink>(std::move(sink)))
                     : MakeLogger(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  TheLogger()->set_level(level);
}

bool LogThrottle::Admit(absl::Duration elapsed) {
  const int64_t now = absl::ToInt64Nanoseconds(elapsed);
  const int64_t interval = absl::ToInt64Nanoseconds(interval_);
  int64_t next = next_free_nanos_.load(std::memory_order_relaxed);
  int64_t after;
  do {
    // An idle bucket is full: its next line may be up to `burst` intervals ago.
    after = std::max(next, now - interval * (burst_ - 1)) + interval;
    if (after - interval > now) {
      suppressed_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
  } while (!next_free_nanos_.compare_exchange_weak(next, after, std::memory_order_relaxed));
  return true;
}

}  // namespace switchboard
