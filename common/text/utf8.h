// UTF-8 without a Unicode library: validity and length.
#ifndef SWITCHBOARD_COMMON_TEXT_UTF8_H_
#define SWITCHBOARD_COMMON_TEXT_UTF8_H_

#include <cstddef>
#include <string_view>

namespace switchboard {

// True for well-formed UTF-8 (no overlong forms, no surrogates, nothing beyond U+10FFFF). NUL counts as well-formed.
bool IsValidUtf8(std::string_view text);

// The length of the longest valid prefix in bytes; text.size() when all of it is valid.
size_t ValidUtf8Prefix(std::string_view text);

// The number of code points of a valid text.
size_t Utf8Length(std::string_view text);

// The longest prefix of a valid text that has at most `max_bytes` bytes and does not cut a code point in half.
std::string_view TruncateUtf8(std::string_view text, size_t max_bytes);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_TEXT_UTF8_H_
