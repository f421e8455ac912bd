// What the tests of replying and of not replying share: a server with guidelines, a lease to act on, and a look at the
// record afterwards.
#ifndef SWITCHBOARD_TESTS_INTEGRATION_FRONTLINE_REPLY_FIXTURE_H_
#define SWITCHBOARD_TESTS_INTEGRATION_FRONTLINE_REPLY_FIXTURE_H_

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "services/guidance/guideline.h"
#include "tests/support/edge_server.h"

namespace switchboard::frontline {

class FrontlineReplyFixture : public ::testing::Test {
 protected:
  void Activate(std::string_view guidelines) {
    auto book = guidance::ParseGuidelines(guidelines, "guidelines.yaml");
    ASSERT_TRUE(book.ok()) << book.status();
    server_.guidelines().Activate(*std::move(book));
  }

  // Takes in an inquiry about a pothole, and claims it as Ann.
  v1::Lease ClaimFrom(v1::Channel channel, bool with_guidance = false) {
    v1::SubmitInquiryRequest submit;
    submit.mutable_inquiry()->set_text("a pothole");
    submit.mutable_inquiry()->set_channel(channel);
    v1::SubmitInquiryResponse submitted;
    EXPECT_TRUE(server_.intake->SubmitInquiry(Patient().get(), submit, &submitted).ok());
    v1::ClaimInquiriesRequest request;
    request.add_queues("queues/roads");
    request.set_worker("workers/ann");
    request.mutable_wait_duration()->set_seconds(10);
    request.set_with_guidance(with_guidance);
    v1::ClaimInquiriesResponse response;
    EXPECT_TRUE(server_.staff->ClaimInquiries(Patient().get(), request, &response).ok());
    EXPECT_EQ(response.leases_size(), 1);
    return response.leases_size() == 1 ? response.leases(0) : v1::Lease();
  }

  // `worker`: who looks; "" for nobody in particular.
  v1::GetInquiryResponse Get(const std::string& name, const std::string& worker = "") {
    v1::GetInquiryRequest request;
    request.set_name(name);
    request.set_worker(worker);
    v1::GetInquiryResponse response;
    EXPECT_TRUE(server_.intake->GetInquiry(Patient().get(), request, &response).ok());
    return response;
  }

  InMemoryEngine engine_;
  EdgeServer server_{*engine_};
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_TESTS_INTEGRATION_FRONTLINE_REPLY_FIXTURE_H_
