#include "services/triage/labelled_text_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace switchboard::triage {
namespace {

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

absl::Status AppendLine(const std::string& file, int number, std::string line, std::vector<LabelledLine>* lines) {
  if (number == 1 && line.starts_with(kByteOrderMark)) line.erase(0, 3);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (line.empty()) return absl::OkStatus();
  const size_t tab = line.find('\t');
  if (tab == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(file, ":", number, ": there is no tab between label and text"));
  }
  if (tab == 0)
    return absl::InvalidArgumentError(absl::StrCat(file, ":", number, ": the label before the tab is empty"));
  lines->push_back({line.substr(0, tab), line.substr(tab + 1)});
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadLabelledTexts(const std::string& file, std::vector<LabelledLine>* lines) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": is a directory"));
  }
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat(file, ": cannot be opened: ", std::strerror(errno)));
  const size_t before = lines->size();
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (auto status = AppendLine(file, number, std::move(line), lines); !status.ok()) return status;
  }
  if (in.bad()) return absl::InvalidArgumentError(absl::StrCat(file, ": cannot be read to its end"));
  if (lines->size() == before) return absl::InvalidArgumentError(absl::StrCat(file, ": holds no texts"));
  return absl::OkStatus();
}

}  // namespace switchboard::triage
