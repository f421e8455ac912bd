#include "services/guidance/links.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace switchboard::guidance {
namespace {

bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHighByte(char c) { return static_cast<unsigned char>(c) >= 0x80; }

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  return lower;
}

bool BeginsWith(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

// The next run of characters without white space from `at` on; `at` moves behind it.
std::string_view NextChunk(std::string_view text, size_t* at) {
  const auto size = static_cast<int32_t>(text.size());
  auto position = static_cast<int32_t>(*at);
  int32_t begin = -1;
  while (position < size) {
    const int32_t start = position;
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(text.data(), position, size, c);
    const bool space = u_isUWhiteSpace(c) || c < 0x20;
    if (space && begin >= 0) {
      *at = static_cast<size_t>(position);
      return text.substr(static_cast<size_t>(begin), static_cast<size_t>(start - begin));
    }
    if (!space && begin < 0) begin = start;
  }
  *at = text.size();
  return begin < 0 ? std::string_view() : text.substr(static_cast<size_t>(begin));
}

void TrimPunctuation(std::string_view* chunk) {
  constexpr std::string_view kOpening = "([{<\"'*_";
  constexpr std::string_view kClosing = ".,;:!?)]}>\"'*_";
  while (!chunk->empty() && kOpening.find(chunk->front()) != std::string_view::npos) chunk->remove_prefix(1);
  while (!chunk->empty() && kClosing.find(chunk->back()) != std::string_view::npos) chunk->remove_suffix(1);
}

// What a bare name must end in to be taken for a link. Left out are endings that are words of either language
// ("fix.it"): a missing space after a full stop makes no link.
constexpr std::array<std::string_view, 45> kBareEndings = {
    "app",  "biz",     "ca",   "cc",  "ch",    "click",  "cn",  "com",     "de", "dev",  "edu",    "es",
    "eu",   "example", "fr",   "gov", "ie",    "info",   "int", "invalid", "io", "link", "ly",     "mil",
    "mx",   "net",     "nl",   "nz",  "onion", "online", "org", "page",    "pl", "pt",   "quebec", "ru",
    "shop", "site",    "test", "tk",  "top",   "tv",     "uk",  "xyz",     "zip"};

// "a.b.c" where every label has letters, digits, hyphens or characters beyond ASCII, and the last is an ending.
bool IsHostName(std::string_view host) {
  const size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const std::string ending = Lower(host.substr(dot + 1));
  const bool other_script = std::any_of(ending.begin(), ending.end(), IsHighByte);
  if (!other_script && !std::binary_search(kBareEndings.begin(), kBareEndings.end(), ending)) return false;
  bool label = false;
  for (const char c : host) {
    if (c == '.' && !label) return false;
    label = c != '.';
    if (c != '.' && c != '-' && !IsAsciiLetter(c) && !IsAsciiDigit(c) && !IsHighByte(c)) return false;
  }
  return true;
}

// What a browser takes for the host in "user@host:80/path".
std::string_view HostOf(std::string_view rest) {
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#\\"));
  if (const size_t user = authority.rfind('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  return authority.substr(0, authority.find(':'));
}

std::optional<std::string> HostIn(std::string_view chunk) {
  const std::string lower = Lower(chunk.substr(0, 12));
  const size_t scheme = chunk.find("://");
  if (scheme != std::string_view::npos && scheme > 0 && scheme < 12 && IsAsciiLetter(chunk[0])) {
    return Lower(HostOf(chunk.substr(scheme + 3)));
  }
  const std::string_view host = HostOf(chunk);
  const std::string_view before_path = chunk.substr(0, chunk.find_first_of("/?#\\"));
  if (before_path.find('@') != std::string_view::npos) return std::nullopt;  // an e-mail address
  if (BeginsWith(lower, "www.") || IsHostName(host)) return Lower(host);
  return std::nullopt;
}

// Where the scheme begins that may hang on a word or a bracket: "(https://…)", "ici:https://…".
size_t SchemeStart(std::string_view chunk, size_t colon) {
  size_t start = colon;
  while (start > 0 && IsAsciiLetter(chunk[start - 1])) --start;
  return start;
}

void AddLink(std::string_view text, std::string_view link, std::vector<Link>* links) {
  TrimPunctuation(&link);
  if (link.find('.') == std::string_view::npos) return;
  if (auto host = HostIn(link)) {
    links->push_back({static_cast<size_t>(link.data() - text.data()), link.size(), *std::move(host)});
  }
}

// A chunk without a scheme may be several bare names: "(canada.ca),(city.example)".
void AddBareLinks(std::string_view text, std::string_view chunk, std::vector<Link>* links) {
  while (!chunk.empty()) {
    const size_t end = chunk.find_first_of(",;()[]{}<>\"'|*");
    AddLink(text, chunk.substr(0, end), links);
    if (end == std::string_view::npos) return;
    chunk.remove_prefix(end + 1);
  }
}

}  // namespace

std::vector<Link> FindLinks(std::string_view text) {
  std::vector<Link> links;
  for (size_t at = 0; at < text.size();) {
    const std::string_view chunk = NextChunk(text, &at);
    const size_t scheme = chunk.find("://");
    if (scheme == std::string_view::npos) {
      AddBareLinks(text, chunk, &links);
    } else {
      AddLink(text, chunk.substr(SchemeStart(chunk, scheme)), &links);
    }
  }
  return links;
}

bool IsOnList(std::string_view host, const std::vector<std::string>& domains) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  const bool plain = std::all_of(host.begin(), host.end(),
                                 [](char c) { return IsAsciiLetter(c) || IsAsciiDigit(c) || c == '-' || c == '.'; });
  if (!plain) return false;
  return std::any_of(domains.begin(), domains.end(), [&](const std::string& domain) {
    if (host == domain) return true;
    return host.size() > domain.size() && host.substr(host.size() - domain.size()) == domain &&
           host[host.size() - domain.size() - 1] == '.';
  });
}

}  // namespace switchboard::guidance
