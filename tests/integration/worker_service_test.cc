// WorkerService and what it means for claims, on a real gRPC server over the real engine with the in-memory store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/status/errors.h"
#include "services/guidance/guideline.h"
#include "tests/support/await.h"
#include "tests/support/edge_server.h"

namespace switchboard::frontline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Obstacle = v1::ExplainWorkerResponse::Obstacle;

constexpr char kBook[] = R"(version: 1
official_languages: [en, fr]
guidelines:
  - id: every-reply
    version: "1.0"
    name: {en: Every reply, fr: Toute réponse}
    text: {en: Be plain., fr: Soyez clair.}
  - id: streets
    version: "%d.1"
    name: {en: Streets, fr: Rues}
    text: {en: Say when., fr: Dites quand.}
    topics: [potholes]
)";

class WorkerServiceTest : public ::testing::Test {
 protected:
  void SetUp() override { PutInForce(2); }

  void PutInForce(int major_version) {
    char text[1000];
    std::snprintf(text, sizeof text, kBook, major_version);
    auto book = guidance::ParseGuidelines(text, "guidelines.yaml");
    ASSERT_TRUE(book.ok()) << book.status();
    server_.guidelines().Activate(*std::move(book));
  }

  static v1::Worker Trained(const std::string& name, int major_version = 2) {
    v1::Worker worker;
    worker.set_name(name);
    v1::Worker::Training& training = *worker.add_trainings();
    training.set_guideline("streets");
    training.set_major_version(major_version);
    return worker;
  }

