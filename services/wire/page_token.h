// Page tokens: where a list goes on. Opaque text for callers, bound to the list and to its filter, and checked on the
// way back: a token that was changed, or is used with another list or filter, is refused instead of giving a wrong
// page. That is no secret and no permission: a token says nothing that its caller could not ask for.
#ifndef SWITCHBOARD_SERVICES_WIRE_PAGE_TOKEN_H_
#define SWITCHBOARD_SERVICES_WIRE_PAGE_TOKEN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace switchboard::wire {

// The list that a token belongs to: the method's name and everything that selects or orders what it lists.
class PageScope {
 public:
  // `list` is for example "ListInquiries". `filter` is the filter in any form that is equal for equal filters, such as
  // its serialized message; or the version of what is listed, where the cursor is only good for that.
  PageScope(std::string_view list, std::string_view filter);

  // A token for the page after `cursor`: the last id given, or the index of the next item.
  std::string TokenAfter(int64_t cursor) const;

  // The cursor in a token; `first` for an empty token. INVALID_ARGUMENT (INVALID_PAGE_TOKEN) for any other token that
  // this scope did not give.
  absl::StatusOr<int64_t> CursorIn(std::string_view token, int64_t first = 0) const;

 private:
  uint64_t ChecksumOf(int64_t cursor) const;

  uint64_t digest_;
};

}  // namespace switchboard::wire

#endif  // SWITCHBOARD_SERVICES_WIRE_PAGE_TOKEN_H_
