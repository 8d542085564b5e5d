// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/parcel/receive.hpp"

#include <algorithm>
#include <span>

#include "crypto/age/readable.hpp"
#include "proto/dialogue/messages.hpp"

namespace dokaz::server {
namespace {

/// Of an answer's text: what goes beyond is left out, and comes when the parcel is given again or by a sync.
constexpr std::size_t room_for_stored = max_answer_text / 2;

/// One parcel that is whole and whose member was let in.
class Receiving {
 public:
  Receiving(Custody& custody, Session session, const ParcelInPlace& parcel, const Readable& plaintext)
      : custody_(custody), session_(std::move(session)), parcel_(parcel), plaintext_(plaintext) {
    answer_.parcel = parcel.parcel.id;
    answer_.case_id = parcel.parcel.case_id;
    figures_.statements = parcel.parcel.items.size();
    figures_.objects = parcel.parcel.objects.size();
  }

  Status take_statements() {
    const std::span items(parcel_.parcel.items);
    for (std::size_t from = 0; from < items.size(); from += max_statements_per_submit)
      DOKAZ_TRY(submit(items.subspan(from, std::min(max_statements_per_submit, items.size() - from))));
    return {};
  }

  Status take_objects(const ParcelProgress& progress) {
    const std::uint64_t total = bytes_of_objects(parcel_.parcel);
    std::uint64_t done = 0;
    for (std::size_t i = 0; i < parcel_.at.size(); ++i) {
      const ObjectRef& object = parcel_.parcel.objects[i];
      const Status kept = take(object, parcel_.at[i], [&](std::uint64_t at) { return progress(done + at, total); });
      if (!kept && ends_all(kept.code())) return kept;
      if (kept) ++figures_.kept;
      else answer_.missing.push_back({object.id, kept.code()});
      done += object.size;
    }
    return {};
  }

  Status collect() {
    for (ParcelAnswer::Outcome& outcome : answer_.outcomes) {
      if (outcome.refused) continue;
      auto stored = custody_.collect(session_, {outcome.statement});
      if (!stored && ends_all(stored.code())) return stored.error();
      if (!stored) continue;
      ++figures_.stored;
      outcome.stored = {std::move(stored->receive), std::move(stored->answered), {}};
    }
    return {};
  }

  Result<ReceivedParcel> finish() {
    const Checkpoint newest = custody_.checkpoint();
    answer_.checkpoint = newest.note.bytes();
    const std::uint64_t seen = parcel_.parcel.seen.size;
    // Where this log is shorter than the one that was seen there is no proof, and the collector says what that means.
    if (seen <= newest.head.size) {
      DOKAZ_LET(path, custody_.prove_between(seen, newest.head.size));
      answer_.path = std::move(path);
    }
    DOKAZ_TRY(prove_under(newest));
    DOKAZ_LET(plain, write_parcel_answer(answer_));
    DOKAZ_LET(reply, age::Recipient::parse(parcel_.parcel.reply));
    DOKAZ_LET(sealed, age::encrypt(plain, std::span(&reply, 1)));
    // A member who is let in by their present key still has what such an answer refuses, and says it anew.
    const bool must_stay = session_.brings_only && std::ranges::any_of(answer_.outcomes, [](const ParcelAnswer::Outcome& outcome) {
      return outcome.refused == Errc::wrong_epoch || outcome.refused == Errc::key_revoked;
    });
    return ReceivedParcel{figures_, std::move(sealed), must_stay};
  }

 private:
  /// Failures of the store, and of the reading, are not the parcel's. What passes ends all as well: an answer is final.
  /// Where the member's key was changed meanwhile, nothing more would be taken: by a later try the parcel is one of an
  /// earlier key.
  bool ends_all(Errc code) const {
    return (code == Errc::wrong_epoch && !session_.brings_only) || code == Errc::busy || code == Errc::case_suspended || code == Errc::writes_stopped ||
           code == Errc::no_space || code == Errc::server_full || code == Errc::io_error || code == Errc::internal ||
           code == Errc::damaged_store || code == Errc::interrupted || code == Errc::age_payload ||
           code == Errc::refused;
  }

