// Options: which source wins, what is refused, what is shown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "common/config/option_table.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class OptionTableTest : public ::testing::Test {
 protected:
  OptionTableTest() {
    table_.Add("listen", listen_, "address");
    table_.Add("max-batch", max_batch_, "size of a batch");
    table_.Add("lease", lease_, "length of a lease");
    table_.Add("reflection", reflection_, "serve reflection");
    table_.Add("services", services_, "what to serve");
    table_.Add("token", token_, "a secret", {.secret = true});
    table_.Add("database", database_, "where inquiries live");
  }
  ~OptionTableTest() override {
    if (!file_.empty()) unlink(file_.c_str());
  }

  void WriteFile(const std::string& yaml) {
    file_ = ::testing::TempDir() + "switchboard-options-XXXXXX";
    close(mkstemp(file_.data()));
    std::ofstream(file_) << yaml;
    environment_["SWITCHBOARD_CONFIG"] = file_;
  }

  absl::Status Load(std::vector<std::string> flags) {
    return table_.Load(flags, [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment_.find(name);
      return found == environment_.end() ? std::nullopt : std::optional<std::string>(found->second);
    });
  }

  std::string listen_ = "127.0.0.1:1";
  int max_batch_ = 10;
  absl::Duration lease_ = absl::Minutes(15);
  bool reflection_ = false;
  std::vector<std::string> services_;
  std::string token_;
  std::string database_;
  std::map<std::string, std::string> environment_;
  std::string file_;
  OptionTable table_{"program", "does things"};
};

TEST_F(OptionTableTest, FlagsBeatTheEnvironmentAndThatTheFile) {
  WriteFile("listen: file\nmax_batch: 1\nlease: 1m\nservices: [intake, triage]\n");
  environment_["SWITCHBOARD_MAX_BATCH"] = "2";
  environment_["SWITCHBOARD_LISTEN"] = "environment";
  const absl::Status status = Load({"--listen=flag", "--reflection"});
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(listen_, "flag");
  EXPECT_EQ(max_batch_, 2);
  EXPECT_EQ(lease_, absl::Minutes(1));
  EXPECT_TRUE(reflection_);
  EXPECT_THAT(services_, ::testing::ElementsAre("intake", "triage"));
}

TEST_F(OptionTableTest, EverythingThatIsWrongIsSaidAtOnceWithItsPlace) {
  WriteFile("lisen: x\nmax_batch: many\nlease: 1m\nlease: 2m\n");
  environment_["SWITCHBOARD_LEASE"] = "soon";
  const std::string message(Load({"--max-batsh=3", "stray", "--reflection=maybe", "--listen"}).message());
  EXPECT_THAT(message, HasSubstr(file_ + ":1:1: unknown key 'lisen'; did you mean 'listen'?"));
  EXPECT_THAT(message, HasSubstr(file_ + ":2:12: max_batch: must be a whole number"));
  EXPECT_THAT(message, HasSubstr("'lease' stands here twice"));
  EXPECT_THAT(message, HasSubstr("SWITCHBOARD_LEASE: must be a duration"));
  EXPECT_THAT(message, HasSubstr("--max-batsh: unknown flag; did you mean --max-batch?"));
  EXPECT_THAT(message, HasSubstr("'stray' is no flag"));
  EXPECT_THAT(message, HasSubstr("--reflection: must be true or false"));
  EXPECT_THAT(message, HasSubstr("--listen: needs a value"));
}

TEST_F(OptionTableTest, MissingFileIsAnError) {
  EXPECT_THAT(std::string(Load({"--config", "/nonexistent.yaml"}).message()), HasSubstr("cannot be read"));
}

TEST_F(OptionTableTest, PrintedOptionsLoadAgainAndKeepSecrets) {
  ASSERT_TRUE(Load({"--token=hunter2", "--database=host=db password=hunter2 user=me", "--no-reflection"}).ok());
  const std::string printed = table_.Print();
  EXPECT_THAT(printed, Not(HasSubstr("hunter2")));
  EXPECT_THAT(printed, HasSubstr("token: \"***\""));
  EXPECT_THAT(printed, HasSubstr("password=*** user=me"));
  WriteFile(printed);
  EXPECT_TRUE(Load({}).ok());
}

TEST_F(OptionTableTest, HelpNamesEveryOptionWithItsDefault) {
  const std::string help = table_.Help();
  EXPECT_THAT(help, HasSubstr("--max-batch=N"));
  EXPECT_THAT(help, HasSubstr("length of a lease [15m]"));
  EXPECT_THAT(help, HasSubstr("--[no-]reflection"));
}

TEST(HidePasswords, InEveryFormOfAConninfo) {
  EXPECT_EQ(HidePasswords("postgresql://me:secret@host:5432/db"), "postgresql://me:***@host:5432/db");
  EXPECT_EQ(HidePasswords("postgresql://me@host/db?password=secret&x=1"), "postgresql://me@host/db?password=***&x=1");
  EXPECT_EQ(HidePasswords("host=a password='se cret' user=b"), "host=a password=*** user=b");
  EXPECT_EQ(HidePasswords("host=a"), "host=a");
}

}  // namespace
}  // namespace switchboard
