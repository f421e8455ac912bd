// What each channel can carry, counted as it counts.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_CHANNEL_PROFILE_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_CHANNEL_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace switchboard::guidance {

enum class LengthUnit : uint8_t {
  kWeighted,  // X: a link is 23, an emoji 2, a character of most alphabets 1, any other 2
  kUtf16,     // UTF-16 code units
  kSmsParts,  // parts of a text message: 160 septets of GSM 03.38 (153 each when several), or 70 (67) UTF-16 units
};

// One channel of the API, by its name there.
struct ChannelProfile {
  std::string_view name;  // "X", "IN_PERSON", …
  LengthUnit unit;
  size_t most;  // in that unit
};

// Null for a name that is no channel. Names are written in upper case, exactly.
const ChannelProfile* FindChannel(std::string_view name);

// Every name, separated by commas, for error texts.
std::string ChannelNames();

// How long a text is in a unit. Linear in the length; thread-safe.
size_t LengthIn(LengthUnit unit, std::string_view text);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_CHANNEL_PROFILE_H_
