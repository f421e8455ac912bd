// What a text speaks of, whatever the words and the language: classes of words such as "child", "enfant" and "baby",
// and which classes stand near one another. A few hundred samples of danger teach more about "a child, alone" than
// about each way to say it.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_NOTIONS_H_
#define SWITCHBOARD_SERVICES_TRIAGE_NOTIONS_H_

#include <vector>

#include "services/triage/feature_extractor.h"
#include "services/triage/text_normalizer.h"

namespace switchboard::triage {

// The notions of the text (urgent_samples/notions.txt) and the pairs of them that are at most six words apart, as
// features of the block of words. Each once, in the order in which they come up first. Replaces what `out` held,
// keeping its memory. Linear in the length; thread-safe.
void FindNotions(const NormalText& text, std::vector<RawFeature>* out);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_NOTIONS_H_
