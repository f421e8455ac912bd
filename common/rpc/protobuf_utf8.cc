#include "common/rpc/protobuf_utf8.h"

#include <cstddef>
#include <string_view>

#include "common/text/utf8.h"

// The dynamic linker takes a program's own definition before that of a library.
namespace google::protobuf::internal {

bool IsStructurallyValidUTF8(const char* bytes, int length);

bool IsStructurallyValidUTF8(const char* bytes, int length) {
  return switchboard::IsValidUtf8(std::string_view(bytes, static_cast<size_t>(length)));
}

}  // namespace google::protobuf::internal

namespace switchboard {

void UseQuickUtf8() {}

}  // namespace switchboard
