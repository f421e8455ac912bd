#include "services/triage/inquiry_facts.h"

#include <array>
#include <utility>

namespace switchboard::triage {
namespace {

template <typename Enum>
using Name = std::pair<Enum, std::string_view>;

constexpr std::array<Name<Channel>, 10> kChannels = {{
    {Channel::kX, "X"},
    {Channel::kFacebook, "FACEBOOK"},
    {Channel::kLinkedIn, "LINKEDIN"},
    {Channel::kBlog, "BLOG"},
    {Channel::kEmail, "EMAIL"},
    {Channel::kPhone, "PHONE"},
    {Channel::kInPerson, "IN_PERSON"},
    {Channel::kWeb, "WEB"},
    {Channel::kChat, "CHAT"},
    {Channel::kSms, "SMS"},
}};

constexpr std::array<Name<Visibility>, 2> kVisibilities = {{
    {Visibility::kPublic, "PUBLIC"},
    {Visibility::kPrivate, "PRIVATE"},
}};

constexpr std::array<Name<Priority>, 4> kPriorities = {{
    {Priority::kUrgent, "URGENT"},
    {Priority::kHigh, "HIGH"},
    {Priority::kNormal, "NORMAL"},
    {Priority::kLow, "LOW"},
}};

template <typename Enum, size_t N>
std::string_view NameOf(const std::array<Name<Enum>, N>& names, Enum value) {
  for (const auto& [each, name] : names) {
    if (each == value) return name;
  }
  return "UNSPECIFIED";
}

template <typename Enum, size_t N>
std::optional<Enum> ValueOf(const std::array<Name<Enum>, N>& names, std::string_view name) {
  for (const auto& [value, each] : names) {
    if (each == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view ChannelName(Channel channel) { return NameOf(kChannels, channel); }
std::string_view VisibilityName(Visibility visibility) { return NameOf(kVisibilities, visibility); }
std::string_view PriorityName(Priority priority) { return NameOf(kPriorities, priority); }

std::optional<Channel> ParseChannel(std::string_view name) { return ValueOf(kChannels, name); }
std::optional<Visibility> ParseVisibility(std::string_view name) { return ValueOf(kVisibilities, name); }
std::optional<Priority> ParsePriority(std::string_view name) { return ValueOf(kPriorities, name); }

std::string ChannelNames() {
  std::string names;
  for (const auto& [channel, name] : kChannels) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

}  // namespace switchboard::triage
