#include "common/rpc/pem_file.h"

#include <fstream>
#include <iterator>

#include "common/text/string_view.h"

namespace switchboard {

absl::StatusOr<std::string> ReadPemFile(const std::string& path) {
  if (path.empty()) return "";
  std::ifstream file(path, std::ios::binary);
  std::string contents((std::istreambuf_iterator<char>(file)), {});
  if (!file) return absl::InvalidArgumentError(StrCat("cannot read ", path));
  if (contents.find("-----BEGIN ") == std::string::npos) {
    return absl::InvalidArgumentError(StrCat(path, " is no PEM file"));
  }
  return contents;
}

}  // namespace switchboard