  v1::Worker Register(const v1::Worker& worker) {
    v1::UpdateWorkerRequest request;
    *request.mutable_worker() = worker;
    v1::Worker response;
    const absl::Status status = Said(server_.workers->UpdateWorker(Patient().get(), request, &response));
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  void Submit(const std::string& text = "a pothole") {
    v1::SubmitInquiryRequest submit;
    submit.mutable_inquiry()->set_text(text);
    submit.mutable_inquiry()->set_channel(v1::WEB);
    v1::SubmitInquiryResponse submitted;
    EXPECT_TRUE(server_.intake->SubmitInquiry(Patient().get(), submit, &submitted).ok());
  }

  std::vector<v1::Lease> Claim(const std::string& worker, int most = 1, absl::Duration wait = absl::ZeroDuration(),
                               const std::string& queue = "queues/roads") {
    v1::ClaimInquiriesRequest request;
    request.add_queues(queue);
    request.set_worker(worker);
    request.set_max_inquiries(most);
    request.mutable_wait_duration()->set_seconds(absl::ToInt64Seconds(wait));
    v1::ClaimInquiriesResponse response;
    const absl::Status status = Said(server_.staff->ClaimInquiries(Patient().get(), request, &response));
    EXPECT_TRUE(status.ok()) << status;
    return {response.leases().begin(), response.leases().end()};
  }

  v1::ExplainWorkerResponse Explain(const std::string& worker, const std::string& queue = "queues/roads") {
    v1::ExplainWorkerRequest request;
    request.set_name(worker);
    request.add_queues(queue);
    v1::ExplainWorkerResponse response;
    const absl::Status status = Said(server_.workers->ExplainWorker(Patient().get(), request, &response));
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(response.standings_size(), 1);
    return response;
  }

  static std::vector<Obstacle::Kind> KindsOf(const google::protobuf::RepeatedPtrField<Obstacle>& obstacles) {
    std::vector<Obstacle::Kind> kinds;
    for (const Obstacle& obstacle : obstacles) kinds.push_back(obstacle.kind());
    return kinds;
  }

  // What stands in the way of the worker at its queue. Figures are samples: what was just submitted or claimed may show
  // a moment later.
  template <typename Matcher>
  void ExpectObstacles(const std::string& worker, Matcher matcher) {
    std::vector<Obstacle::Kind> obstacles;
    Await(absl::Seconds(10), [&] {
      obstacles = KindsOf(Explain(worker).standings(0).obstacles());
      return ::testing::Matches(matcher)(obstacles);
    });
    EXPECT_THAT(obstacles, matcher);
  }

  void Complete(const v1::Lease& lease) {
    v1::CompleteInquiryRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_disposition(v1::ANSWERED);
    v1::CompleteInquiryResponse response;
    EXPECT_TRUE(server_.staff->CompleteInquiry(Patient().get(), request, &response).ok());
  }

  absl::StatusOr<v1::SetWorkerActivityResponse> SetActivity(const std::string& worker, v1::Worker::Activity activity,
                                                            bool give_back = false) {
    v1::SetWorkerActivityRequest request;
    request.set_name(worker);
    request.set_activity(activity);
    request.set_give_back(give_back);
    v1::SetWorkerActivityResponse response;
    const absl::Status status = Said(server_.workers->SetWorkerActivity(Patient().get(), request, &response));
    if (!status.ok()) return status;
    return response;
  }

  InMemoryEngine engine_{{.takes_work = [](std::string_view) { return true; }}};
  EdgeServer server_{*engine_};
};

TEST_F(WorkerServiceTest, WhatIsKeptForWhoGoesAwayIsGivenBackToo) {
  Register(Trained("workers/marie"));
  Register(Trained("workers/ann"));
  Submit();
  const std::vector<v1::Lease> leases = Claim("workers/marie");
  ASSERT_EQ(leases.size(), 1U);
  Complete(leases[0]);
  v1::AppendMessageRequest append;
  append.set_name(leases[0].inquiry().name());
  append.mutable_message()->set_text("and now?");
  v1::AppendMessageResponse appended;
  ASSERT_TRUE(server_.intake->AppendMessage(Patient().get(), append, &appended).ok());
  EXPECT_THAT(Claim("workers/ann"), IsEmpty());
  EXPECT_EQ(SetActivity("workers/marie", v1::Worker::AWAY)->returned_size(), 0);
  EXPECT_THAT(Claim("workers/ann"), IsEmpty()) << "not without being asked";

  const auto away = SetActivity("workers/marie", v1::Worker::AWAY, true);
  ASSERT_TRUE(away.ok()) << away.status();
  EXPECT_THAT(away->returned(), ElementsAre(leases[0].inquiry().name()));
  EXPECT_EQ(Claim("workers/ann", 1, absl::Seconds(10)).size(), 1U) << "long before the minute is over";
}

TEST_F(WorkerServiceTest, RegistersReplacesListsAndForgets) {
  v1::Worker marie = Trained("workers/marie");
  marie.add_languages("FR");
  marie.set_capacity(5);
  marie.set_authority_level(2);
  const v1::Worker set = Register(marie);
  EXPECT_THAT(set.languages(), ElementsAre("fr"));
  EXPECT_EQ(set.activity(), v1::Worker::AVAILABLE);
  EXPECT_TRUE(set.has_update_time());
  Register(Trained("workers/ann"));

  v1::ListWorkersRequest list;
  list.set_page_size(1);
  v1::ListWorkersResponse page;
  ASSERT_TRUE(server_.workers->ListWorkers(Patient().get(), list, &page).ok());
  ASSERT_EQ(page.workers_size(), 1);
  EXPECT_EQ(page.workers(0).name(), "workers/ann");
  list.set_page_token(page.next_page_token());
  page.Clear();
  ASSERT_TRUE(server_.workers->ListWorkers(Patient().get(), list, &page).ok());
  ASSERT_EQ(page.workers_size(), 1);
  EXPECT_EQ(page.workers(0).authority_level(), 2);
  EXPECT_EQ(page.workers(0).trainings(0).major_version(), 2);
  EXPECT_EQ(page.next_page_token(), "");

  v1::DeleteWorkerRequest forget;
  forget.set_name("workers/marie");
  google::protobuf::Empty empty;
  EXPECT_TRUE(server_.workers->DeleteWorker(Patient().get(), forget, &empty).ok());
  v1::GetWorkerRequest get;
  get.set_name("workers/marie");
  v1::Worker found;
  EXPECT_TRUE(absl::IsNotFound(Said(server_.workers->GetWorker(Patient().get(), get, &found))));
  EXPECT_TRUE(absl::IsNotFound(SetActivity("workers/marie", v1::Worker::AWAY).status()));
}

TEST_F(WorkerServiceTest, RefusesNonsenseNamingEveryField) {
  v1::UpdateWorkerRequest request;
  request.mutable_worker()->set_name("marie");
  request.mutable_worker()->set_capacity(-1);
  request.mutable_worker()->set_authority_level(10);
  request.mutable_worker()->add_trainings()->set_guideline("Not an id");
  v1::Worker response;
  const absl::Status status = Said(server_.workers->UpdateWorker(Patient().get(), request, &response));
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  for (const char* field : {"worker.name", "worker.capacity", "worker.authority_level", "worker.trainings[0].guideline",
                            "worker.trainings[0].major_version"}) {
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr(field));
  }
}

