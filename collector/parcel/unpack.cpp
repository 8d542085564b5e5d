// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/parcel/unpack.hpp"

#include "collector/parcel/contents.hpp"
#include "crypto/age/envelope.hpp"
#include "proto/format/parcel_answer.hpp"
#include "proto/format/receipt.hpp"

namespace dokaz {
namespace {

struct Opened {
  Bytes plain;
  SentParcel parcel;
};

/// With the key of each parcel in turn: the answer must name the one whose key opens it.
Result<Opened> open_answer(Vault& vault, ByteView answer) {
  DOKAZ_LET(sent, vault.sent_parcels());
  for (SentParcel& parcel : sent) {
    auto plain = age::decrypt(answer, parcel.reply);
    if (plain) return Opened{std::move(*plain), std::move(parcel)};
    if (plain.code() != Errc::age_no_match) return std::move(plain).error();
  }
  return Errc::age_no_match;
}

/// An answer that leaves statements out would settle what it never spoke of.
Status check_contents(const ParcelAnswer& answer, const SentParcel& parcel) {
  Contents contents;
  for (const ParcelAnswer::Outcome& outcome : answer.outcomes) contents.add(outcome.statement);
  if (contents.finish() != parcel.statements)
    return fail(Errc::malformed, "the answer does not speak of the parcel's statements");
  return {};
}

/// A receipt is worth what its checkpoint is worth, and the answer's own is the one that was followed from what the
/// vault had seen.
Status check_under(ByteView tlog_proof, const ParcelAnswer& answer) {
  DOKAZ_LET(receipt, read_tlog_proof(tlog_proof));
  if (receipt.checkpoint.bytes() != answer.checkpoint)
    return fail(Errc::bad_consistency, "a receipt under another checkpoint than the answer's");
  return {};
}

Status check_receipts(const ParcelAnswer& answer) {
  for (const ParcelAnswer::Outcome& outcome : answer.outcomes) {
    if (outcome.refused) continue;
    DOKAZ_TRY(check_under(outcome.tlog_proof, answer));
    if (outcome.stored) DOKAZ_TRY(check_under(outcome.stored->tlog_proof, answer));
  }
  return {};
}

Status keep_one(Vault& vault, const OwnStatement& own, const ParcelAnswer::Outcome& outcome, History history,
                UnpackReport& report) {
  if (own.state() == CustodyState::sealed) {
    DOKAZ_TRY(vault.keep_receipt(own.number(), outcome.tlog_proof));
    ++report.logged;
  }
  if (!outcome.stored || own.stored) return {};
  DOKAZ_TRY(vault.keep_stored(own.number(), {outcome.stored->receive, outcome.stored->answered, outcome.stored->tlog_proof}));
  // Its checkpoint is the answer's own. Where that was not held to what is watched now, the next sync asks.
  DOKAZ_TRY(vault.keep_history(own.number(), history));
  ++(own.is_item() ? report.stored : report.acts);
  return {};
}

bool is_settled(const OwnStatement& own, const ParcelAnswer::Outcome& outcome) {
  return !outcome.refused && (!own.has_objects() || own.sealed_again || own.stored || outcome.stored);
}

Status keep_outcomes(Vault& vault, const ParcelAnswer& answer, History history, UnpackReport& report) {
  DOKAZ_LET(all, vault.statements());
  std::map<StatementHash, const OwnStatement*> by_hash;
  for (const OwnStatement& own : all) by_hash.emplace(own.signed_statement.statement.hash(), &own);
  report.settled = true;
  for (const ParcelAnswer::Outcome& outcome : answer.outcomes) {
    const auto known = by_hash.find(outcome.statement);
    if (known == by_hash.end()) return fail(Errc::malformed, "an outcome of a statement that is not this vault's");
    const OwnStatement& own = *known->second;
    report.settled = report.settled && is_settled(own, outcome);
    if (outcome.refused) {
      // What an earlier answer or a sync has shown to be logged stays logged.
      if (own.state() == CustodyState::sealed) report.refused.emplace(own.number(), *outcome.refused);
      continue;
    }
    const Status kept = keep_one(vault, own, outcome, history, report);
    if (!kept) report.settled = false;
    if (!kept && !report.failure) report.failure = kept.error();
  }
  return {};
}

}  // namespace

Result<UnpackReport> unpack(Vault& vault, ByteView file) {
  UnpackReport report;
  const Sha256 hash = sha256(file);
  DOKAZ_LET(repeated, vault.was_answered(hash));
  auto opened = open_answer(vault, file);
  if (!opened && opened.code() == Errc::age_no_match && repeated) {
    report.repeated = true;
    return report;
  }
  if (!opened) return std::move(opened).error();
  DOKAZ_LET(answer, read_parcel_answer(ReadableBytes(opened->plain)));
  if (answer.parcel != opened->parcel.id || answer.case_id != vault.view().root.fingerprint())
    return fail(Errc::malformed, "the answer names another parcel than the one whose key opens it");
  DOKAZ_TRY(check_contents(answer, opened->parcel));
  DOKAZ_TRY(check_receipts(answer));
  DOKAZ_LET(history, vault.keep_checkpoint_since(opened->parcel.seen, answer.checkpoint, answer.path));
  DOKAZ_TRY(keep_outcomes(vault, answer, history, report));
  report.missing = answer.missing.size();
  report.repeated = repeated;
  for (const auto& [number, code] : report.refused)
    if (code == Errc::wrong_epoch) DOKAZ_TRY(vault.keep_key_over());
    else if (code == Errc::forked_chain) DOKAZ_TRY(vault.keep_forked(true));
  DOKAZ_TRY(vault.keep_answered(opened->parcel.id, hash, report.settled && !report.failure));
  return report;
}

}  // namespace dokaz
