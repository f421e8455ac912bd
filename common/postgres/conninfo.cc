#include "common/postgres/conninfo.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

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

}  // namespace

// In the keyword form a later setting wins; in a URI each is set once.
std::string CompleteConninfo(const SessionOptions& options) {
  const bool is_uri = options.conninfo.starts_with("postgresql://") || options.conninfo.starts_with("postgres://");
  std::string defaults;
  std::string uri = options.conninfo;
  for (const Keyword& keyword : DefaultKeywords(options)) {
    StrAppend(&defaults, keyword.name, "='", keyword.value, "' ");
    if (is_uri && uri.find(StrCat(keyword.name, "=")) == std::string::npos) {
      StrAppend(&uri, uri.find('?') == std::string::npos ? "?" : "&", keyword.name, "=", keyword.value);
    }
  }
  return is_uri ? uri : defaults + options.conninfo;
}

}  // namespace switchboard
