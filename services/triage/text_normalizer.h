// What is left of a text once spelling habits, decoration and personal data are taken away: a list of tokens.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_TEXT_NORMALIZER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_TEXT_NORMALIZER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::triage {

enum class TokenKind : uint8_t {
  kWord,
  kNumber,   // digits; long ones are masked
  kMention,  // @somebody, masked
  kLink,     // masked
  kAddress,  // an e-mail address, masked
  kEmoji,
  kPunctuation,  // ? or !
};

struct Token {
  TokenKind kind;
  uint32_t begin;   // in NormalText::text
  uint32_t length;  // bytes
  uint64_t hash;    // of its bytes
  uint64_t folded;  // hash of the token without accents
};

struct NormalText {
  std::string text;  // the tokens, one space between them
  std::vector<Token> tokens;

  std::string_view Of(const Token& token) const { return std::string_view(text).substr(token.begin, token.length); }
};

// Longest part of a text that sorting looks at; what follows cannot change the result.
inline constexpr size_t kMostSortedBytes = 16 << 10;

// NFKC and case folding; invisible characters dropped; look-alike letters inside Latin words made Latin; letters
// repeated three times or more cut to two; hashtags split into words; English contractions joined, French elisions
// split; mentions, links, addresses and long numbers masked. Invalid UTF-8 ends a word and is otherwise ignored.
// Replaces what `out` held, keeping its memory. Linear in the length; thread-safe.
void NormalizeText(std::string_view text, NormalText* out);

// Removes accents from letters of the Latin script; other bytes stay as they are.
void AppendWithoutAccents(std::string_view word, std::string* out);

uint64_t HashOf(std::string_view bytes);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_TEXT_NORMALIZER_H_
