#include "services/queue/lane.h"

namespace switchboard::queue {
namespace {

constexpr int kPriorityBits = 3;
constexpr int kLanguageBits = 12;
constexpr int kLanguageMask = (1 << kLanguageBits) - 1;
constexpr int kLetters = 26;
constexpr int kTwoLetterCodes = kLetters * kLetters;

// 0 is "und"; two letters take 1 … 676 and can be read back; three letters are spread over what is left of 12 bits.
int LanguageNumber(std::string_view language) {
  if (language.size() != 2 && language.size() != 3) return 0;
  if (language == "und") return 0;
  int number = 0;
  for (const char letter : language) {
    if (letter < 'a' || letter > 'z') return 0;
    number = number * kLetters + (letter - 'a');
  }
  if (language.size() == 2) return 1 + number;
  return 1 + kTwoLetterCodes + number % (kLanguageMask - kTwoLetterCodes);
}

}  // namespace

Priority Raised(Priority priority) {
  return priority == Priority::kUrgent ? priority : static_cast<Priority>(static_cast<int>(priority) - 1);
}

std::string_view PriorityName(Priority priority) {
  switch (priority) {
    case Priority::kUrgent:
      return "URGENT";
    case Priority::kHigh:
      return "HIGH";
    case Priority::kNormal:
      return "NORMAL";
    case Priority::kLow:
      return "LOW";
  }
  return "UNKNOWN";
}

Lane::Lane(Priority priority, std::string_view language, uint16_t caller_group)
    : number_(static_cast<int32_t>(caller_group) << (kPriorityBits + kLanguageBits) |
              LanguageNumber(language) << kPriorityBits | static_cast<int32_t>(priority)) {}

std::string Lane::language() const {
  const int number = ((number_ >> kPriorityBits) & kLanguageMask) - 1;
  if (number < 0 || number >= kTwoLetterCodes) return "und";
  return {static_cast<char>('a' + number / kLetters), static_cast<char>('a' + number % kLetters)};
}

Lane Lane::WithPriority(Priority priority) const {
  return Lane((number_ & ~((1 << kPriorityBits) - 1)) | static_cast<int32_t>(priority));
}

}  // namespace switchboard::queue
