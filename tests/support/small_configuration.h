// A configuration that is trained in a moment, for tests of the whole.
#ifndef SWITCHBOARD_TESTS_SUPPORT_SMALL_CONFIGURATION_H_
#define SWITCHBOARD_TESTS_SUPPORT_SMALL_CONFIGURATION_H_

namespace switchboard {

// Topics potholes and passports (English, French), decided by rules where their word occurs; queues general, roads,
// passports; leases of 15 minutes, 3 attempts in roads with back-offs of a second.
inline constexpr char kSmallConfiguration[] = R"(version: 1
defaults: {general_queue: general, threshold: 0.6}
urgency:
  - {id: gas-leak, language: en, any: ["gas leak"], priority: URGENT}
topics:
  - id: potholes
    name: {en: Potholes, fr: Nids-de-poule}
    description: {en: Holes in roads, fr: Trous dans la chaussée}
    examples:
      en: ["there is a deep hole in the road", "the asphalt is broken", "my tyre burst on the damaged street",
           "please repair the road surface", "huge crater on main street"]
      fr: ["il y a un trou dans la chaussée", "le bitume est abîmé", "mon pneu a éclaté sur la rue",
           "merci de réparer la route", "énorme cratère dans la rue principale"]
    rules:
      - {id: pothole-word, language: en, any: ["pothole", "potholes"], effect: DECIDE}
      - {id: nid-de-poule, language: fr, any: ["nid de poule", "nids de poule"], effect: DECIDE}
  - id: passports
    name: {en: Passports, fr: Passeports}
    description: {en: Travel documents, fr: Documents de voyage}
    examples:
      en: ["how do I renew my travel document", "passport application form", "my passport has expired",
           "passport for my child", "lost my passport abroad"]
      fr: ["comment renouveler mon passeport", "formulaire de demande de passeport", "mon passeport a expiré",
           "passeport pour mon enfant", "j'ai perdu mon passeport à l'étranger"]
    rules:
      - {id: passport-word, any: ["passport", "passeport"], effect: DECIDE}
queues:
  - {id: general, name: {en: General, fr: Général}}
  - id: roads
    name: {en: Roads, fr: Voirie}
    service_level: {urgent: 30m, high: 2h, normal: 1d, low: 3d}
    lease: 15m
    max_attempts: 3
    retry: {initial: 1s, max: 1s}
  - {id: passports, name: {en: Passports, fr: Passeports}}
routes:
  - {id: roads-all, when: {topics: [potholes]}, queue: roads, priority: HIGH}
  - {id: passports-all, when: {topics: [passports]}, queue: passports}
)";

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_SMALL_CONFIGURATION_H_
