#include "services/triage/masked_text.h"

#include <array>
#include <utility>

#include "services/triage/text_normalizer.h"

namespace switchboard::triage {
namespace {

struct StandIn {
  std::string_view mask;  // as the normaliser writes it
  std::string_view text;  // what the normaliser masks in that way
};
constexpr std::array<StandIn, 6> kStandIns = {{{"<mention>", "@someone"},
                                               {"<link>", "https://example.org"},
                                               {"<address>", "someone@example.org"},
                                               {"<number>", "00000"},
                                               {"<long>", "00000000"},
                                               {"<money>", "$"}}};

std::string_view StandInFor(std::string_view token) {
  for (const StandIn& each : kStandIns) {
    if (each.mask == token) return each.text;
  }
  return token;
}

}  // namespace

std::string MaskedText(std::string_view text) {
  NormalText normal;
  NormalizeText(text, &normal);
  std::string masked;
  for (const Token& token : normal.tokens) {
    if (!masked.empty()) masked += ' ';
    masked += StandInFor(normal.Of(token));
  }
  return masked;
}

}  // namespace switchboard::triage
