#include "services/guidance/links.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
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

bool IsMark(UChar32 c) {
  const int8_t type = u_charType(c);
  return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK || type == U_ENCLOSING_MARK;
}

// White space, and beyond ASCII whatever is no part of a word: quotes, dashes, pictures.
bool PartsChunks(UChar32 c) {
  if (c < 0x80) return c <= 0x20;
  return !u_isalnum(c) && !IsMark(c);
}

// The next run of characters that belong together from `at` on; `at` moves behind it.
std::string_view NextChunk(std::string_view text, size_t* at) {
  const auto size = static_cast<int32_t>(text.size());
  auto position = static_cast<int32_t>(*at);
  int32_t begin = -1;
  while (position < size) {
    const int32_t start = position;
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(text.data(), position, size, c);
    const bool parts = PartsChunks(c);
    if (parts && begin >= 0) {
      *at = static_cast<size_t>(position);
      return text.substr(static_cast<size_t>(begin), static_cast<size_t>(start - begin));
    }
    if (!parts && begin < 0) begin = start;
  }
  *at = text.size();
  return begin < 0 ? std::string_view() : text.substr(static_cast<size_t>(begin));
}

void TrimPunctuation(std::string_view* chunk) {
  constexpr std::string_view kOpening = "([{<\"'*_/\\";
  constexpr std::string_view kClosing = ".,;:!?)]}>\"'*_";
  while (!chunk->empty() && kOpening.find(chunk->front()) != std::string_view::npos) chunk->remove_prefix(1);
  while (!chunk->empty() && kClosing.find(chunk->back()) != std::string_view::npos) chunk->remove_suffix(1);
}

// What a bare name must end in to be taken for a link where no path follows. Left out are endings that are words of
// either language ("fix.it"): a missing space after a full stop makes no link.
constexpr std::array<std::string_view, 86> kBareEndings = {
    "app",   "asia",   "bid",     "biz",  "blog", "br",   "buzz", "ca",     "cc",  "cfd",  "ch",  "click",   "club",
    "cn",    "co",     "com",     "cyou", "cz",   "de",   "dev",  "dk",     "edu", "es",   "eu",  "example", "fi",
    "fm",    "fr",     "gg",      "gl",   "gov",  "hk",   "hu",   "icu",    "ie",  "info", "int", "invalid", "io",
    "ir",    "jp",     "kr",      "link", "lol",  "ly",   "mil",  "mobi",   "mx",  "net",  "ng",  "nl",      "nz",
    "onion", "online", "org",     "page", "pl",   "pro",  "pt",   "quebec", "ro",  "rs",   "ru",  "sbs",     "sg",
    "shop",  "site",   "store",   "su",   "tech", "test", "tk",   "top",    "tr",  "tv",   "tw",  "ua",      "uk",
    "vip",   "vn",     "website", "wiki", "ws",   "xyz",  "za",   "zip"};
static_assert(std::is_sorted(kBareEndings.begin(), kBareEndings.end()));

// Endings of files, which no domain has: "form.pdf/form.docx".
constexpr std::array<std::string_view, 17> kFileEndings = {"csv",  "doc", "docx", "gif", "htm", "html",
                                                           "jpeg", "jpg", "odt",  "pdf", "png", "ppt",
                                                           "pptx", "rtf", "txt",  "xls", "xlsx"};
static_assert(std::is_sorted(kFileEndings.begin(), kFileEndings.end()));

template <typename Endings>
bool IsListed(const Endings& endings, std::string_view ending) {
  return std::binary_search(endings.begin(), endings.end(), ending);
}

bool HasOtherScript(std::string_view text) {
  for (int32_t at = 0; at < static_cast<int32_t>(text.size());) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(text.data(), at, static_cast<int32_t>(text.size()), c);
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(c, &status);
    if (script != USCRIPT_LATIN && script != USCRIPT_COMMON && script != USCRIPT_INHERITED) return true;
  }
  return false;
}

// With a path behind it any word may be the ending of a domain: "t.co/abc".
bool IsEnding(std::string_view written, bool before_path) {
  const std::string ending = Lower(written);
  if (HasOtherScript(ending) || BeginsWith(ending, "xn--") || IsListed(kBareEndings, ending)) return true;
  return before_path && ending.size() >= 2 && std::all_of(ending.begin(), ending.end(), &IsAsciiLetter) &&
         !IsListed(kFileEndings, ending);
}

// "a.b.c" where every label has letters, digits, hyphens, strokes below or letters beyond ASCII, and the last is an
// ending.
bool IsHostName(std::string_view host, bool before_path) {
  const size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || !IsEnding(host.substr(dot + 1), before_path)) return false;
  bool label = false;
  for (const char c : host) {
    if (c == '.' && !label) return false;
    label = c != '.';
    const bool sign = c == '.' || c == '-' || c == '_';
    if (!sign && !IsAsciiLetter(c) && !IsAsciiDigit(c) && !IsHighByte(c)) return false;
  }
  return true;
}

