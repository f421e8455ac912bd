#include "services/guidance/street_address.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "re2/re2.h"
#include "services/guidance/tokens.h"

namespace switchboard::guidance {
namespace {

constexpr size_t kMostHouseDigits = 5;
constexpr size_t kMostNameWords = 4;  // between an English house number and the kind of street

constexpr std::array<std::string_view, 41> kEnglishKinds = {
    "street", "st",    "str",     "avenue", "ave",   "av",     "road",    "rd",    "boulevard", "blvd",     "bvd",
    "drive",  "dr",    "lane",    "ln",     "court", "ct",     "crt",     "place", "pl",        "crescent", "cres",
    "cr",     "way",   "terrace", "terr",   "tce",   "circle", "square",  "sq",    "highway",   "hwy",      "parkway",
    "pkwy",   "close", "gardens", "mews",   "row",   "grove",  "heights", "ridge"};

constexpr std::array<std::string_view, 25> kFrenchKinds = {
    "rue",   "avenue", "av",        "ave",      "boulevard", "boul",    "bd",     "chemin", "ch",
    "place", "rang",   "cote",      "montee",   "allee",     "route",   "quai",   "ruelle", "impasse",
    "carre", "square", "croissant", "terrasse", "promenade", "sentier", "passage"};

// What announces a house number: "house 24 on Maple Street", "au no 12 de la rue Principale".
constexpr std::array<std::string_view, 10> kAnnouncing = {"number", "no",   "nr",        "numero", "num",
                                                          "house",  "unit", "apartment", "apt",    "civic"};
constexpr std::array<std::string_view, 8> kAfterAnnounced = {"on", "of", "at", "de", "la", "sur", "du", "in"};

// Words that cannot be part of a street's name: what follows a number here counts or measures something.
constexpr std::array<std::string_view, 85> kNotInNames = {
    "minute",    "metre",   "meter",    "foot",   "year",    "inch",   "kilometre", "kilometer",  "lane",
    "block",     "a",       "about",    "after",  "and",     "are",    "at",        "au",         "aux",
    "before",    "between", "business", "buses",  "by",      "cars",   "cm",        "complaints", "crews",
    "dans",      "day",     "days",     "en",     "est",     "et",     "feet",      "for",        "from",
    "ft",        "has",     "have",     "heures", "holes",   "hour",   "hours",     "in",         "inches",
    "into",      "is",      "jours",    "km",     "la",      "le",     "les",       "m",          "metre",
    "metres",    "meters",  "million",  "min",    "minutes", "mm",     "month",     "months",     "near",
    "new",       "of",      "on",       "or",     "ou",      "people", "percent",   "per",        "potholes",
    "residents", "sites",   "sur",      "the",    "times",   "to",     "until",     "via",        "week",
    "weeks",     "will",    "with",     "years"};

// A number behind these is that of a line, where one of the verbs comes next: "Bus 95 leaves Main Street station".
constexpr std::array<std::string_view, 14> kLines = {"bus",     "buses",   "route",   "routes", "line",
                                                     "lines",   "tram",    "train",   "coach",  "ligne",
                                                     "autobus", "circuit", "shuttle", "trolley"};
constexpr std::array<std::string_view, 26> kOfLines = {
    "leaves", "runs",    "stops",  "serves",  "departs", "arrives", "goes",    "passes", "turns",
    "uses",   "skips",   "misses", "detours", "follows", "takes",   "returns", "starts", "begins",
    "ends",   "crosses", "no",     "now",     "does",    "cannot",  "can",     "also"};

// A number behind these is a day: "On May 3 Main Street is closed", "On Dec. 12 Elm Street reopens".
constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 11> kShortMonths = {"jan", "feb",  "mar", "apr", "jun", "jul",
                                                           "aug", "sept", "oct", "nov", "dec"};

// A number of one or two digits between one of these and a street is that of the area or the part: "Zone 14 Bridge
// Street permits", "Phase 2 Elm Street works".
constexpr std::array<std::string_view, 6> kAreas = {"zone", "lot", "phase", "ward", "route", "line"};

// What a year and a street are the name of: "the 2026 Main Street festival".
constexpr std::array<std::string_view, 10> kYearly = {"festival", "parade", "market", "fair",  "program",
                                                      "project",  "plan",   "budget", "works", "season"};

// What follows a kind of street where no name does: "King Street and 2 Avenue until Friday".
constexpr std::array<std::string_view, 30> kNotAfterKinds = {
    "until",  "and",  "is",    "are", "was", "were",   "has",  "have",  "will",   "between",
    "from",   "to",   "near",  "at",  "for", "or",     "by",   "since", "while",  "after",
    "before", "with", "where", "et",  "ou",  "seront", "sera", "entre", "depuis", "jusqu"};

template <typename Words>
bool IsOneOf(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "in 2026", "depuis 2019".
bool IsYear(const std::vector<Token>& tokens, size_t at) {
  constexpr std::array<std::string_view, 8> kBeforeYears = {"in", "en",    "since",  "depuis",
                                                            "by", "until", "during", "of"};
  const std::string_view number = tokens[at].text;
  return number.size() == 4 && (number.substr(0, 2) == "19" || number.substr(0, 2) == "20") && at >= 2 &&
         IsOneOf(kBeforeYears, tokens[at - 2].text);
}

// "the 2026 main street festival", where `at` is that of the number.
bool IsYearOfEvent(const std::vector<Token>& tokens, size_t at) {
  constexpr size_t kMostTokens = 2 * (kMostNameWords + 2);  // the words of the street and the event, and spaces
  const std::string_view number = tokens[at].text;
  if (number.size() != 4 || number.substr(0, 2) != "20" || at < 2 || tokens[at - 2].text != "the") return false;
  for (size_t next = at + 1; next < tokens.size() && next <= at + kMostTokens; ++next) {
    if (tokens[next].kind == TokenKind::kSign) return false;
    if (IsOneOf(kYearly, tokens[next].text)) return true;
  }
  return false;
}

bool IsHouseNumber(const std::vector<Token>& tokens, size_t at) {
  if (tokens[at].kind != TokenKind::kNumber || tokens[at].text.size() > kMostHouseDigits) return false;
  if (IsYear(tokens, at) || IsYearOfEvent(tokens, at)) return false;
  // The end of a longer number, a decimal, an amount or a phone number is none.
  if (at == 0) return true;
  const std::string_view before = tokens[at - 1].text;
  // Behind a stroke one or two digits are a day, four a year; "4/100 Main Street" is an apartment.
  if (before == "/") return tokens[at].text.size() == 3;
  return before != "." && before != "$" && before != "€" && before != "£" && before != ":";
}

// "Bus 95 leaves", where `at` is that of the number.
bool IsLine(const std::vector<Token>& tokens, size_t at) {
  return at >= 2 && IsOneOf(kLines, tokens[at - 2].text) && at + 2 < tokens.size() &&
         IsOneOf(kOfLines, tokens[at + 2].text);
}

// "May 3", "Dec. 12", where `at` is that of the number.
bool IsDay(const std::vector<Token>& tokens, size_t at) {
  const std::string_view day = tokens[at].text;
  if (at < 2 || tokens[at - 1].kind != TokenKind::kSpace || day.size() > 2) return false;
  if (day.size() == 2 && day > "31") return false;
  const bool point = at >= 3 && tokens[at - 2].text == ".";
  const std::string_view month = tokens[at - (point ? 3 : 2)].text;
  return IsOneOf(kShortMonths, month) || (!point && IsOneOf(kMonths, month));
}

// "Zone 14 Bridge Street", where `at` is that of the number. Who lives "at lot 3 Bridge Street" has an address.
bool IsArea(const std::vector<Token>& tokens, size_t at) {
  const bool between = at >= 2 && at + 1 < tokens.size() && tokens[at - 1].kind == TokenKind::kSpace &&
                       tokens[at + 1].kind == TokenKind::kSpace;
  if (!between || tokens[at].text.size() > 2 || !IsOneOf(kAreas, tokens[at - 2].text)) return false;
  return at < 4 || tokens[at - 4].text != "at";
}

// Moves `at` over what may stand between a house number and the street: "12 B,", "12 bis", "12-".
void SkipAfterNumber(const std::vector<Token>& tokens, size_t* at) {
  const auto is_letter = [](const Token& token) {
    return token.kind == TokenKind::kWord &&
           ((token.text.size() == 1 && token.text[0] <= 'd') || token.text == "bis" || token.text == "ter");
  };
  for (int i = 0; i < 5 && *at < tokens.size(); ++i, ++*at) {
    const Token& token = tokens[*at];
    const bool filler = token.kind == TokenKind::kSpace || token.text == "," || token.text == "-" || token.text == ".";
    if (!filler && !is_letter(token)) return;
  }
}

// "24 1/2 Maple Street".
void SkipFraction(const std::vector<Token>& tokens, size_t* at) {
  const bool fraction = *at + 3 < tokens.size() && tokens[*at].kind == TokenKind::kSpace &&
                        tokens[*at + 1].kind == TokenKind::kNumber && tokens[*at + 2].text == "/" &&
                        tokens[*at + 3].kind == TokenKind::kNumber;
  if (fraction) *at += 4;
}

// A word such as "number" stands before the number at `at`.
bool IsAnnounced(const std::vector<Token>& tokens, size_t at) {
  for (size_t back = 1; back <= 3 && back <= at; ++back) {
    const Token& token = tokens[at - back];
    if (token.kind == TokenKind::kWord) return IsOneOf(kAnnouncing, token.text);
    if (token.kind == TokenKind::kNumber) return false;
  }
  return false;
}

void SkipAfterAnnounced(const std::vector<Token>& tokens, size_t* at) {
  for (int i = 0; i < 6 && *at < tokens.size(); ++i, ++*at) {
    const Token& token = tokens[*at];
    if (token.kind != TokenKind::kSpace && !IsOneOf(kAfterAnnounced, token.text)) return;
  }
}

bool IsOrdinal(const std::vector<Token>& tokens, size_t at) {  // "5" "th"
  constexpr std::array<std::string_view, 9> kEndings = {"st", "nd", "rd", "th", "e", "er", "re", "ere", "eme"};
  return at + 1 < tokens.size() && tokens[at].kind == TokenKind::kNumber && IsOneOf(kEndings, tokens[at + 1].text);
}

bool FrenchStreetAt(const std::vector<Token>& tokens, size_t at) {
  if (at >= tokens.size() || !IsOneOf(kFrenchKinds, tokens[at].text)) return false;
  // A name must follow: "12, rue Principale", "12, boul. Laurier".
  for (size_t next = at + 1; next < tokens.size() && next <= at + 3; ++next) {
    if (IsOneOf(kNotAfterKinds, tokens[next].text)) return false;
    if (tokens[next].kind == TokenKind::kWord) return tokens[next].text.size() > 1 || next + 1 < tokens.size();
    if (tokens[next].kind == TokenKind::kNumber) return true;
  }
  return false;
}

// "maplestreet", what is left of "M a p l e  S t r e e t".
bool EndsInKind(std::string_view word) {
  constexpr std::array<std::string_view, 4> kLongKinds = {"street", "avenue", "boulevard", "crescent"};
  return std::any_of(kLongKinds.begin(), kLongKinds.end(), [&](std::string_view kind) {
    return word.size() > kind.size() && word.substr(word.size() - kind.size()) == kind;
  });
}

bool EnglishStreetAt(const std::vector<Token>& tokens, size_t at) {
  size_t words = 0;
  for (; at < tokens.size() && words <= kMostNameWords; ++at) {
    const Token& token = tokens[at];
    if (token.kind == TokenKind::kSpace || token.text == "." || token.text == "'" || token.text == "-") continue;
    if (IsOrdinal(tokens, at)) {
      ++words;
      ++at;
      continue;
    }
    if (token.kind != TokenKind::kWord) return false;
    if (words > 0 && IsOneOf(kEnglishKinds, token.text)) return true;
    if (IsOneOf(kNotInNames, token.text)) return false;
    if (EndsInKind(token.text)) return true;
    ++words;
  }
  return false;
}

// The letter O and the digit 0 are taken for each other, but a word ("rococo") is no postal code.
bool HoldsPostalCode(std::string_view plain) {
  static const RE2* const canadian = new RE2(
      R"(\b([abceghj-nprstvxy][\W_]?[0-9oil][\W_]?[abceghj-nprstv-z][\W_]{0,3}[0-9oil][\W_]?[abceghj-nprstv-z][\W_]?[0-9oil])\b)");
  static const RE2* const british =
      new RE2(R"(\b(?:gir ?0aa|[a-pr-uwyz][a-hk-y]?[0-9][0-9a-hjkps-uw]?[\W_]{0,3}[0-9][abd-hjlnp-uw-z]{2})\b)");
  constexpr int kFewestWritten = 2;
  re2::StringPiece text(plain.data(), plain.size());
  if (RE2::PartialMatch(text, *british)) return true;
  re2::StringPiece code;
  while (RE2::FindAndConsume(&text, *canadian, &code)) {
    const auto digits = std::count_if(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits >= kFewestWritten) return true;
  }
  return false;
}

// Where mail is collected, and a number that stands behind its street: "rue des Erables, numero 12".
bool HoldsBoxOrNumberBehind(std::string_view plain) {
  static const RE2* const box = new RE2(
      R"(\b(?:p ?\.? ?o ?\.? ?box|post office box|boite postale|case postale|c\. ?p\.|b\. ?p\.) ?#?[0-9]{1,6}\b)"
      R"(|\b(?:rr|rural route|route rurale) ?#?[0-9]{1,3},? [a-z])");
  static const RE2* const behind = new RE2(
      R"(\b(?:(?:rue|avenue|boulevard|boul|chemin)\b[ a-z.'-]{2,40}|[a-z]+ (?:street|avenue|road|drive|crescent|boulevard)))"
      R"(,? ?\b(?:number|numero|no|n)\b[.:]? ?#?[0-9]{1,5}\b)");
  const re2::StringPiece text(plain.data(), plain.size());
  return RE2::PartialMatch(text, *box) || RE2::PartialMatch(text, *behind);
}

// "apt. 12", "unit no. 4b", "#12" or, before a sign, "suite b" ("suite à votre demande" is none).
constexpr char kUnit[] =
    R"((?:\b(?:apartment|appartement|appart|apt|app|unit|unite|suite|ste|bureau|flat|logement)s?[ .:-]{0,2})"
    R"((?:(?:number|numero|no|nr|n)\b[. ]{0,2})?#? ?|# ?)(?:[a-z]?-?[0-9]{1,5}[a-z]?\b|[a-z](?:$|[^a-z0-9 '])))";

bool EndsInNamedUnit(std::string_view before) {
  static const RE2* const pattern = new RE2(
      std::string(kUnit) + R"([ ,.:;()/-]{0,4}(?:(?:(?:at|of|in|on|au|du|dans|a)(?: (?:the|le|la))?|the|le) )?$)");
  constexpr size_t kLookedAt = 80;  // bytes, more than the pattern can be long
  if (before.size() > kLookedAt) before.remove_prefix(before.size() - kLookedAt);
  return RE2::PartialMatch(re2::StringPiece(before.data(), before.size()), *pattern);
}

bool BeginsWithNamedUnit(std::string_view behind) {
  static const RE2* const pattern =
      new RE2(R"(^[ ,.:;()/-]{0,4}(?:(?:in|at|dans|a) (?:the )?)?(?:l')?)" + std::string(kUnit));
  return RE2::PartialMatch(re2::StringPiece(behind.data(), behind.size()), *pattern);
}

// "st", "boul": a point behind it ends no sentence.
bool EndsInAbbreviation(std::string_view address) {
  constexpr size_t kMostLetters = 4;
  return address.size() - address.find_last_of(' ') - 1 <= kMostLetters;
}

// Some quarters are words of their own: "100, rue Principale est ouvert", "ne ferme pas", "se trouve". They count, as
// all do behind a comma, only where a sign or the end comes next.
bool BeginsWithCompass(std::string_view behind) {
  constexpr std::array<std::string_view, 7> kNotBehind = {"of",   "toward",   "towards", "side",
                                                          "door", "entrance", "wing"};
  static const RE2* const before_sign = new RE2(
      R"(^[ ,(-]{1,3}(?:(?:nord|sud|north|south)[ -]?)?(?:north|south|east|west|nord|sud|est|ouest|n|s|e|w|o|ne|nw|se|sw))"
      R"((?:[^a-z0-9 '-]| ?$| [.,;:!?)]))");
  static const RE2* const before_word =
      new RE2(R"(^ (?:(?:north|south)[ -]?(?:east|west)?|east|west|(?:nord|sud)(?:[ -]?ouest|-est)?|ouest|n|s|w|nw|sw))"
              R"([ -](\w*))");
  const re2::StringPiece text(behind.data(), behind.size());
  if (RE2::PartialMatch(text, *before_sign)) return true;
  re2::StringPiece word;
  return RE2::PartialMatch(text, *before_word, &word) && !IsOneOf(kNotBehind, {word.data(), word.size()});
}

}  // namespace

bool IsInLongerAddress(std::string_view before, std::string_view address, std::string_view behind) {
  bool longer = EndsInNamedUnit(before) || BeginsWithNamedUnit(behind);
  if (!behind.empty() && behind[0] == '.' && EndsInAbbreviation(address)) behind.remove_prefix(1);
  longer = longer || BeginsWithCompass(behind);
  return longer && HoldsStreetAddress(address);
}

bool HoldsStreetAddress(std::string_view plain) {
  const std::vector<Token> tokens = TokensOf(plain);
  for (size_t at = 0; at < tokens.size(); ++at) {
    if (!IsHouseNumber(tokens, at)) continue;
    if (IsOrdinal(tokens, at) || IsLine(tokens, at) || IsDay(tokens, at) || IsArea(tokens, at)) continue;
    size_t next = at + 1;
    SkipFraction(tokens, &next);
    SkipAfterNumber(tokens, &next);
    if (IsAnnounced(tokens, at)) SkipAfterAnnounced(tokens, &next);
    if (FrenchStreetAt(tokens, next) || EnglishStreetAt(tokens, next)) return true;
  }
  return HoldsPostalCode(plain) || HoldsBoxOrNumberBehind(plain);
}

}  // namespace switchboard::guidance
