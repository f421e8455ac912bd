// PostgreSQL dies under load: its postmaster is killed, it is stopped at once, its sessions are cut, its disk is full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "common/rpc/status_conversion.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "switchboard/v1/intake.grpc.pb.h"
#include "tests/fault/fault_bench.h"
#include "tests/fault/final_state_reader.h"
#include "tests/support/await.h"
#include "tests/support/temporary_directory.h"

namespace switchboard::fault {
namespace {

using DatabaseKind = FaultBench::DatabaseKind;

// Sends the signal to the postmaster and starts PostgreSQL again, as its owner would.
void CrashAndRestart(FaultBench& bench, int signal) {
  bench.Outage([&] {
    const pid_t postmaster = bench.postgres().pid();
    bench.recorder().AddDatabaseCrash(bench.clock().Now());
    kill(postmaster, signal);
    ASSERT_TRUE(Await(absl::Seconds(20), [&] { return bench.postgres().pid() == 0; }));
    bench.recorder().AddDatabaseCrash(bench.clock().Now());
    ASSERT_TRUE(bench.postgres().RestartIfDead().ok());
  });
}

TEST(DatabaseFaults, PostmasterKilled) {
  FaultBench bench(DatabaseKind::kOwn, 2);
  bench.StartLoad();
  for (int i = 0; i < 3; ++i) {
    bench.RunFor(absl::Seconds(1), absl::Seconds(2));
    CrashAndRestart(bench, SIGKILL);
  }
  bench.RunFor(absl::Seconds(2), absl::Seconds(2));
  bench.HealDrainAndCheck();
}

TEST(DatabaseFaults, StoppedAtOnce) {
  FaultBench bench(DatabaseKind::kOwn, 1);
  bench.StartLoad();
  for (int i = 0; i < 3; ++i) {
    bench.RunFor(absl::Seconds(1), absl::Seconds(2));
    CrashAndRestart(bench, SIGQUIT);
  }
  bench.RunFor(absl::Seconds(2), absl::Seconds(2));
  bench.HealDrainAndCheck();
}

// Commits whose outcome nobody heard: every one has to be found out, never guessed.
TEST(DatabaseFaults, SessionsCutInTheMidstOfWork) {
  FaultBench bench(DatabaseKind::kOwn, 1);
  bench.StartLoad();
  const std::unique_ptr<Connection> operator_session = bench.Connect();
  for (int i = 0; i < 15; ++i) {
    bench.RunFor(absl::Milliseconds(100), absl::Milliseconds(400));
    bench.Outage([&] {
      ASSERT_TRUE(operator_session
                      ->ExecuteScript("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                      "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
                      .ok());
    });
  }
  bench.RunFor(absl::Seconds(2), absl::Seconds(2));
  bench.HealDrainAndCheck();
}

pid_t PostmasterIn(const std::string& data_dir) {
  pid_t pid = 0;
  std::ifstream(data_dir + "/postgres/postmaster.pid") >> pid;
  return pid;
}

// The server itself has to bring its PostgreSQL back.
TEST(DatabaseFaults, OwnPostgresKilledAndStoppedAtOnce) {
  FaultBench bench(DatabaseKind::kEmbedded, 1);
  bench.StartLoad();
  for (const int signal : {SIGKILL, SIGQUIT, SIGKILL}) {
    bench.RunFor(absl::Seconds(1), absl::Seconds(2));
    bench.Outage([&] {
      const pid_t postmaster = PostmasterIn(bench.server().data_dir());
      ASSERT_GT(postmaster, 1);
      bench.recorder().AddDatabaseCrash(bench.clock().Now());
      ASSERT_EQ(kill(postmaster, signal), 0);
      bench.recorder().AddDatabaseCrash(bench.clock().Now() + absl::Milliseconds(200));
      ASSERT_TRUE(Await(absl::Seconds(60), [&] {
        return PostmasterIn(bench.server().data_dir()) != postmaster &&
               Connection::Open({.conninfo = bench.conninfo()}).ok();
      }));
    });
  }
  bench.RunFor(absl::Seconds(2), absl::Seconds(2));
  bench.HealDrainAndCheck();
}

// A small file system of its own, for as long as this lives.
class SmallDisk {
 public:
  explicit SmallDisk(int mebibytes) {
    mounted_ =
        mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, StrCat("mode=0755,size=", mebibytes, "m").c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(directory_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const std::string& path() const { return directory_.path(); }

  // Leaves no byte free.
  void Fill() {
    std::ofstream ballast(path() + "/ballast", std::ios::binary);
    const std::string block(64 << 10, 'x');
    while (ballast.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
    ballast.clear();
    while (ballast.put('x').flush()) {
    }
  }
  void Relieve() { unlink((path() + "/ballast").c_str()); }

 private:
  TemporaryDirectory directory_;
  bool mounted_ = false;
};

// Hands inquiries in until one is refused; gives the refusal, OK where none was.
absl::Status SubmitUntilRefused(FaultBench& bench) {
  const auto stub = v1::IntakeService::NewStub(bench.server().NewChannel());
  absl::Status refusal;
  Await(absl::Seconds(60), [&] {
    v1::SubmitInquiryRequest request;
    request.mutable_inquiry()->set_channel(v1::WEB);
    request.mutable_inquiry()->set_topic("topics/potholes");
    request.mutable_inquiry()->set_text(std::string(100000, 'x'));
    request.set_request_id(bench.dice().Uuid());
    request.mutable_inquiry()->set_external_id(request.request_id());
    for (size_t i = 0; i < request.inquiry().text().size(); ++i) {  // nothing that could be compressed
      (*request.mutable_inquiry()->mutable_text())[i] = static_cast<char>('0' + bench.dice().Below(75));
    }
    grpc::ClientContext context;
    SetDeadline(context, absl::Seconds(10));
    v1::SubmitInquiryResponse response;
    const absl::Time start = bench.clock().Now();
    const grpc::Status status = stub->SubmitInquiry(&context, request, &response);
    bench.recorder().Add(SubmitCall{request.request_id(), request.inquiry().text(), OutcomeOf(status),
                                    response.inquiry().name(), start});
    refusal = FromGrpc(status);
    return !status.ok();
  });
  return refusal;
}

TEST(DatabaseFaults, DiskFull) {
  if (geteuid() != 0) FAIL() << "making a small disk takes root";
  SmallDisk disk(400);
  if (!disk.mounted()) FAIL() << "this machine does not let root mount a tmpfs";
  FaultBench bench(DatabaseKind::kEmbedded, 1, {}, disk.path() + "/data");
  bench.StartLoad();
  bench.RunFor(absl::Seconds(1), absl::Seconds(1));
  absl::Status refusal;
  bench.Outage([&] {
    bench.recorder().AddDatabaseCrash(bench.clock().Now());
    disk.Fill();
    refusal = SubmitUntilRefused(bench);
    bench.RunFor(absl::Seconds(2), absl::Seconds(2));
    // PostgreSQL ends itself where it cannot write its log, and then forgets claims as in a crash.
    bench.recorder().AddDatabaseCrash(bench.clock().Now());
    disk.Relieve();
    ASSERT_TRUE(Await(absl::Seconds(60), [&] { return Connection::Open({.conninfo = bench.conninfo()}).ok(); }));
  });
  EXPECT_EQ(refusal.code(), absl::StatusCode::kUnavailable) << refusal;
  EXPECT_THAT(ReasonOf(refusal),
              ::testing::AnyOf(std::string(reason::kDatabaseFull), std::string(reason::kDatabaseUnavailable),
                               std::string(reason::kCommitOutcomeUnknown)))
      << refusal;
  EXPECT_THAT(std::string(refusal.message()), ::testing::ContainsRegex("disk|space|again|retry|repeat")) << refusal;
  bench.RunFor(absl::Seconds(2), absl::Seconds(2));
  bench.HealDrainAndCheck();
}

}  // namespace
}  // namespace switchboard::fault