// "b.sc", "ph.d": two labels of a few letters.
bool IsAbbreviation(std::string_view text) {
  constexpr size_t kMostLetters = 3;
  const size_t dot = text.find('.');
  if (dot == 0 || dot > kMostLetters || text.size() < dot + 2 || text.size() > dot + 1 + kMostLetters) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(dot), &IsAsciiLetter) &&
         std::all_of(text.begin() + static_cast<ptrdiff_t>(dot) + 1, text.end(), &IsAsciiLetter);
}

// What a browser takes for the host in "user@host:80/path"; an IPv6 address with its brackets.
std::string_view HostOf(std::string_view rest) {
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#\\"));
  if (const size_t user = authority.rfind('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  return BeginsWith(authority, "[") ? authority : authority.substr(0, authority.find(':'));
}

std::optional<std::string> HostOfBare(std::string_view name) {
  const size_t path = name.find_first_of("/?#\\");
  if (name.substr(0, path).find('@') != std::string_view::npos) return std::nullopt;  // an e-mail address
  const std::string_view host = HostOf(name);
  if (BeginsWith(Lower(name.substr(0, 4)), "www.")) return Lower(host);
  const bool before_path = path != std::string_view::npos && name[path] == '/' && path + 1 < name.size();
  if (!IsHostName(host, before_path)) return std::nullopt;
  if (before_path && IsAbbreviation(host) && IsAbbreviation(name.substr(path + 1))) return std::nullopt;  // "b.sc/m.sc"
  return Lower(host);
}

constexpr std::string_view kParting = ",;()[]{}<>\"'|*";
constexpr std::string_view kSchemeEnd = "://";

// Where the scheme begins that may hang on a word or a bracket: "(https://…)", "ici:https://…".
size_t SchemeStart(std::string_view chunk, size_t colon) {
  size_t start = colon;
  while (start > 0 && IsAsciiLetter(chunk[start - 1])) --start;
  return start;
}

// Where a further link with a scheme begins that a sign parts from the one before it, as in
// "https://a.example,https://b.example"; what follows "?u=" belongs to it.
size_t NextParted(std::string_view chunk, size_t from) {
  for (size_t colon = chunk.find(kSchemeEnd, from); colon != std::string_view::npos;
       colon = chunk.find(kSchemeEnd, colon + kSchemeEnd.size())) {
    const size_t start = SchemeStart(chunk, colon);
    if (start > from && kParting.find(chunk[start - 1]) != std::string_view::npos) return start;
  }
  return chunk.size();
}

// What has a scheme is a link, wherever it leads: "http://intranet/", "https://[::1]/".
void AddSchemeLink(std::string_view text, std::string_view link, std::vector<Link>* links) {
  TrimPunctuation(&link);
  const size_t colon = link.find(kSchemeEnd);
  if (colon == std::string_view::npos || link.size() == colon + kSchemeEnd.size()) return;  // a scheme and no more
  links->push_back({static_cast<size_t>(link.data() - text.data()), link.size(),
                    Lower(HostOf(link.substr(colon + kSchemeEnd.size())))});
}

// How much of the chunk is one bare name at most. A colon before the path parts, but for the one of a port.
size_t BareLength(std::string_view chunk) {
  bool in_path = false;
  for (size_t at = 0; at < chunk.size(); ++at) {
    in_path |= chunk[at] == '/';
    const bool port = at + 1 < chunk.size() && IsAsciiDigit(chunk[at + 1]);
    if (kParting.find(chunk[at]) != std::string_view::npos || (chunk[at] == ':' && !in_path && !port)) return at;
  }
  return chunk.size();
}

// A chunk without a scheme may be several bare names: "(canada.ca),(city.example)".
void AddBareLinks(std::string_view text, std::string_view chunk, std::vector<Link>* links) {
  while (!chunk.empty()) {
    const size_t length = BareLength(chunk);
    std::string_view name = chunk.substr(0, length);
    TrimPunctuation(&name);
    if (auto host = HostOfBare(name)) {
      links->push_back({static_cast<size_t>(name.data() - text.data()), name.size(), *std::move(host)});
    }
    chunk.remove_prefix(std::min(length + 1, chunk.size()));
  }
}

void AddLinks(std::string_view text, std::string_view chunk, std::vector<Link>* links) {
  while (!chunk.empty()) {
    const size_t colon = chunk.find(kSchemeEnd);
    if (colon == std::string_view::npos) return AddBareLinks(text, chunk, links);
    const size_t start = SchemeStart(chunk, colon);
    const size_t host = colon + kSchemeEnd.size();
    const size_t end = NextParted(chunk.substr(0, chunk.find_first_of("<>\"", host)), host);  // no link has these
    AddBareLinks(text, chunk.substr(0, start), links);
    AddSchemeLink(text, chunk.substr(start, end - start), links);
    chunk.remove_prefix(end);
  }
}

}  // namespace

std::vector<Link> FindLinks(std::string_view text) {
  std::vector<Link> links;
  for (size_t at = 0; at < text.size();) AddLinks(text, NextChunk(text, &at), &links);
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
