#include <gtest/gtest.h>

#include "common/status/errors.h"
#include "services/wire/page_token.h"

namespace switchboard::wire {
namespace {

TEST(PageScope, TakesItsOwnTokenBack) {
  const PageScope scope("ListInquiries", "queue=roads");
  for (const int64_t cursor : {int64_t{0}, int64_t{1}, int64_t{1} << 62}) {
    EXPECT_EQ(scope.CursorIn(scope.TokenAfter(cursor)).value(), cursor);
  }
}

TEST(PageScope, AnEmptyTokenIsTheFirstPage) { EXPECT_EQ(PageScope("ListTopics", "").CursorIn("", 7).value(), 7); }

TEST(PageScope, RefusesTokensOfAnotherListOrFilter) {
  const PageScope scope("ListInquiries", "queue=roads");
  const PageScope others[] = {
      {"ListInquiries", "queue=water"}, {"ListDeadLetters", "queue=roads"}, {"ListInquiries", ""}};
  for (const PageScope& other : others) {
    EXPECT_TRUE(HasReason(scope.CursorIn(other.TokenAfter(5)).status(), reason::kInvalidPageToken));
  }
}

TEST(PageScope, RefusesEveryTokenWithOneCharacterChanged) {
  const PageScope scope("ListInquiries", "");
  const std::string token = scope.TokenAfter(1234567890123);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(scope.CursorIn(changed).ok()) << i;
  }
  for (const std::string& bad :
       {token + "=", token.substr(1), token + token, std::string("%%%"), std::string(1, '\0')}) {
    EXPECT_FALSE(scope.CursorIn(bad).ok());
  }
}

}  // namespace
}  // namespace switchboard::wire
