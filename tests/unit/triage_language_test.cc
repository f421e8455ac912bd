// In which language a message is taken to be written.
#include <gtest/gtest.h>

#include "services/triage/language.h"

namespace switchboard::triage {
namespace {

struct Written {
  const char* language;
  const char* text;
};

TEST(Language, EnglishAndFrenchAreToldApartInAnyWording) {
  const Written texts[] = {
      {"en", "yo wen r u gonna fix the friggin pothole on queen st, my rim is toast lol smh"},
      {"en", "Zamboni broke at the rink by Kanata, any update on hockey registration for the Kowalczyk family"},
      {"en", "Quesadilla truck parked illegally on Rue Saint-Jean near the Chateau Frontenac hotel every night"},
      {"fr", "Kossé ça prend pour avoir une réponse icitte, ça fait trois semaines que j'attends après mon permis"},
      {"fr", "Salut, j'arrive pas à renouveler mon vignette sur le site, sa plante tt le temps aidez moi svp"},
      {"fr", "nid de poule rue des Érables"},
  };
  for (const Written& each : texts) EXPECT_EQ(DetectLanguage(each.text).code, each.language) << each.text;
}

// Spanish, Italian and Portuguese have many of the letters of French, and are not French.
TEST(Language, NeighboursOfFrenchAreNotFrench) {
  const Written texts[] = {
      {"es", "Hay un bache enorme en la calle principal, por favor arreglen la calle cuanto antes"},
      {"es", "Quiero solicitar un permiso para construir un garaje"},
      {"it", "C'è una buca enorme nella strada principale, per favore riparatela"},
      {"it", "Quando passa il camion della spazzatura nel mio quartiere?"},
      {"pt", "Há um buraco enorme na rua principal, por favor consertem"},
      {"nl", "Ik kan de belasting op deze site niet online betalen, kunt u helpen"},
  };
  for (const Written& each : texts) EXPECT_EQ(DetectLanguage(each.text).code, each.language) << each.text;
}

TEST(Language, NothingToReadIsNoLanguage) {
  EXPECT_EQ(DetectLanguage("").code, "und");
  EXPECT_EQ(DetectLanguage("12345 !!!").code, "und");
}

}  // namespace
}  // namespace switchboard::triage
