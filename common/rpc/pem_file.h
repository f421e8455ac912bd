// PEM files for TLS.
#ifndef SWITCHBOARD_COMMON_RPC_PEM_FILE_H_
#define SWITCHBOARD_COMMON_RPC_PEM_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace switchboard {

// The file's contents; "" for an empty path. INVALID_ARGUMENT when it cannot be read or holds no PEM block.
absl::StatusOr<std::string> ReadPemFile(const std::string& path);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_PEM_FILE_H_