  /// Every receipt under the answer's own checkpoint: what grows out of what was seen is what they are for.
  Status prove_under(const Checkpoint& newest) {
    Prove request;
    for (const ParcelAnswer::Outcome& outcome : answer_.outcomes)
      if (!outcome.refused) request.statements.push_back(outcome.statement);
    DOKAZ_LET(proofs, custody_.prove_under(session_, request, newest));
    std::size_t room = room_for_stored, at = 0;
    for (ParcelAnswer::Outcome& outcome : answer_.outcomes) {
      if (outcome.refused) continue;
      Proofs::Proof& proof = proofs.proofs[at++];
      if (proof.statement.empty()) return Errc::internal;
      outcome.tlog_proof = std::move(proof.statement);
      if (!outcome.stored) continue;
      outcome.stored->tlog_proof = std::move(proof.receive);
      const ParcelAnswer::Stored& stored = *outcome.stored;
      const std::size_t size = 2 * (stored.receive.size() + stored.answered.size() + stored.tlog_proof.size());
      if (stored.tlog_proof.empty() || size > room) outcome.stored.reset();
      else room -= size;
    }
    return {};
  }

  Status submit(std::span<const Parcel::Item> batch) {
    Submit request;
    for (const Parcel::Item& item : batch) request.items.push_back({item.statement, item.signature});
    DOKAZ_LET(submitted, custody_.submit(session_, request));
    DOKAZ_CHECK(submitted.outcomes.size() == batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const StatementHash hash(sha256(batch[i].statement).raw());
      Submitted::Outcome& outcome = submitted.outcomes[i];
      if (!outcome.failure) ++figures_.logged;
      answer_.outcomes.push_back({hash, outcome.failure, {}, {}});  // proved at the end
    }
    return {};
  }

  Status take(const ObjectRef& object, std::uint64_t at, const std::function<Status(std::uint64_t)>& progress) {
    DOKAZ_LET(resume, custody_.offer(session_, {object.id}));
    if (resume.complete) return {};
    for (std::uint64_t offset = resume.offset; offset < object.size;) {
      const std::uint64_t length = std::min<std::uint64_t>(max_chunk, object.size - offset);
      DOKAZ_LET(bytes, plaintext_.bytes(at + offset, length));
      DOKAZ_LET(kept, custody_.data(session_, {offset, std::move(bytes)}));
      offset += length;
      DOKAZ_TRY(progress(offset));
      if (kept) return {};
    }
    return Errc::internal;  // whole, and not acknowledged
  }

  Custody& custody_;
  Session session_;
  const ParcelInPlace& parcel_;
  const Readable& plaintext_;
  ParcelAnswer answer_;
  ParcelFigures figures_;
};

}  // namespace

Result<ReceivedParcel> receive_parcel(Custody& custody, const File& file, const ParcelProgress& progress,
                                      const std::optional<Sender>& sender) {
  const age::Identity key = custody.parcel_key();
  DOKAZ_LET(place, age::place_of(file));
  DOKAZ_LET(reader, age::SeekableReader::open(std::move(place), key));
  const age::ReadableEnvelope plaintext(std::move(reader));
  DOKAZ_LET(parcel, read_parcel(plaintext));
  if (!age::Recipient::parse(parcel.parcel.reply)) return fail(Errc::bad_key, "reply");
  if (sender && (parcel.parcel.case_id != sender->case_id || parcel.parcel.member != sender->member))
    return fail(Errc::malformed, "the parcel is another member's than the pass");
  DOKAZ_TRY(check_objects(parcel, plaintext, [&](std::uint64_t done, std::uint64_t total) {
    return progress(done, 2 * total);
  }));

  // Hello's signature is the parcel's own: read_parcel has verified it.
  Hello hello{parcel.parcel.case_id, parcel.parcel.member, parcel.signature, std::nullopt};
  if (parcel.parcel.admission)
    hello.admission = AdmissionNotes{parcel.parcel.admission->ticket, parcel.parcel.admission->admission};
  hello.rotations = parcel.parcel.rotations;
  DOKAZ_LET(greeting, custody.greet_packer(hello));
  Receiving receiving(custody, std::move(greeting.session), parcel, plaintext);
  DOKAZ_TRY(receiving.take_statements());
  DOKAZ_TRY(receiving.take_objects([&](std::uint64_t done, std::uint64_t total) {
    return progress(total + done, 2 * total);
  }));
  DOKAZ_TRY(receiving.collect());
  return receiving.finish();
}

}  // namespace dokaz::server
