#include "common/postgres/conninfo.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

// libpq takes no timeout below two seconds.
constexpr int64_t kShortestConnectTimeout = 2;

struct Keyword {
  std::string_view name;
  std::string value;
};

// What a session has unless the operator's conninfo says otherwise.
std::vector<Keyword> DefaultKeywords(const SessionOptions& options) {
  const int64_t timeout = std::max(kShortestConnectTimeout, absl::ToInt64Seconds(options.connect_timeout));
  return {{"connect_timeout", StrCat(timeout)}, {"application_name", options.application_name},
          {"client_encoding", "UTF8"},          {"keepalives_idle", "10"},
          {"keepalives_interval", "5"},         {"keepalives_count", "3"},
          {"tcp_user_timeout", "30000"}};
}

bool IsUri(std::string_view conninfo) {
  return conninfo.starts_with("postgresql://") || conninfo.starts_with("postgres://");
}

char Separator(std::string_view uri) { return uri.find('?') == std::string_view::npos ? '?' : '&'; }

// As RFC 3986 has it: everything but letters and digits.
std::string PercentEncoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      encoded += c;
    } else {
      StrAppend(&encoded, "%", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  return encoded;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace

// In the keyword form a later setting wins; in a URI each is set once.
std::string CompleteConninfo(const SessionOptions& options) {
  const bool is_uri = IsUri(options.conninfo);
  std::string defaults;
  std::string uri = options.conninfo;
  for (const Keyword& keyword : DefaultKeywords(options)) {
    StrAppend(&defaults, keyword.name, "='", keyword.value, "' ");
    if (is_uri && uri.find(StrCat(keyword.name, "=")) == std::string::npos) {
      StrAppend(&uri, std::string(1, Separator(uri)), keyword.name, "=", keyword.value);
    }
  }
  return is_uri ? uri : defaults + options.conninfo;
}

std::string WithPassword(std::string_view conninfo, std::string_view password) {
  if (!IsUri(conninfo)) return StrCat(conninfo, " password=", Quoted(password));
  return StrCat(conninfo, std::string(1, Separator(conninfo)), "password=", PercentEncoded(password));
}

}  // namespace switchboard
