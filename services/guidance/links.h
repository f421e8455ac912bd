// The links of a text, and where they lead.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_LINKS_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_LINKS_H_

#include <string>
#include <string_view>
#include <vector>

namespace switchboard::guidance {

struct Link {
  size_t begin = 0;   // in the text
  size_t length = 0;  // bytes
  std::string host;   // small letters; what a browser would open, not what is written before an @; may be empty
};

// What a reader can click or copy: anything behind a scheme ("http://intranet/"), what begins with www., a bare name
// that ends in a domain ("canada.ca"), and one that ends in any word where a path follows ("t.co/abc"). E-mail
// addresses, names of files ("form.pdf/form.docx") and abbreviations ("a.m./p.m.") are none. Linear in the length;
// thread-safe.
std::vector<Link> FindLinks(std::string_view text);

// True where `host` is one of `domains` or lies below one. A host with anything but ASCII letters, digits, hyphens and
// dots is on no list: "cаnada.ca" with a Cyrillic letter leads elsewhere.
bool IsOnList(std::string_view host, const std::vector<std::string>& domains);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_LINKS_H_
