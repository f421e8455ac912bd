// Files of labelled texts, one a line: `label<TAB>text`, UTF-8.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_LABELLED_TEXT_FILE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_LABELLED_TEXT_FILE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace switchboard::triage {

struct LabelledLine {
  std::string label;
  std::string text;
};

// Appends the texts of a file. Empty lines, carriage returns before a line's end and a byte order mark are skipped; a
// text may hold further tabs. NOT_FOUND for a file that cannot be opened; INVALID_ARGUMENT for one that is no plain
// file, holds no texts, or has a line without a label or without a tab. Errors name file, line and reason.
absl::Status ReadLabelledTexts(const std::string& file, std::vector<LabelledLine>* lines);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_LABELLED_TEXT_FILE_H_
