// Which texts are held out together, so that a model is never tried on what it has nearly seen.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_TEXT_FOLDS_H_
#define SWITCHBOARD_SERVICES_TRIAGE_TEXT_FOLDS_H_

#include <cstdint>
#include <vector>

#include "services/triage/feature_extractor.h"

namespace switchboard::triage {

// A fold, 0 … folds-1, for every text. Near-duplicates (four fifths of their words in common) share one; labels are
// spread evenly over the folds. Deterministic.
std::vector<int> FoldsOf(const std::vector<std::vector<RawFeature>>& texts, const std::vector<int>& labels, int folds,
                         uint64_t seed);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_TEXT_FOLDS_H_
