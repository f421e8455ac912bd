#include <memory>
#include <string>
#include <vector>

#include "common/text/string_view.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

struct DraftOptions {
  std::string draft;
  std::string queue;
  std::vector<std::string> queues;
  std::vector<std::string> languages;
  std::string reviewer;
  std::string review_token;
  std::string advice;
  int authority_level = 0;
  int most = 1;
  int minutes = 15;
};

std::string NameOfQueue(const std::string& queue) {
  return queue.find('/') == std::string::npos ? StrCat("queues/", queue) : queue;
}

void ListDrafts(Session& session, const DraftOptions& options) {
  auto stub = session.Authority();
  if (stub == nullptr) return;
  Table table({"DRAFT", "QUEUE", "AUTHOR", "LEVEL", "UNTIL", "RULES", "TEXT"});
  v1::ListReplyDraftsRequest request;
  if (!options.queue.empty()) {
    request.set_queue(NameOfQueue(options.queue));
  }
  request.set_authority_level(options.authority_level);
  do {
    v1::ListReplyDraftsResponse response;
    if (!session.Check(stub->ListReplyDrafts(session.NewCall().get(), request, &response))) return;
    if (session.json()) PrintJson(response);
    for (const v1::ReplyDraft& draft : response.drafts()) {
      table.AddRow({draft.name(), ShortName(draft.queue()), ShortName(draft.author()), StrCat(draft.authority_level()),
                    ShortTime(draft.deadline()), OneLine(draft.refusal(), 60), OneLine(draft.text(), 40)});
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  if (!session.json()) table.Print();
}

void PrintDraft(const Session& session, const v1::ReplyDraft& draft) {
  if (session.json()) return PrintJson(draft);
  std::printf("%s by %s: %s\n", draft.name().c_str(), ShortName(draft.author()).c_str(),
              v1::ReplyDraft::State_Name(draft.state()).c_str());
  std::printf("%s\n", OneLine(draft.refusal(), 300).c_str());
  if (!draft.reviewer().empty()) {
    std::printf("claimed by %s until %s\n", ShortName(draft.reviewer()).c_str(),
                ShortTime(draft.review_expire_time()).c_str());
  }
  if (!draft.review_token().empty()) std::printf("review token: %s\n", draft.review_token().c_str());
  if (!draft.decided_by().empty()) std::printf("decided by %s\n", ShortName(draft.decided_by()).c_str());
  if (!draft.advice().empty()) std::printf("advice: %s\n", OneLine(draft.advice(), 600).c_str());
  std::printf("\n%s\n", draft.text().c_str());
}

void ShowDraft(Session& session, const DraftOptions& options) {
  auto stub = session.Authority();
  if (stub == nullptr) return;
  v1::GetReplyDraftRequest request;
  request.set_name(options.draft);
  v1::ReplyDraft draft;
  if (session.Check(stub->GetReplyDraft(session.NewCall().get(), request, &draft))) PrintDraft(session, draft);
}

void ClaimDrafts(Session& session, const DraftOptions& options) {
  auto stub = session.Authority();
  if (stub == nullptr) return;
  v1::ClaimReplyDraftsRequest request;
  request.set_reviewer(StrCat("workers/", options.reviewer));
  for (const std::string& queue : options.queues) request.add_queues(NameOfQueue(queue));
  for (const std::string& language : options.languages) request.add_languages(language);
  request.set_authority_level(options.authority_level);
  request.set_max_drafts(options.most);
  request.mutable_review_duration()->set_seconds(int64_t{options.minutes} * 60);
  v1::ClaimReplyDraftsResponse response;
  if (!session.Check(stub->ClaimReplyDrafts(session.NewCall().get(), request, &response))) return;
  if (session.json()) return PrintJson(response);
  if (response.drafts().empty()) std::printf("nothing waits that %s may decide on\n", options.reviewer.c_str());
  for (const v1::ReplyDraft& draft : response.drafts()) PrintDraft(session, draft);
}

void ReleaseDraft(Session& session, const DraftOptions& options) {
  auto stub = session.Authority();
  if (stub == nullptr) return;
  v1::ReleaseReplyDraftRequest request;
  request.set_name(options.draft);
  request.set_reviewer(StrCat("workers/", options.reviewer));
  request.set_review_token(options.review_token);
  v1::ReplyDraft draft;
  if (session.Check(stub->ReleaseReplyDraft(session.NewCall().get(), request, &draft))) PrintDraft(session, draft);
}

void ApproveDraft(Session& session, const DraftOptions& options) {
  auto stub = session.Authority();
  if (stub == nullptr) return;
  v1::ApproveReplyDraftRequest request;
  request.set_name(options.draft);
  request.set_reviewer(StrCat("workers/", options.reviewer));
  request.set_authority_level(options.authority_level);
  request.set_review_token(options.review_token);
  v1::ApproveReplyDraftResponse response;
  if (!session.Check(stub->ApproveReplyDraft(session.NewCall().get(), request, &response))) return;
  const bool sent = response.decision().verdict() == v1::ReplyDecision::SENT;
  if (!sent) session.exit_code = kExitFailed;
  if (session.json()) return PrintJson(response);
  if (sent) {
    std::printf("%s went out.\n", options.draft.c_str());
    return;
  }
  std::printf("%s waits on: %s\n", options.draft.c_str(),
              v1::ReplyDecision::Verdict_Name(response.decision().verdict()).c_str());
  for (const auto& broken : response.decision().broken_rules()) {
    std::printf("  %s: %s\n", broken.rule().c_str(), OneLine(broken.suggestion(), 200).c_str());
  }
}

void ReturnDraft(Session& session, const DraftOptions& options) {
  auto stub = session.Authority();
  if (stub == nullptr) return;
  v1::ReturnReplyDraftRequest request;
  request.set_name(options.draft);
  request.set_reviewer(StrCat("workers/", options.reviewer));
  request.set_authority_level(options.authority_level);
  request.set_advice(options.advice);
  request.set_review_token(options.review_token);
  v1::ReplyDraft draft;
  if (session.Check(stub->ReturnReplyDraft(session.NewCall().get(), request, &draft))) PrintDraft(session, draft);
}

}  // namespace

void AddDraftCommands(CLI::App& program, Session& session) {
  auto options = std::make_shared<DraftOptions>();
  CLI::App* draft = program.add_subcommand("draft", "Decide on replies that need authority");
  draft->require_subcommand(1);
  CLI::App* list = draft->add_subcommand("list", "List what waits for somebody with the authority, oldest first");
  CLI::App* show = draft->add_subcommand("show", "Show one draft");
  CLI::App* claim = draft->add_subcommand("claim", "Take what waits, nearest deadline first, so that nobody else does");
  CLI::App* release = draft->add_subcommand("release", "Give one back undecided");
  CLI::App* approve = draft->add_subcommand("approve", "Let it out");
  CLI::App* back = draft->add_subcommand("return", "Return it to its author, with advice");
  list->add_option("-q,--queue", options->queue, "Of this queue only");
  list->add_option("--authority", options->authority_level, "What somebody with this level may let out");
  claim->add_option("-q,--queue", options->queues, "From these queues")->required();
  claim->add_option("-l,--language", options->languages, "In these languages only");
  claim->add_option("-n,--max", options->most, "So many, 1 to 100")->check(CLI::Range(1, 100));
  claim->add_option("--minutes", options->minutes, "For so long, 1 to 1440")->check(CLI::Range(1, 1440));
  for (CLI::App* command : {show, release, approve, back}) {
    command->add_option("draft", options->draft, "inquiries/INQUIRY/drafts/DRAFT")->required();
  }
  for (CLI::App* command : {claim, release, approve, back}) {
    command->add_option("-w,--reviewer", options->reviewer, "Who decides")->required();
  }
  for (CLI::App* command : {release, approve, back}) {
    command->add_option("--review-token", options->review_token, "From `draft claim`: only if that still holds")
        ->required(command == release);
  }
  for (CLI::App* command : {claim, approve, back}) {
    command->add_option("--authority", options->authority_level,
                        "The level of an unregistered reviewer; of a registered one its own counts");
  }
  back->add_option("-a,--advice", options->advice, "What the author should do")->required();
  list->callback([&session, options] { ListDrafts(session, *options); });
  show->callback([&session, options] { ShowDraft(session, *options); });
  claim->callback([&session, options] { ClaimDrafts(session, *options); });
  release->callback([&session, options] { ReleaseDraft(session, *options); });
  approve->callback([&session, options] { ApproveDraft(session, *options); });
  back->callback([&session, options] { ReturnDraft(session, *options); });
}

}  // namespace switchboard::client
