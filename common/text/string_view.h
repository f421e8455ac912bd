// std::string_view and Abseil as Debian builds it.
//
// Debian's Abseil is compiled as C++14, where absl::string_view is a class of its own and does not convert to or from
// std::string_view. The house speaks std::string_view; these few functions stand where it meets Abseil. With an Abseil
// whose string_view is std's they cost nothing and keep compiling.
#ifndef SWITCHBOARD_COMMON_TEXT_STRING_VIEW_H_
#define SWITCHBOARD_COMMON_TEXT_STRING_VIEW_H_

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace switchboard {

inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToStd(absl::string_view text) { return {text.data(), text.size()}; }

namespace string_view_internal {
// What absl::StrCat understands in place of `value`.
template <typename T>
decltype(auto) Piece(const T& value) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return ToAbsl(value);
  } else {
    return (value);
  }
}
}  // namespace string_view_internal

// absl::StrCat and absl::StrAppend that take std::string_view, too.
template <typename... Pieces>
std::string StrCat(const Pieces&... pieces) {
  return absl::StrCat(string_view_internal::Piece(pieces)...);
}
template <typename... Pieces>
void StrAppend(std::string* target, const Pieces&... pieces) {
  absl::StrAppend(target, string_view_internal::Piece(pieces)...);
}

// absl::Status with a std::string_view message, and its message as one.
inline absl::Status MakeStatus(absl::StatusCode code, std::string_view message) { return {code, ToAbsl(message)}; }
inline std::string_view MessageOf(const absl::Status& status) { return ToStd(status.message()); }

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_TEXT_STRING_VIEW_H_