TEST_F(WorkerServiceTest, AnUnregisteredWorkerGoesOnAsBefore) {
  Submit();
  EXPECT_EQ(Claim("workers/nobody-knows").size(), 1U);
}

TEST_F(WorkerServiceTest, AnUntrainedWorkerIsHandedNothingAndIsToldWhy) {
  v1::Worker ben;
  ben.set_name("workers/ben");
  Register(ben);
  Submit();
  EXPECT_THAT(Claim("workers/ben"), IsEmpty());
  ExpectObstacles("workers/ben", ElementsAre(Obstacle::NOT_TRAINED));
  const v1::ExplainWorkerResponse why = Explain("workers/ben");
  EXPECT_TRUE(why.registered());
  EXPECT_FALSE(why.standings(0).would_receive());
  EXPECT_EQ(why.standings(0).obstacles(0).guideline(), "streets@2.1");

  Register(Trained("workers/ben"));
  EXPECT_TRUE(Explain("workers/ben").standings(0).would_receive());
  EXPECT_EQ(Claim("workers/ben").size(), 1U);
  ExpectObstacles("workers/ben", ElementsAre(Obstacle::QUEUE_EMPTY));
}

TEST_F(WorkerServiceTest, OldTrainingIsEnoughToClaimAndIsTold) {
  Register(Trained("workers/ann", 1));
  v1::Worker eve = Trained("workers/eve");
  eve.mutable_trainings(0)->mutable_expire_time()->set_seconds(1);
  Register(eve);
  Submit();
  Submit();
  ExpectObstacles("workers/ann", ElementsAre(Obstacle::CERTIFICATION_STALE));
  ExpectObstacles("workers/eve", ElementsAre(Obstacle::CERTIFICATION_EXPIRED));
  EXPECT_EQ(Claim("workers/ann").size(), 1U);
  EXPECT_EQ(Claim("workers/eve").size(), 1U);
}

TEST_F(WorkerServiceTest, AWaitingClaimIsServedOnceItsWorkerIsTrained) {
  v1::Worker ben;
  ben.set_name("workers/ben");
  Register(ben);
  Submit();
  std::vector<v1::Lease> leases;
  std::thread waiting([&] { leases = Claim("workers/ben", 1, absl::Seconds(15)); });
  Register(Trained("workers/ben"));
  waiting.join();
  EXPECT_EQ(leases.size(), 1U);
}

TEST_F(WorkerServiceTest, AWaitingClaimIsServedOnceItsWorkerIsForgotten) {
  v1::Worker ben;
  ben.set_name("workers/ben");
  Register(ben);
  Submit();
  std::vector<v1::Lease> leases;
  std::thread waiting([&] { leases = Claim("workers/ben", 1, absl::Seconds(15)); });
  v1::DeleteWorkerRequest forget;
  forget.set_name("workers/ben");
  google::protobuf::Empty empty;
  EXPECT_TRUE(server_.workers->DeleteWorker(Patient().get(), forget, &empty).ok());
  waiting.join();
  EXPECT_EQ(leases.size(), 1U);
}

TEST_F(WorkerServiceTest, TheWorkersLanguagesNarrowTheClaim) {
  v1::Worker marie = Trained("workers/marie");
  marie.add_languages("fr");
  Register(marie);
  Submit("a pothole");
  EXPECT_THAT(Claim("workers/marie"), IsEmpty());
  ExpectObstacles("workers/marie", ElementsAre(Obstacle::LANGUAGE));
  Submit("bonjour, a pothole");
  const auto leases = Claim("workers/marie", 10);
  ASSERT_EQ(leases.size(), 1U);
  EXPECT_EQ(leases[0].inquiry().text(), "bonjour, a pothole");
}

