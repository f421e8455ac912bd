#include <memory>
#include <string>

#include "common/text/string_view.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

struct DraftOptions {
  std::string draft;
  std::string queue;
  std::string reviewer;
  std::string advice;
  int authority_level = 0;
};

void ListDrafts(Session& session, const DraftOptions& options) {
  auto stub = session.Authority();
  if (stub == nullptr) return;
  Table table({"DRAFT", "QUEUE", "AUTHOR", "LEVEL", "UNTIL", "RULES", "TEXT"});
  v1::ListReplyDraftsRequest request;
  if (!options.queue.empty()) {
    request.set_queue(options.queue.find('/') == std::string::npos ? StrCat("queues/", options.queue) : options.queue);
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

void ApproveDraft(Session& session, const DraftOptions& options) {
  auto stub = session.Authority();
  if (stub == nullptr) return;
  v1::ApproveReplyDraftRequest request;
  request.set_name(options.draft);
  request.set_reviewer(StrCat("workers/", options.reviewer));
  request.set_authority_level(options.authority_level);
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
  CLI::App* approve = draft->add_subcommand("approve", "Let it out");
  CLI::App* back = draft->add_subcommand("return", "Return it to its author, with advice");
  list->add_option("-q,--queue", options->queue, "Of this queue only");
  list->add_option("--authority", options->authority_level, "What somebody with this level may let out");
  for (CLI::App* command : {show, approve, back}) {
    command->add_option("draft", options->draft, "inquiries/INQUIRY/drafts/DRAFT")->required();
  }
  for (CLI::App* command : {approve, back}) {
    command->add_option("-w,--reviewer", options->reviewer, "Who decides")->required();
    command->add_option("--authority", options->authority_level,
                        "The level of an unregistered reviewer; of a registered one its own counts");
  }
  back->add_option("-a,--advice", options->advice, "What the author should do")->required();
  list->callback([&session, options] { ListDrafts(session, *options); });
  show->callback([&session, options] { ShowDraft(session, *options); });
  approve->callback([&session, options] { ApproveDraft(session, *options); });
  back->callback([&session, options] { ReturnDraft(session, *options); });
}

}  // namespace switchboard::client
