#include "services/guidance/markup.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace switchboard::guidance {
namespace {

constexpr size_t kLongestReference = 10;  // "&#x1F600;"
constexpr size_t kLongestTag = 10;        // "</strong>"
constexpr size_t kFewestListed = 2;       // lines that make a list

// Those that can stand between or in place of the characters of a number or an address.
constexpr std::array<std::pair<std::string_view, std::string_view>, 25> kReferences = {{
    {"amp", "&"},   {"apos", "'"},   {"ast", "*"},    {"commat", "@"}, {"dash", "-"},
    {"emsp", " "},  {"ensp", " "},   {"gt", ">"},     {"hyphen", "-"}, {"lowbar", "_"},
    {"lsquo", "'"}, {"lt", "<"},     {"mdash", "-"},  {"middot", "."}, {"nbsp", " "},
    {"ndash", "-"}, {"num", "#"},    {"period", "."}, {"quot", "\""},  {"rsquo", "'"},
    {"shy", ""},    {"thinsp", " "}, {"zwj", ""},     {"zwnj", ""},    {"ZeroWidthSpace", ""},
}};

constexpr std::array<std::string_view, 17> kTags = {"b",     "big",  "del",    "em",  "font", "i",  "ins", "mark", "s",
                                                    "small", "span", "strong", "sub", "sup",  "tt", "u",   "wbr"};
constexpr std::array<std::string_view, 6> kBreakingTags = {"br", "div", "li", "p", "td", "tr"};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void AppendUtf8(uint32_t c, std::string* out) {
  std::array<char, 4> bytes = {};
  int32_t length = 0;
  UBool failed = false;
  U8_APPEND(bytes.data(), length, static_cast<int32_t>(bytes.size()), static_cast<UChar32>(c), failed);
  if (!failed) out->append(bytes.data(), static_cast<size_t>(length));
}

// "#64" or "#x40".
bool AppendNumbered(std::string_view name, std::string* out) {
  const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
  const std::string_view digits = name.substr(hex ? 2 : 1);
  uint32_t value = 0;
  for (const char c : digits) {
    const int digit = HexDigit(c);
    if (digit < 0 || (!hex && digit > 9)) return false;
    value = value * (hex ? 16 : 10) + static_cast<uint32_t>(digit);
    if (value > 0x10FFFF) return false;
  }
  if (digits.empty() || value == 0) return false;
  AppendUtf8(value, out);
  return true;
}

// How many bytes of a character reference begin with the text, whose character is appended; 0: none.
size_t TakeReference(std::string_view text, std::string* out) {
  const size_t end = text.substr(0, 2 + kLongestReference + 5).find(';');
  if (end == std::string_view::npos || end < 2) return 0;
  const std::string_view name = text.substr(1, end - 1);
  if (name[0] == '#') return AppendNumbered(name, out) ? end + 1 : 0;
  for (const auto& [each, character] : kReferences) {
    if (each != name) continue;
    out->append(character);
    return end + 1;
  }
  return 0;
}

// How many bytes of a tag begin with the text; 0: none, or one that is not known.
size_t TakeTag(std::string_view text, std::string* out) {
  const size_t end = text.substr(0, kLongestTag).find('>');
  if (end == std::string_view::npos || end < 2) return 0;
  std::string name;
  for (const char c : text.substr(1, end - 1)) {
    if (c != '/' && c != ' ') name.push_back(static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
  }
  const bool breaks = std::find(kBreakingTags.begin(), kBreakingTags.end(), name) != kBreakingTags.end();
  if (!breaks && std::find(kTags.begin(), kTags.end(), name) == kTags.end()) return 0;
  if (breaks) out->push_back('\n');
  return end + 1;
}

// "%40", "%2E", "%30": what can be part of an address or a number. Shares ("10%20") stay what they are.
size_t TakeEncoded(std::string_view text, std::string* out) {
  if (text.size() < 3) return 0;
  const int high = HexDigit(text[1]);
  const int low = HexDigit(text[2]);
  if (high < 0 || low < 0) return 0;
  const auto c = static_cast<char>(16 * high + low);
  if (c != '@' && c != '.' && c != '-' && c != ' ' && c != '+' && !IsDigit(c)) return 0;
  out->push_back(c);
  return 3;
}

// How many bytes of the number `expected` with a dot or a bracket begin with the line; 0: none.
size_t ListNumber(std::string_view line, size_t expected) {
  const size_t begin = std::min(line.find_first_not_of(" \t"), line.size());
  const std::string number = std::to_string(expected);
  if (line.substr(begin, number.size()) != number) return 0;
  const size_t sign = begin + number.size();
  if (sign + 1 >= line.size() || (line[sign] != '.' && line[sign] != ')') || line[sign + 1] != ' ') return 0;
  return sign + 2;
}

}  // namespace

std::string WithoutMarkup(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    size_t taken = 0;
    if (rest[0] == '&') taken = TakeReference(rest, &out);
    if (rest[0] == '<') taken = TakeTag(rest, &out);
    if (rest[0] == '%') taken = TakeEncoded(rest, &out);
    if (taken == 0) out.push_back(rest[0]);
    at += std::max<size_t>(taken, 1);
  }
  return out;
}

std::string WithoutListNumbers(std::string_view text) {
  std::string out;
  size_t expected = 1;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    size_t number = ListNumber(line, expected);
    if (number == 0 && expected == 1) {
      number = ListNumber(line, 2);  // the first may stand within the line before
      if (number > 0) expected = 2;
    }
    if (number > 0) ++expected;
    out.append(line.substr(number));
    text.remove_prefix(end);
  }
  return expected > kFewestListed ? out : std::string();
}

}  // namespace switchboard::guidance
