// In which languages a reply is written.
#ifndef SWITCHBOARD_SERVICES_WIRE_REPLY_LANGUAGES_H_
#define SWITCHBOARD_SERVICES_WIRE_REPLY_LANGUAGES_H_

#include <string>
#include <string_view>
#include <vector>

namespace switchboard::wire {

// The languages that the paragraphs of a reply are clearly written in, as BCP 47 primary subtags, each once. Greetings
// and other short lines tell nothing; empty where no paragraph does. Thread-safe.
std::vector<std::string> ReplyLanguages(std::string_view text);

}  // namespace switchboard::wire

#endif  // SWITCHBOARD_SERVICES_WIRE_REPLY_LANGUAGES_H_
