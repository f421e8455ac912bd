// Where somebody lives: "12, rue des Érables", "4 King St W", "K1A 0B1".
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_STREET_ADDRESS_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_STREET_ADDRESS_H_

#include <string_view>

namespace switchboard::guidance {

// True where a PlainText::text holds a house number with the name of a street, in English or French, or a Canadian or
// British postal code. A street without a number ("on Miller Avenue", "rue des Érables") is a place, not an address.
// Linear in the length.
bool HoldsStreetAddress(std::string_view plain);

// The `address` that stands between `before` and `behind` is part of a longer one: an apartment stands at it, or a
// quarter of the compass behind it, as in "apartment 12, 100 main street" or "100 main street west". Looks at a few
// words only, however long the texts are.
bool IsInLongerAddress(std::string_view before, std::string_view address, std::string_view behind);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_STREET_ADDRESS_H_
