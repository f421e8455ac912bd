// A directory that goes away with its owner.
#ifndef SWITCHBOARD_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
#define SWITCHBOARD_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_

#include <string>
#include <string_view>

namespace switchboard {

// Below the system's place for such, with a short path (unix sockets go into it), open for other users to pass: run by
// root, PostgreSQL is another user. Ends the process with a message where it cannot be made.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();  // removes it with all that is in it

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string File(std::string_view name) const;

 private:
  std::string path_;
};

// The whole file; "" where there is none.
std::string ReadFile(const std::string& path);

// Writes the whole file. Ends the process with a message where that cannot be.
void WriteFile(const std::string& path, std::string_view content);

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_TEMPORARY_DIRECTORY_H_
