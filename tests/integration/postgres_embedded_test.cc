// The embedded server's life: first start, restart, rivals, and deaths of either side.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "common/postgres/connection.h"
#include "common/postgres/embedded_postgres.h"
#include "common/postgres/server_check.h"
#include "common/text/string_view.h"
#include "common/time/clock.h"

namespace switchboard {
namespace {

using ::testing::HasSubstr;

constexpr SqlStatement kCount{"test_count", "SELECT count(*) FROM thing"};

class PostgresEmbeddedTest : public ::testing::Test {
 protected:
  PostgresEmbeddedTest() {
    std::string path = "/tmp/switchboard-embedded-XXXXXX";
    mkdtemp(path.data());
    chmod(path.c_str(), 0755);
    directory_ = path;
  }
  ~PostgresEmbeddedTest() override { std::filesystem::remove_all(directory_); }

  absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> Start() {
    return EmbeddedPostgres::Start({.data_dir = directory_ + "/data", .shared_buffers_mib = 32});
  }

  static std::unique_ptr<Connection> Connect(const EmbeddedPostgres& postgres) {
    auto connection = Connection::Open({.conninfo = postgres.conninfo()});
    EXPECT_TRUE(connection.ok()) << connection.status();
    return *std::move(connection);
  }

  static void Store(const EmbeddedPostgres& postgres) {
    const absl::Status status =
        Connect(postgres)
            ->ExecuteScript("CREATE TABLE IF NOT EXISTS thing (id int); INSERT INTO thing VALUES (1)")
            .status();
    ASSERT_TRUE(status.ok()) << status;
  }

  static int64_t Count(const EmbeddedPostgres& postgres) { return (*Connect(postgres)->Execute(kCount))[0].Int64(0); }

  std::string directory_;
  SystemClock clock_;
};

TEST_F(PostgresEmbeddedTest, IsDurableAndFastToStartAgain) {
  {
    auto postgres = Start();
    ASSERT_TRUE(postgres.ok()) << postgres.status();
    EXPECT_TRUE(CheckServer(*Connect(**postgres)).ok());
    EXPECT_TRUE(CheckDurability(*Connect(**postgres)).ok());
    Store(**postgres);
    EXPECT_TRUE((*postgres)->Stop().ok());
    EXPECT_EQ((*postgres)->pid(), 0);
  }
  const absl::Duration asked = clock_.Elapsed();
  auto postgres = Start();
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  EXPECT_LT(clock_.Elapsed() - asked, absl::Seconds(3));
  EXPECT_EQ(Count(**postgres), 1);
}

TEST_F(PostgresEmbeddedTest, SecondOwnerGetsAClearError) {
  auto postgres = Start();
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  const absl::Status rival = Start().status();
  EXPECT_EQ(rival.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(rival.message()), HasSubstr("in use by another process (pid "));
}

TEST_F(PostgresEmbeddedTest, ServerThatWasKilledIsRestartedAndHasWhatWasCommitted) {
  auto postgres = Start();
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  Store(**postgres);
  kill((*postgres)->pid(), SIGKILL);
  // The kernel reports the death in its own time.
  for (int i = 0; i < 1000 && (*postgres)->pid() != 0; ++i) usleep(1000);
  const absl::Status status = (*postgres)->RestartIfDead();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(Count(**postgres), 1);
}

// Runs an owner in a process of its own, which commits something and is killed at once.
void BeAnOwnerThatDies(const std::string& data_dir) {
  auto postgres = EmbeddedPostgres::Start({.data_dir = data_dir, .shared_buffers_mib = 32});
  if (!postgres.ok()) _exit(1);
  auto connection = Connection::Open({.conninfo = (*postgres)->conninfo()});
  if (!connection.ok()) _exit(2);
  if (!(*connection)->ExecuteScript("CREATE TABLE IF NOT EXISTS thing (id int); INSERT INTO thing VALUES (1)").ok())
    _exit(3);
  kill(getpid(), SIGKILL);
}

TEST_F(PostgresEmbeddedTest, OwnersDeathStopsTheServerAndTheNextOwnerFindsEverything) {
  for (int generation = 1; generation <= 3; ++generation) {
    const pid_t owner = fork();
    if (owner == 0) BeAnOwnerThatDies(directory_ + "/data");
    int wait_status = 0;
    waitpid(owner, &wait_status, 0);
    ASSERT_TRUE(WIFSIGNALED(wait_status)) << "the owner exited with " << WEXITSTATUS(wait_status);
    auto postgres = Start();
    ASSERT_TRUE(postgres.ok()) << postgres.status();
    EXPECT_EQ(Count(**postgres), generation);
  }
}

TEST_F(PostgresEmbeddedTest, PidFileThatNamesAStrangerDoesNotStopTheStart) {
  { ASSERT_TRUE(Start().ok()); }
  // As after a power cut, when the number belongs to something else by now.
  std::ofstream(directory_ + "/data/postgres/postmaster.pid") << getpid() << "\n" << directory_ << "/data/postgres\n";
  auto postgres = Start();
  EXPECT_TRUE(postgres.ok()) << postgres.status();
}

TEST_F(PostgresEmbeddedTest, InterruptedInitializationIsBegunAgain) {
  std::filesystem::create_directories(directory_ + "/data/postgres.new/base");
  EXPECT_TRUE(Start().ok());
}

TEST_F(PostgresEmbeddedTest, LongPathsGetAShortSocket) {
  const std::string deep = directory_ + "/" + std::string(120, 'd');
  auto postgres = EmbeddedPostgres::Start({.data_dir = deep, .shared_buffers_mib = 32});
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  Store(**postgres);
}

TEST_F(PostgresEmbeddedTest, ClusterOfAnotherVersionIsRefused) {
  { ASSERT_TRUE(Start().ok()); }
  std::ofstream(directory_ + "/data/postgres/PG_VERSION") << "14\n";
  const absl::Status status = Start().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("pg_upgrade"));
}

TEST_F(PostgresEmbeddedTest, MissingProgramsAreNamed) {
  const absl::Status status =
      EmbeddedPostgres::Start({.data_dir = directory_ + "/data", .bin_dir = "/nonexistent"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("postgresql"));
}

TEST_F(PostgresEmbeddedTest, DirectoryThatTheServerMayNotEnterIsExplained) {
  if (getuid() != 0) FAIL() << "only root runs the server as another user";
  chmod(directory_.c_str(), 0700);
  const absl::Status status = Start().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("may not enter"));
}

}  // namespace
}  // namespace switchboard
