// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/bring_own.hpp"

#include <algorithm>
#include <span>

namespace dokaz {
namespace {

Status submit_batch(OwnChain& chain, const Membership& members, Client& client, std::span<const OwnStatement> batch,
                    Brought& brought) {
  Submit request;
  for (const OwnStatement& own : batch)
    request.items.push_back({own.signed_statement.statement.bytes(), own.signed_statement.signature});
  DOKAZ_LET(answer, client.submit(std::move(request)));
  if (answer.outcomes.size() != batch.size()) return fail(Errc::out_of_turn, "another number of answers");
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (answer.outcomes[i].failure) return fail(*answer.outcomes[i].failure, "a statement of this case file");
    DOKAZ_LET(receipt, read_tlog_proof(answer.outcomes[i].tlog_proof));
    DOKAZ_TRY(chain.keep_receipt(batch[i], receipt, members));
    ++brought.logged;
  }
  return {};
}

/// A statement that is logged already gives its receipt again: what was cut off is repeated.
Status submit_waiting(CaseFile& file, Client& client, Brought& brought) {
  OwnChain chain(file);
  DOKAZ_LET(all, chain.waiting());
  if (all.empty()) return {};
  DOKAZ_LET(members, file.membership());
  for (std::size_t from = 0; from < all.size(); from += max_statements_per_submit)
    DOKAZ_TRY(submit_batch(chain, members, client, std::span(all).subspan(from, std::min(max_statements_per_submit, all.size() - from)), brought));
  return {};
}

Status upload(CaseFile& file, Client& client, const ObjectRef& object) {
  DOKAZ_LET(content, read_file(file.object_path(object.id), object.size));
  if (ObjectId(sha256(content).raw()) != object.id) return fail(Errc::hash_mismatch, "an object of this case file");
  DOKAZ_LET(resume, client.offer(object.id));
  if (resume.complete) return {};
  if (resume.offset >= object.size) return fail(Errc::out_of_turn, "the server wants bytes after the end");
  for (std::uint64_t offset = resume.offset; offset < object.size;) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(max_chunk, object.size - offset));
    DOKAZ_TRY(client.send(offset, ByteView(content).subspan(static_cast<std::size_t>(offset), size)));
    offset += size;
  }
  DOKAZ_LET(kept, client.kept());
  return kept.object == object.id ? Status() : Status(fail(Errc::out_of_turn, "another object was acknowledged"));
}

Status upload_waiting(CaseFile& file, Client& client) {
  OwnChain chain(file);
  DOKAZ_LET(all, chain.without_object());
  Status first;  // that concerns one object: the others are brought all the same
  for (const OwnStatement& own : all) {
    Status brought;
    for (const ObjectRef& object : own.signed_statement.statement.fields().objects)
      if (brought) brought = upload(file, client, object);
    if (brought) DOKAZ_TRY(chain.keep_object(own));
    const bool of_one = !brought && (brought.code() == Errc::not_found || brought.code() == Errc::hash_mismatch ||
                                     brought.code() == Errc::too_large || brought.code() == Errc::missing_part);
    if (!brought && !of_one) return brought;
    if (!brought && first) first = fail(brought.code(), "an object of this case file");
  }
  return first;
}

}  // namespace

Status bring_own(CaseFile& file, Client& client, Brought& brought) {
  DOKAZ_LET(may_send, OwnChain(file).may_send(client.welcome().chains));
  if (!may_send) return {};
  brought.compared = true;
  DOKAZ_TRY(submit_waiting(file, client, brought));
  return upload_waiting(file, client);
}

Status settle_own(CaseFile& file, Client& client, const ClaimedTime& now, Brought& brought) {
  OwnChain chain(file);
  DOKAZ_LET(entries, file.entries());
  const std::vector<ChainHead>& server = client.welcome().chains;
  DOKAZ_LET(began, chain.give_way(entries, server, now));
  brought.chain_began = began;
  // What was sent meanwhile is not in what the server said at the beginning.
  if (!brought.compared) {
    DOKAZ_LET(may_send, chain.may_send(server));
    brought.compared = may_send;
  }
  if (!brought.compared) return fail(Errc::missing_part, "the server names statements of this case file that it does not show yet");
  DOKAZ_LET(anew, chain.settle(server, entries));
  brought.stated_anew = anew;
  DOKAZ_TRY(submit_waiting(file, client, brought));
  return upload_waiting(file, client);
}

}  // namespace dokaz
