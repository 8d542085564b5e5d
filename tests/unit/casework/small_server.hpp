// SPDX-License-Identifier: GPL-3.0-or-later
// What a server would say about a case folder's case, without a network.
#pragma once

#include "casework/casefile/consent.hpp"
#include "casework/casefile/pulling.hpp"
#include "tests/unit/casework/small_exhibit.hpp"
#include "tests/unit/crypto/scratch.hpp"

namespace dokaz::small {

inline constexpr PassphraseWork cheap{1, 8192};
inline SecretBytes passphrase() { return SecretBytes::copy_of(bytes_of("a passphrase")); }

inline CaseFile make_case(const Path& folder) {
  const ServerCard card{TlsPin(), key(log_key).public_key(), key(server_key).public_key(),
                        age::Identity::generate().recipient().format()};
  return must(CaseFile::create(folder, passphrase(),
                               {must(parse_server_address("127.0.0.1:7443")), card, Policy::log_only(card.log)}, cheap));
}

inline GroupKeys copy_of(const GroupKeys& keys) {
  GroupKeys out;
  for (const age::Identity& one : keys)
    out.push_back(age::Identity::from(one.secret().reveal([](auto bytes) { return Secret<32>::copy_of(bytes); })));
  return out;
}

inline constexpr std::int64_t may_2 = 1'777'680'000;  // 2026-05-02
/// For tests that are not about consent.
inline GateRequest by_necessity() { return {Use::court, "nobody could be asked", false}; }

/// A server with one documenter, anna, who came with an invitation of `file`.
class Server {
 public:
  explicit Server(CaseFile& file)
      : log(log_key), server(server_key, file.fingerprint()), anna(anna_key, file.fingerprint()), roster_(file.roster_note().bytes()) {
    const Invitation invitation =
        must(file.invite("anna", Role::documenter, ClaimedTime{1790000000, false}));
    const Note admission =
        sign_admission({file.root_key(), invitation.ticket_key.public_key(), anna.signer().public_key()},
                       invitation.ticket_key, anna.signer());
    admissions_.push_back({invitation.ticket.bytes(), admission.bytes()});
    log.add(server.genesis());
    log.add(anna.genesis());
  }

  /// Seals an item to the case's recipients and logs it; `stored` adds the server's answer.
  Statement seal(const CaseFile& file, std::string_view note, bool stored = true) {
    return seal(make_item(file.identity(Group::team).recipient(), file.identity(Group::legal).recipient(), note), {},
                stored);
  }
  /// `hidden`: committed to, and in no object.
  Statement seal(const Item& item, const std::vector<FactDigest>& hidden, bool stored = true) {
    std::vector<FactDigest> digests = item.digests();
    digests.insert(digests.end(), hidden.begin(), hidden.end());
    for (const auto& [id, content] : item.objects) objects[id] = content;
    return seal(item.refs(), digests, stored);
  }
  /// The objects get into the case folder by another way.
  Statement seal(const std::vector<ObjectRef>& refs, const std::vector<FactDigest>& digests, bool stored = true) {
    const SignedStatement sealed = anna.next(Act::seal, refs, digests, named);
    log.add(sealed);
    if (stored) {
      const Fact fact = Fact::text("statement", hex(sealed.statement.hash()));
      answered[log.add(server.next(Act::receive, refs, {fact.digest()}))] = fact.disclosure();
    }
    return sealed.statement;
  }

  Welcome welcome(std::uint64_t seen) const {
    Welcome out;
    out.checkpoint = log.checkpoint(witnesses).bytes();
    out.consistency = log.consistency(seen);
    return out;
  }
  Members members() const {
    Members out;
    out.roster = roster_;
    out.admissions = admissions_;
    return out;
  }
  Entries entries(std::uint64_t from) const {
    Entries out;
    for (std::uint64_t index = from; index < log.entries().size(); ++index) {
      const SignedStatement& one = log.entries()[index];
      const auto disclosure = answered.find(index);
      out.entries.push_back({index, one.statement.bytes(), one.member, one.signature,
                             write_tlog_proof(log.receipt(index, witnesses)),
                             disclosure == answered.end() ? "" : disclosure->second});
    }
    return out;
  }
  void put_objects(const CaseFile& file) const {
    for (const auto& [id, content] : objects) must(write_file_durably(file.object_path(id), content));
  }
  /// Everything that a pull brings.
  void pull_into(CaseFile& file) const {
    const TreeHead before = must(file.trusted_head());
    must(accept_welcome(file, welcome(before.size)));
    must(accept_members(file, members()));
    must(accept_entries(file, entries(must(file.next_index()))));
    put_objects(file);
  }

  Log log;
  Chain server, anna;
  std::map<ObjectId, Bytes> objects;
  std::map<std::uint64_t, std::string> answered;
  std::vector<SmallWitness> witnesses = {};  // who cosign what is pulled
  Seen named = {};                           // the checkpoint that the next seals have seen

 private:
  Bytes roster_;
  std::vector<AdmissionNotes> admissions_;
};

}  // namespace dokaz::small
