// A lane: one line of waiting inquiries inside a queue. Within a lane the order is that of arrival; among lanes the one
// whose head is due first is served (earliest deadline first).
#ifndef SWITCHBOARD_SERVICES_QUEUE_LANE_H_
#define SWITCHBOARD_SERVICES_QUEUE_LANE_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace switchboard::queue {

// Smaller is more pressing. The numbers are those of the API and of the database.
enum class Priority : uint8_t { kUrgent = 1, kHigh = 2, kNormal = 3, kLow = 4 };

inline constexpr Priority kPriorities[] = {Priority::kUrgent, Priority::kHigh, Priority::kNormal, Priority::kLow};

// One step more pressing; URGENT stays.
Priority Raised(Priority priority);

// "URGENT", …
std::string_view PriorityName(Priority priority);

// (priority, language, caller group) packed into 31 bits, so that it is one integer column of the hot index:
//   16 bits caller group (0: everybody; others: callers that flood) | 12 bits language | 3 bits priority
class Lane {
 public:
  Lane() = default;

  // `language` is a two- or three-letter lower-case code; anything else is "und". Three letters are folded onto two
  // where they do not fit: what a lane needs is that equal languages share it.
  Lane(Priority priority, std::string_view language, uint16_t caller_group = 0);

  static Lane FromNumber(int32_t number) { return Lane(number); }

  int32_t number() const { return number_; }
  Priority priority() const { return static_cast<Priority>(number_ & 7); }
  // The two-letter code, or "und".
  std::string language() const;
  uint16_t caller_group() const { return static_cast<uint16_t>(number_ >> 15); }

  // The same lane at another priority.
  Lane WithPriority(Priority priority) const;

  friend bool operator==(const Lane&, const Lane&) = default;
  friend auto operator<=>(const Lane&, const Lane&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Lane& lane) {
    return H::combine(std::move(h), lane.number_);
  }

 private:
  explicit Lane(int32_t number) : number_(number) {}

  int32_t number_ = static_cast<int32_t>(Priority::kNormal);
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_LANE_H_
