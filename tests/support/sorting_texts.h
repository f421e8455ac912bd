// What a sorter is tested with where its cost and its robustness are at stake, not its precision.
#ifndef SWITCHBOARD_TESTS_SUPPORT_SORTING_TEXTS_H_
#define SWITCHBOARD_TESTS_SUPPORT_SORTING_TEXTS_H_

namespace switchboard {

// Two topics that are trained in a moment, with rules that have words, phrases, prefixes and patterns.
inline constexpr char kSortingConfiguration[] = R"(version: 1
defaults: {general_queue: general}
urgency:
  - {id: fire, any: ["fire*"], pattern: "(?i)sm(o|0)ke"}
topics:
  - id: roads
    name: {en: Roads}
    examples: {en: ["a hole in the road", "the street is full of holes"], fr: ["un trou dans la rue"]}
    rules:
      - {id: hole, any: ["pot hole", "pothole*"], pattern: "(a+)+$", effect: BOOST}
  - id: waste
    name: {en: Waste}
    examples: {en: ["my garbage was not picked up", "the bins were missed"], fr: ["mes ordures"]}
queues:
  - {id: general, name: {en: General}}
)";

// Each is to be repeated to a text of any length: what gives the most tokens, folds, marks or false starts.
inline constexpr const char* kHostilePieces[] = {
    "a",
    "A",
    " ",
    "@",
    "#",
    "?",
    "0",
    "'",
    "[",
    "http ",
    "a@b ",
    "\x80",
    "\xc3",
    "\xff",
    "\u200b",
    "\u202e",
    "\u0301",
    "e\u0301",
    "\U0001f469\u200d",
    "\u0430a",
};

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_SORTING_TEXTS_H_
