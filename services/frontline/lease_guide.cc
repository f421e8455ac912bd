#include "services/frontline/lease_guide.h"

#include <string>
#include <utility>

#include "common/ids/resource_name.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"
#include "services/wire/inquiry_to_proto.h"
#include "services/wire/times.h"

namespace switchboard::frontline {
namespace {

constexpr size_t kMostSuggested = 3;
constexpr int kMostGuidelines = 10;
constexpr size_t kMostGuidelineBytes = 2 << 10;

// What the citizen wrote: the inquiry, and last what they wrote since.
std::string WordsOf(const queue::GrantedLease& lease) {
  std::string words = lease.inquiry.content.text;
  for (auto message = lease.messages.rbegin(); message != lease.messages.rend(); ++message) {
    if (message->author != v1::Message::CITIZEN) continue;
    return StrCat(message->text, "\n", words);
  }
  return words;
}

// When the citizen wrote what nobody has replied to; where nothing waits for a reply, what they wrote last.
absl::Time SinceWhen(const queue::GrantedLease& lease) {
  absl::Time since = lease.inquiry.content.create_time;
  bool answered = false;
  for (const queue::StoredMessage& message : lease.messages) {
    const bool citizen = message.author == v1::Message::CITIZEN;
    if (citizen && answered) since = message.create_time;
    answered = !citizen;
  }
  return since;
}

}  // namespace

void LeaseGuide::Run(absl::AnyInvocable<void() &&> task) const {
  if (!executor_.TrySubmit(task)) std::move(task)();
}

void LeaseGuide::Fill(const queue::GrantedLease& lease, v1::Lease& out) const {
  FillGuidelines(lease, out);
  FillAnswers(lease, out);
}

void LeaseGuide::FillGuidelines(const queue::GrantedLease& lease, v1::Lease& out) const {
  const queue::ClaimedInquiry& inquiry = lease.inquiry;
  const auto book = guidelines_.book();
  if (book == nullptr) return;
  const auto channel = static_cast<v1::Channel>(inquiry.content.channel);
  const v1::Visibility own = wire::VisibilityOn(channel, static_cast<v1::Visibility>(inquiry.content.visibility));
  for (const guidance::Guideline& guideline : book->guidelines) {
    if (out.guidelines_size() == kMostGuidelines) break;
    if (!guideline.scope.Covers(inquiry.topic, v1::Channel_Name(channel), own == v1::PUBLIC)) continue;
    v1::Lease::Guideline& added = *out.add_guidelines();
    added.set_name(guideline.NameWithVersion());
    added.set_title(std::string(guidance::TextIn(guideline.name, inquiry.content.language)));
    const std::string_view text = guidance::TextIn(guideline.text, inquiry.content.language);
    added.set_text(std::string(TruncateUtf8(text, kMostGuidelineBytes)));
    if (!guideline.respond_within) continue;
    wire::SetTime(SinceWhen(lease) + *guideline.respond_within, added.mutable_respond_by_time());
  }
}

void LeaseGuide::FillAnswers(const queue::GrantedLease& lease, v1::Lease& out) const {
  const auto index = answers_.index();
  if (index == nullptr) return;
  const std::string words = WordsOf(lease);
  const auto recalled = answers_.recalled();
  const guidance::AnswerQuery query{
      .topic = lease.inquiry.topic, .language = lease.inquiry.content.language, .text = words, .now = clock_.Now()};
  const auto skip = [&](const guidance::Answer& answer) { return recalled->contains(answer.NameWithVersion()); };
  for (const guidance::FoundAnswer& found : index->Best(query, kMostSuggested, skip)) {
    v1::Lease::SuggestedAnswer& added = *out.add_answers();
    added.set_answer(AnswerName(found.answer->id, found.answer->version));
    added.set_language(found.language);
    added.set_title(found.answer->title.at(found.language));
    added.set_text(found.answer->text.at(found.language));
  }
}

}  // namespace switchboard::frontline
