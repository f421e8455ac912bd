// The closed sets of words that describe an inquiry to the triage room: where it came from, who can see it, how
// pressing it is. The numbers are those of the API's enums, so that an edge may convert with a cast; the names are
// those that operators write in the configuration ("IN_PERSON", "PRIVATE", "URGENT").
#ifndef SWITCHBOARD_SERVICES_TRIAGE_INQUIRY_FACTS_H_
#define SWITCHBOARD_SERVICES_TRIAGE_INQUIRY_FACTS_H_

#include <optional>
#include <string>
#include <string_view>

namespace switchboard::triage {

enum class Channel {
  kUnspecified = 0,
  kX = 1,
  kFacebook = 2,
  kLinkedIn = 3,
  kBlog = 4,
  kEmail = 5,
  kPhone = 6,
  kInPerson = 7,
  kWeb = 8,
  kChat = 9,
  kSms = 10,
};

enum class Visibility { kUnspecified = 0, kPublic = 1, kPrivate = 2 };

// Smaller is more pressing, so that "raise" is std::min.
enum class Priority { kUrgent = 1, kHigh = 2, kNormal = 3, kLow = 4 };

std::string_view ChannelName(Channel channel);
std::string_view VisibilityName(Visibility visibility);
std::string_view PriorityName(Priority priority);

// Nothing for a name that is not in the set. Names are written in upper case, exactly.
std::optional<Channel> ParseChannel(std::string_view name);
std::optional<Visibility> ParseVisibility(std::string_view name);
std::optional<Priority> ParsePriority(std::string_view name);

// Every name, separated by commas, for error texts.
std::string ChannelNames();

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_INQUIRY_FACTS_H_
