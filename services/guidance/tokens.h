// The words, numbers and what stands between them in a PlainText.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_TOKENS_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_TOKENS_H_

#include <string_view>
#include <vector>

namespace switchboard::guidance {

enum class TokenKind { kWord, kNumber, kSpace, kSign };

struct Token {
  TokenKind kind;
  std::string_view text;  // of a sign: one character; of others all that belongs together
};

// The tokens are views into `plain`, one after the other and without gaps. Letters beyond ASCII make words; other bytes
// beyond ASCII are signs.
std::vector<Token> TokensOf(std::string_view plain);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_TOKENS_H_
