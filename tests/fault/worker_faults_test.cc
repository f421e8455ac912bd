// Workers that stop, and a commit that comes late.
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>
#include <thread>

#include "common/text/string_view.h"
#include "switchboard/v1/frontline.grpc.pb.h"
#include "switchboard/v1/intake.grpc.pb.h"
#include "tests/fault/fault_bench.h"
#include "tests/fault/final_state_reader.h"
#include "tests/support/await.h"
#include "tests/support/program.h"

namespace switchboard::fault {
namespace {

using DatabaseKind = FaultBench::DatabaseKind;

// Its leases run out and go to others; when it wakes up, it has lost them and changes nothing.
TEST(WorkerFaults, StoppedLongerThanItsLeasesLast) {
  FaultBench bench(DatabaseKind::kOwn, 1);
  LoadOptions options = bench.default_load();
  options.unary_workers = 1;
  bench.StartLoad(options);
  Program worker(
      ClientCommand(bench.server().address(), {"work", "--worker", "sleeper", "--credit", "50", "--think", "0.3"}));
  for (int i = 0; i < 2; ++i) {
    bench.RunFor(absl::Milliseconds(800), absl::Milliseconds(1500));
    worker.Signal(SIGSTOP);
    LetRun(absl::Seconds(7));  // the queues' own leases, which the client takes, last 5 s
    worker.Signal(SIGCONT);
  }
  bench.RunFor(absl::Seconds(1), absl::Seconds(1));
  worker.Signal(SIGINT);
  worker.AwaitExit(absl::Seconds(20));
  worker.Kill();
  bench.load().StopSubmitting();

  const std::unique_ptr<Connection> connection = bench.Connect();
  const auto count = [&](const std::string& sql) {
    const auto rows = connection->ExecuteScript(sql);
    EXPECT_TRUE(rows.ok()) << rows.status();
    return rows.ok() ? (*rows)[0].Int64(0) : -1;
  };
  EXPECT_GT(count("SELECT count(*) FROM switchboard.event WHERE kind = 9 AND worker LIKE '%sleeper%'"), 0)
      << "no lease of the stopped worker ran out: the test tested nothing";
  EXPECT_EQ(
      count("SELECT count(*) FROM (SELECT id FROM switchboard.event WHERE kind = 3 GROUP BY id HAVING count(*) > 1) x"),
      0)
      << "completed twice";
  EXPECT_EQ(count("SELECT count(*) FROM switchboard.event a JOIN switchboard.event b ON a.id = b.id AND b.kind = 2 "
                  "AND b.seq > a.seq WHERE a.kind = 3"),
            0)
      << "handed out after it was completed";
}

v1::SubmitInquiryRequest RoadInquiry(const std::string& request_id) {
  v1::SubmitInquiryRequest request;
  request.set_request_id(request_id);
  request.mutable_inquiry()->set_channel(v1::WEB);
  request.mutable_inquiry()->set_topic("topics/potholes");
  request.mutable_inquiry()->set_language("en");
  request.mutable_inquiry()->set_text("A hole in the road");
  return request;
}

std::string Submit(ServerProcess& server, const std::string& request_id) {
  const auto stub = v1::IntakeService::NewStub(server.NewChannel());
  grpc::ClientContext context;
  SetDeadline(context, absl::Seconds(30));
  v1::SubmitInquiryResponse response;
  const grpc::Status status = stub->SubmitInquiry(&context, RoadInquiry(request_id), &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.inquiry().name();
}

// Claims and completes what is there; the names.
std::vector<std::string> WorkOff(ServerProcess& server) {
  const auto stub = v1::FrontlineService::NewStub(server.NewChannel());
  v1::ClaimInquiriesRequest claim;
  claim.add_queues("queues/roads");
  claim.set_worker("workers/anna");
  claim.set_max_inquiries(100);
  claim.mutable_wait_duration()->set_nanos(500000000);
  grpc::ClientContext context;
  SetDeadline(context, absl::Seconds(30));
  v1::ClaimInquiriesResponse claimed;
  EXPECT_TRUE(stub->ClaimInquiries(&context, claim, &claimed).ok());
  std::vector<std::string> names;
  for (const v1::Lease& lease : claimed.leases()) {
    v1::CompleteInquiryRequest complete;
    complete.set_lease_token(lease.lease_token());
    complete.set_disposition(v1::ANSWERED);
    grpc::ClientContext completing;
    v1::CompleteInquiryResponse completed;
    EXPECT_TRUE(stub->CompleteInquiry(&completing, complete, &completed).ok());
    names.push_back(lease.inquiry().name());
  }
  return names;
}

// One process takes a position for an inquiry, and its commit is held up. Meanwhile another process hands out what came
// later, and its low-water mark goes past that position. The inquiry must be found all the same, by the other process.
TEST(WorkerFaults, ACommitThatComesLateIsDeliveredAllTheSame) {
  FaultBench bench(DatabaseKind::kOwn, 2);
  ServerProcess& working = bench.server(0);
  ServerProcess& late = bench.server(1);
  Submit(working, bench.dice().Uuid());
  ASSERT_EQ(WorkOff(working).size(), 1u);

  // Whoever wants to store the same request id waits for this transaction, with its positions chosen.
  const std::string request_id = bench.dice().Uuid();
  const std::unique_ptr<Connection> blocker = bench.Connect();
  for (int shard = 0; shard < 64; ++shard) {
    ASSERT_TRUE(
        blocker
            ->ExecuteScript(StrCat(shard == 0 ? "BEGIN; " : "",
                                   "INSERT INTO switchboard.request (request_id, id, content_hash, expires, shard) "
                                   "VALUES ('",
                                   request_id, "', ", 64 + shard, ", 0, now() + interval '1 day', ", shard, ")"))
            .ok());
  }
  std::string late_name;
  std::thread submitting([&] { late_name = Submit(late, request_id); });
  const std::unique_ptr<Connection> observer = bench.Connect();
  ASSERT_TRUE(Await(absl::Seconds(20), [&] {
    const auto rows = observer->ExecuteScript(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
        "AND query LIKE '%request%'");
    return rows.ok() && (*rows)[0].Int64(0) > 0;
  }));
  for (int i = 0; i < 5; ++i) {
    Submit(working, bench.dice().Uuid());
    ASSERT_EQ(WorkOff(working).size(), 1u);
  }
  ASSERT_TRUE(blocker->ExecuteScript("ROLLBACK").ok());
  submitting.join();
  ASSERT_FALSE(late_name.empty());
  late.Kill();  // it must not be the one that finds it

  std::vector<std::string> found;
  EXPECT_TRUE(Await(absl::Seconds(20), [&] {
    found = WorkOff(working);
    return !found.empty();
  })) << "behind the mark, and never looked for";
  EXPECT_EQ(found, std::vector<std::string>{late_name});
}

}  // namespace
}  // namespace switchboard::fault