TEST_F(WorkerServiceTest, CapacityBoundsWhatAWorkerHolds) {
  v1::Worker marie = Trained("workers/marie");
  marie.set_capacity(3);
  Register(marie);
  for (int i = 0; i < 6; ++i) Submit();
  const auto leases = Claim("workers/marie", 10);
  ASSERT_EQ(leases.size(), 3U);
  EXPECT_THAT(Claim("workers/marie", 10), IsEmpty());
  const v1::ExplainWorkerResponse why = Explain("workers/marie");
  EXPECT_EQ(why.held(), 3);
  EXPECT_THAT(KindsOf(why.obstacles()), ElementsAre(Obstacle::AT_CAPACITY));
  EXPECT_FALSE(why.standings(0).would_receive());
  Complete(leases[0]);
  EXPECT_EQ(Claim("workers/marie", 10).size(), 1U);
}

TEST_F(WorkerServiceTest, AStreamGoesOnWhenItsWorkerHasRoomAgain) {
  v1::Worker marie = Trained("workers/marie");
  marie.set_capacity(2);
  Register(marie);
  for (int i = 0; i < 6; ++i) Submit();
  const auto context = Patient();
  const auto stream = server_.staff->StreamClaims(context.get());
  v1::StreamClaimsRequest start;
  start.mutable_start()->add_queues("queues/roads");
  start.mutable_start()->set_worker("workers/marie");
  start.set_credit(100);
  ASSERT_TRUE(stream->Write(start));
  int held = 0;
  int settled = 0;
  v1::StreamClaimsResponse response;
  while (settled < 6 && stream->Read(&response)) {
    held += response.leases_size();
    EXPECT_LE(held, 2);
    v1::StreamClaimsRequest next;
    for (const v1::Lease& lease : response.leases()) {
      v1::Settlement& settlement = *next.add_settlements();
      settlement.set_lease_token(lease.lease_token());
      settlement.mutable_complete()->set_disposition(v1::ANSWERED);
    }
    settled += response.results_size();
    held -= response.results_size();
    if (next.settlements_size() > 0) stream->Write(next);
  }
  EXPECT_EQ(settled, 6);
  stream->WritesDone();
  while (stream->Read(&response)) EXPECT_EQ(response.leases_size(), 0);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(WorkerServiceTest, WhoGoesAwayGivesBackTheOldestFirstAndGetsNothing) {
  Register(Trained("workers/marie"));
  std::vector<std::string> claimed;
  for (int i = 0; i < 3; ++i) {
    Submit();
    const auto leases = Claim("workers/marie");
    ASSERT_EQ(leases.size(), 1U);
    claimed.push_back(leases[0].inquiry().name());
  }
  const auto away = SetActivity("workers/marie", v1::Worker::AWAY, true);
  ASSERT_TRUE(away.ok()) << away.status();
  EXPECT_THAT(away->returned(), ::testing::ElementsAreArray(claimed));
  EXPECT_THAT(Claim("workers/marie", 10), IsEmpty());
  EXPECT_THAT(KindsOf(Explain("workers/marie").obstacles()), ElementsAre(Obstacle::AWAY));

  std::vector<std::string> again;
  while (again.size() < 3) {
    const auto leases = Claim("workers/other", 10, absl::Seconds(10));
    ASSERT_FALSE(leases.empty());
    for (const v1::Lease& lease : leases) {
      again.push_back(lease.inquiry().name());
      EXPECT_EQ(lease.inquiry().attempts(), 1);  // the return did not count
    }
  }
  EXPECT_THAT(again, ::testing::ElementsAreArray(claimed)) << "the oldest first";
}

TEST_F(WorkerServiceTest, GivingBackBelongsToGoingAway) {
  Register(Trained("workers/marie"));
  EXPECT_TRUE(absl::IsInvalidArgument(SetActivity("workers/marie", v1::Worker::BUSY, true).status()));
  EXPECT_TRUE(SetActivity("workers/marie", v1::Worker::BUSY).ok());
  Submit();
  EXPECT_THAT(Claim("workers/marie"), IsEmpty());
  EXPECT_THAT(KindsOf(Explain("workers/marie").obstacles()), ElementsAre(Obstacle::BUSY));
  EXPECT_TRUE(SetActivity("workers/marie", v1::Worker::AVAILABLE).ok());
  EXPECT_EQ(Claim("workers/marie").size(), 1U);
}

TEST_F(WorkerServiceTest, ANewMajorVersionEndsSendingUntilCertifiedAnew) {
  v1::Worker marie = Trained("workers/marie");
  marie.set_authority_level(1);
  Register(marie);
  Submit();
  const auto leases = Claim("workers/marie");
  ASSERT_EQ(leases.size(), 1U);
  PutInForce(3);
  v1::ReplyToInquiryRequest reply;
  reply.set_lease_token(leases[0].lease_token());
  reply.set_text("A crew comes on Monday.");
  reply.set_disposition(v1::ANSWERED);
  v1::ReplyToInquiryResponse response;
  const absl::Status stale = Said(server_.staff->ReplyToInquiry(Patient().get(), reply, &response));
  EXPECT_EQ(ReasonOf(stale), reason::kCertificationStale) << stale;
  EXPECT_EQ(ErrorMetadataOf(stale, "guideline"), "streets@3.1");

  // Drafting goes on.
  v1::EvaluateReplyRequest evaluate;
  evaluate.set_lease_token(reply.lease_token());
  evaluate.set_text(reply.text());
  v1::EvaluateReplyResponse evaluated;
  EXPECT_TRUE(server_.staff->EvaluateReply(Patient().get(), evaluate, &evaluated).ok());
  EXPECT_EQ(evaluated.decision().verdict(), v1::ReplyDecision::SENT);

  Register(Trained("workers/marie", 3));
  response.Clear();
  const absl::Status sent = Said(server_.staff->ReplyToInquiry(Patient().get(), reply, &response));
  ASSERT_TRUE(sent.ok()) << sent;
  EXPECT_EQ(response.decision().verdict(), v1::ReplyDecision::SENT);

  v1::GetInquiryRequest get;
  get.set_name(leases[0].inquiry().name());
  v1::GetInquiryResponse stored;
  ASSERT_TRUE(server_.intake->GetInquiry(Patient().get(), get, &stored).ok());
  std::vector<std::string> refusals;
  for (const v1::Event& event : stored.events()) {
    if (event.kind() == v1::Event::REPLY_REFUSED) refusals.push_back(event.reason());
  }
  EXPECT_THAT(refusals, ElementsAre("CERTIFICATION_STALE: streets@3.1"));
}

TEST_F(WorkerServiceTest, WhatWasSentStaysSentWhenTheTrainingEnds) {
  for (const v1::Disposition disposition : {v1::ANSWERED, v1::DISPOSITION_UNSPECIFIED}) {
    PutInForce(2);
    Register(Trained("workers/marie"));
    Submit();
    const auto leases = Claim("workers/marie", 1, absl::Seconds(10));
    ASSERT_EQ(leases.size(), 1U);
    v1::ReplyToInquiryRequest reply;
    reply.set_lease_token(leases[0].lease_token());
    reply.set_text("A crew comes on Monday.");
    reply.set_disposition(disposition);
    v1::ReplyToInquiryResponse response;
    ASSERT_TRUE(server_.staff->ReplyToInquiry(Patient().get(), reply, &response).ok());
    PutInForce(3);
    response.Clear();
    const absl::Status repeated = Said(server_.staff->ReplyToInquiry(Patient().get(), reply, &response));
    ASSERT_TRUE(repeated.ok()) << repeated;
    EXPECT_TRUE(response.repeated());
    EXPECT_EQ(response.decision().verdict(), v1::ReplyDecision::SENT);
    reply.set_text("Another text.");
    const absl::Status other = Said(server_.staff->ReplyToInquiry(Patient().get(), reply, &response));
    EXPECT_EQ(ReasonOf(other), disposition == v1::ANSWERED ? reason::kLeaseLost : reason::kCertificationStale);
  }
}

TEST_F(WorkerServiceTest, TheGeneralQueueIsOpenToTheUntrained) {
  v1::Worker ben;
  ben.set_name("workers/ben");
  Register(ben);
  Submit("something else");
  v1::ExplainWorkerResponse why;
  ASSERT_TRUE(Await(absl::Seconds(10), [&] {
    why = Explain("workers/ben", "queues/general");
    return why.standings(0).would_receive();
  }));
  ASSERT_THAT(KindsOf(why.standings(0).obstacles()), ElementsAre(Obstacle::NOT_TRAINED));
  EXPECT_EQ(why.standings(0).obstacles(0).guideline(), "streets@2.1");
  EXPECT_EQ(why.standings(0).obstacles(0).detail(), "not trained for streets@2.1: may claim and draft, not send");
  EXPECT_EQ(Claim("workers/ben", 1, absl::ZeroDuration(), "queues/general").size(), 1U);
}

}  // namespace
}  // namespace switchboard::frontline
