#include "services/guidance/channel_profile.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <vector>

#include "services/guidance/links.h"

namespace switchboard::guidance {
namespace {

constexpr std::array<ChannelProfile, 10> kChannels = {{
    {"X", LengthUnit::kWeighted, 280},
    {"FACEBOOK", LengthUnit::kUtf16, 8000},
    {"LINKEDIN", LengthUnit::kUtf16, 1250},
    {"BLOG", LengthUnit::kUtf16, 10000},
    {"EMAIL", LengthUnit::kUtf16, 50000},
    {"PHONE", LengthUnit::kUtf16, 10000},
    {"IN_PERSON", LengthUnit::kUtf16, 10000},
    {"WEB", LengthUnit::kUtf16, 50000},
    {"CHAT", LengthUnit::kUtf16, 2000},
    {"SMS", LengthUnit::kSmsParts, 3},
}};

constexpr size_t kLinkWeight = 23;

// The alphabets of GSM 03.38: the basic table, and what is reached by an escape and so costs two.
constexpr std::u16string_view kGsmBasic =
    u"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    u"¿abcdefghijklmnopqrstuvwxyzäöñüà";
constexpr std::u16string_view kGsmExtended = u"\f^{}\\[~]|€";

icu::UnicodeString Utf16(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

bool IsLight(UChar32 c) {
  return c <= 0x10FF || (c >= 0x2000 && c <= 0x200D) || (c >= 0x2010 && c <= 0x201F) || (c >= 0x2032 && c <= 0x2037);
}

bool JoinsEmoji(UChar32 c) {
  return c == 0x200D || c == 0xFE0F || c == 0x20E3 || u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) ||
         (c >= 0xE0020 && c <= 0xE007F);
}

bool IsRegional(UChar32 c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }

// A whole emoji, however many characters it is made of, weighs 2.
size_t Weight(std::string_view part) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString text = icu::Normalizer2::getNFCInstance(status)->normalize(Utf16(part), status);
  size_t weight = 0;
  bool in_emoji = false;
  bool after_joiner = false;
  bool odd_regional = false;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (in_emoji && JoinsEmoji(c)) {
      after_joiner = c == 0x200D;
      continue;
    }
    if (in_emoji && odd_regional && IsRegional(c)) {
      odd_regional = false;
      continue;
    }
    const bool emoji = c > 0xFF && (u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) || IsRegional(c));
    if (emoji && after_joiner) {
      after_joiner = false;
      continue;
    }
    odd_regional = IsRegional(c);
    in_emoji = emoji;
    after_joiner = false;
    weight += emoji || !IsLight(c) ? 2 : 1;
  }
  return weight;
}

size_t WeightedLength(std::string_view text) {
  size_t weight = 0;
  size_t at = 0;
  for (const Link& link : FindLinks(text)) {
    if (link.host.find('.') == std::string::npos) continue;  // "http://intranet/" is not shortened
    weight += Weight(text.substr(at, link.begin - at)) + kLinkWeight;
    at = link.begin + link.length;
  }
  return weight + Weight(text.substr(at));
}

size_t Parts(size_t units, size_t alone, size_t each) { return units <= alone ? 1 : (units + each - 1) / each; }

size_t SmsParts(std::string_view text) {
  const icu::UnicodeString units = Utf16(text);
  size_t septets = 0;
  for (int32_t i = 0; i < units.length(); ++i) {
    const char16_t c = units[i];
    if (kGsmBasic.find(c) != std::u16string_view::npos) {
      septets += 1;
    } else if (kGsmExtended.find(c) != std::u16string_view::npos) {
      septets += 2;
    } else {
      return Parts(static_cast<size_t>(units.length()), 70, 67);
    }
  }
  return Parts(septets, 160, 153);
}

}  // namespace

const ChannelProfile* FindChannel(std::string_view name) {
  const auto found =
      std::find_if(kChannels.begin(), kChannels.end(), [&](const ChannelProfile& each) { return each.name == name; });
  return found == kChannels.end() ? nullptr : &*found;
}

std::string ChannelNames() {
  std::string names;
  for (const ChannelProfile& each : kChannels) names.append(names.empty() ? "" : ", ").append(each.name);
  return names;
}

size_t LengthIn(LengthUnit unit, std::string_view text) {
  switch (unit) {
    case LengthUnit::kWeighted:
      return WeightedLength(text);
    case LengthUnit::kSmsParts:
      return SmsParts(text);
    case LengthUnit::kUtf16:
      break;
  }
  return static_cast<size_t>(Utf16(text).length());
}

}  // namespace switchboard::guidance
