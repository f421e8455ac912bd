#include "services/guidance/tokens.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace switchboard::guidance {
namespace {

// The kind of the character at `at`, which is moved behind it.
TokenKind KindAt(std::string_view plain, int32_t* at) {
  const char c = plain[static_cast<size_t>(*at)];
  if (static_cast<unsigned char>(c) < 0x80) {
    ++*at;
    if (c >= 'a' && c <= 'z') return TokenKind::kWord;
    if (c >= '0' && c <= '9') return TokenKind::kNumber;
    return c == ' ' ? TokenKind::kSpace : TokenKind::kSign;
  }
  UChar32 character = 0;
  U8_NEXT_OR_FFFD(plain.data(), *at, static_cast<int32_t>(plain.size()), character);
  return u_isalpha(character) ? TokenKind::kWord : TokenKind::kSign;
}

}  // namespace

std::vector<Token> TokensOf(std::string_view plain) {
  std::vector<Token> tokens;
  tokens.reserve(plain.size() / 3);
  for (int32_t at = 0; at < static_cast<int32_t>(plain.size());) {
    const auto begin = static_cast<size_t>(at);
    const TokenKind kind = KindAt(plain, &at);
    const bool joins = kind != TokenKind::kSign && !tokens.empty() && tokens.back().kind == kind;
    const std::string_view text = plain.substr(begin, static_cast<size_t>(at) - begin);
    if (joins) {
      tokens.back().text = std::string_view(tokens.back().text.data(), tokens.back().text.size() + text.size());
    } else {
      tokens.push_back({kind, text});
    }
  }
  return tokens;
}

}  // namespace switchboard::guidance
