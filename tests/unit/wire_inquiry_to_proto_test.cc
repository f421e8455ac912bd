#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ids/resource_name.h"
#include "services/wire/inquiry_to_proto.h"

namespace switchboard::wire {
namespace {

using ::testing::ElementsAre;

queue::StoredInquiry Stored() {
  queue::StoredInquiry stored;
  stored.content.id = 1234567890;
  stored.content.channel = v1::EMAIL;
  stored.content.visibility = v1::PRIVATE;
  stored.content.topic_method = v1::TopicAssignment::MODEL;
  stored.content.topic = "potholes";
  stored.content.confidence = 0.75F;
  stored.content.runner_up = "noise";
  stored.content.runner_up_confidence = 0.25F;
  stored.content.route = "roads";
  stored.content.urgency_signals = "gas-leak,flood";
  stored.content.text = "a hole";
  stored.content.create_time = absl::FromUnixSeconds(1000);
  stored.topic = "potholes";
  stored.priority = queue::Priority::kHigh;
  stored.state = queue::InquiryState::kDelayed;
  stored.attempts = 2;
  return stored;
}

TEST(FillInquiry, ShowsEverything) {
  v1::Inquiry inquiry;
  FillInquiry(Stored(), "roads", WithText::kYes, inquiry);
  EXPECT_EQ(inquiry.name(), InquiryName(1234567890));
  EXPECT_EQ(inquiry.text(), "a hole");
  EXPECT_EQ(inquiry.topic(), "topics/potholes");
  EXPECT_EQ(inquiry.topic_assignment().runner_up(), "topics/noise");
  EXPECT_EQ(inquiry.topic_assignment().method(), v1::TopicAssignment::MODEL);
  EXPECT_EQ(inquiry.queue(), "queues/roads");
  EXPECT_EQ(inquiry.route(), "routes/roads");
  EXPECT_EQ(inquiry.priority(), v1::HIGH);
  EXPECT_EQ(inquiry.state(), v1::Inquiry::DELAYED);
  EXPECT_EQ(inquiry.attempts(), 2);
  EXPECT_EQ(inquiry.create_time().seconds(), 1000);
  EXPECT_THAT(inquiry.urgency_signals(), ElementsAre("gas-leak", "flood"));
}

TEST(FillInquiry, LeavesTheTextOutWhereItIsNotWanted) {
  v1::Inquiry inquiry;
  FillInquiry(Stored(), "roads", WithText::kNo, inquiry);
  EXPECT_EQ(inquiry.text(), "");
}

TEST(FillInquiry, ATopicOtherThanTheSortersIsTheStaffs) {
  queue::StoredInquiry stored = Stored();
  stored.topic = "noise";
  v1::Inquiry inquiry;
  FillInquiry(stored, "roads", WithText::kYes, inquiry);
  EXPECT_EQ(inquiry.topic(), "topics/noise");
  EXPECT_EQ(inquiry.topic_assignment().topic(), "topics/noise");
  EXPECT_EQ(inquiry.topic_assignment().method(), v1::TopicAssignment::STAFF);
  EXPECT_EQ(inquiry.topic_assignment().confidence(), 1);
  EXPECT_FALSE(inquiry.topic_assignment().unsure());
}

TEST(FillInquiry, AnUnsureOneShowsItsGuessAndHasNoTopic) {
  queue::StoredInquiry stored = Stored();
  stored.topic = stored.content.topic = "";
  stored.content.unsure = true;
  stored.content.confidence = stored.content.runner_up_confidence = 0.25F;
  v1::Inquiry inquiry;
  FillInquiry(stored, "general", WithText::kYes, inquiry);
  EXPECT_EQ(inquiry.topic(), "");
  EXPECT_EQ(inquiry.topic_assignment().topic(), "topics/noise");
  EXPECT_EQ(inquiry.topic_assignment().confidence(), 0.25);
  EXPECT_TRUE(inquiry.topic_assignment().unsure());
  EXPECT_EQ(inquiry.topic_assignment().runner_up(), "");
}

TEST(VisibilityOn, IsPublicWhereTheChannelIs) {
  EXPECT_EQ(VisibilityOn(v1::X, v1::VISIBILITY_UNSPECIFIED), v1::PUBLIC);
  EXPECT_EQ(VisibilityOn(v1::BLOG, v1::VISIBILITY_UNSPECIFIED), v1::PUBLIC);
  EXPECT_EQ(VisibilityOn(v1::EMAIL, v1::VISIBILITY_UNSPECIFIED), v1::PRIVATE);
  EXPECT_EQ(VisibilityOn(v1::X, v1::PRIVATE), v1::PRIVATE);
}

TEST(FillLease, BringsTheConversation) {
  queue::GrantedLease granted;
  granted.token = "token";
  granted.queue = "roads";
  granted.inquiry.content = Stored().content;
  granted.inquiry.topic = "potholes";
  granted.inquiry.place.lane = queue::Lane(queue::Priority::kUrgent, "en");
  granted.inquiry.attempts = 3;
  granted.messages = {{v1::Message::CITIZEN, v1::PRIVATE, "still there", absl::FromUnixSeconds(2000)}};
  v1::Lease lease;
  FillLease(granted, lease);
  EXPECT_EQ(lease.lease_token(), "token");
  EXPECT_EQ(lease.inquiry().state(), v1::Inquiry::LEASED);
  EXPECT_EQ(lease.inquiry().priority(), v1::URGENT);
  EXPECT_EQ(lease.inquiry().attempts(), 3);
  ASSERT_EQ(lease.inquiry().messages_size(), 1);
  EXPECT_EQ(lease.inquiry().messages(0).text(), "still there");
}

// The casts between the domain's numbers and the API's rest on this.
TEST(Numbers, AreThoseOfTheApi) {
  EXPECT_EQ(static_cast<int>(queue::EventKind::kResumed), v1::Event::RESUMED);
  EXPECT_EQ(static_cast<int>(queue::EventKind::kReceived), v1::Event::RECEIVED);
  EXPECT_EQ(static_cast<int>(queue::InquiryState::kReady), v1::Inquiry::READY);
  EXPECT_EQ(static_cast<int>(queue::InquiryState::kWithdrawn), v1::Inquiry::WITHDRAWN);
  EXPECT_EQ(static_cast<int>(queue::Priority::kLow), v1::LOW);
}

}  // namespace
}  // namespace switchboard::wire
