// SPDX-License-Identifier: GPL-3.0-or-later
// A complete dossier of four items by two members: what is shown, what is withheld, a change of key, time stamps.
#pragma once

#include "casework/export/dossier.hpp"
#include "casework/verify/consistency.hpp"
#include "casework/verify/dossier.hpp"
#include "tests/unit/casework/small_exhibit.hpp"
#include "tests/unit/crypto/scratch.hpp"
#include "tests/unit/proto/time_authority.hpp"

namespace dokaz::small {

inline constexpr Byte birch_key = 10, birch_second = 11;

struct DossierOptions {
  bool witness = true;
  bool seen = true;      // the seals name the cosigned checkpoint of the geneses
  bool stored = true;
  bool original = true;  // of the first item
  bool anchored = false;   // by an authority, over the checkpoint of the receipts
  bool later = false;      // and that over a later checkpoint, with a proof
  std::int64_t stamped = last_cosigned + 60;
  std::vector<test::Revoked> revoked = {};    // certificates, in the list of "middle"
  std::int64_t lists_made = -test::day;       // after the stamp
  std::string point = {};                     // issuing distribution point of the list of "middle"
  bool decoy = false;                         // beside the chain, what nobody in it signed: of the list's issuer, by its number 1
  bool small = false;                         // items 1 and 4 alone, and what is withheld
  std::string reason = "consent";  // of what is withheld; empty for none
};

/// anna: genesis, seal (item 1), note, seal (withheld), seal (item 2), seal (item 3)
/// birch: genesis, key-rotate, seal (item 4)
struct Dossier {
  DossierParts parts;
  std::vector<DossierItem> items;
  BagFiles files;
  Trust trust;
};

struct DossierMaker {
  explicit DossierMaker(const DossierOptions& asked = {}) : options(asked) {}

  Dossier make() {
    log.add(server.genesis());
    geneses = {anna.genesis(), birch.genesis()};
    const std::uint64_t first = log.add(geneses[0]), second = log.add(geneses[1]);
    if (options.witness) early = {{"north", witness_key, first_cosigned}};
    const Receipt genesis_receipts[] = {log.receipt(first, early), log.receipt(second, early)};
    if (options.seen) seen = Seen{log.head().size, log.head().root};

    item(anna, "one");
    const SignedStatement note = anna.next(Act::note, {}, {Fact::text("decoy", "nothing").digest()}, seen);
    const std::uint64_t note_at = log.add(note);
    item(anna, "hidden", true);
    if (!options.small) {
      item(anna, "two");
      item(anna, "three");
    }
    const SignedStatement rotation = birch.rotate(birch_second);
    const std::uint64_t rotation_at = log.add(rotation);
    item(birch, "four");

    if (options.witness) late = {{"north", witness_key, last_cosigned}};
    const Policy policy = make_policy(log.public_key(), options.witness);
    Dossier out{{make_roster(team.recipient(), legal.recipient()), {admit_anna(), admit_birch()}, policy, cover(), {}},
                {},
                {},
                Trust{of_case, policy}};
    for (std::size_t i = 0; i < sealed.size(); ++i) {
      Sealed& one = sealed[i];
      const ProvenStatement proven{one.statement.statement, log.receipt(one.at, late)};
      if (one.hidden) {
        out.parts.chains.push_back(proven);
        continue;
      }
      DossierItem item{proven, {}, {}, ShownFile{"jpg", one.item.clean}, {}, {one.item.objects.begin(), one.item.objects.end()}};
      for (const Fact& fact : one.item.team)
        if (fact.name() != "note") item.disclosures.push_back(fact);
      if (options.original && out.items.empty()) {
        item.original = ShownFile{"jpg", one.item.original};
        for (const Fact& fact : one.item.legal)
          if (fact.name() != "original.name" && fact.name() != "object") item.disclosures.push_back(fact);
      }
      if (options.stored) item.stored = StoredReceipt{one.receive->statement, *one.answered, log.receipt(one.received_at, late)};
      out.items.push_back(std::move(item));
    }
    out.parts.chains.push_back({geneses[0].statement, genesis_receipts[0]});
    out.parts.chains.push_back({geneses[1].statement, genesis_receipts[1]});
    out.parts.chains.push_back({note.statement, log.receipt(note_at, late)});
    out.parts.chains.push_back({rotation.statement, log.receipt(rotation_at, late)});
    if (options.anchored) out.parts.anchors = anchors(out);
    out.files = written(out);
    return out;
  }

  Cover cover() const {
    const auto shown = std::count_if(sealed.begin(), sealed.end(), [](const Sealed& one) { return !one.hidden; });
    Cover out{"a court", "court", static_cast<std::size_t>(shown), {}};
    for (const Sealed& one : sealed)
      if (one.hidden && !options.reason.empty())
        out.withheld.push_back({one.statement.statement.fields().chain, one.statement.statement.fields().seq, options.reason});
    return out;
  }

  static BagFiles written(const Dossier& dossier, Byte exporter = counsel_key) {
    const test::Scratch scratch;
    auto writer = must(DossierWriter::start(scratch / "dossier", dossier.parts.policy));
    for (std::size_t i = 0; i < dossier.items.size(); ++i) must(writer->add_item(i + 1, dossier.items[i]));
    must(writer->finish(dossier.parts, key(exporter), "2026-05-02"));
    must(writer->publish());
    return in_memory(must(open_bag(scratch / "dossier", nullptr)));
  }

  static AdmittedMember admit_birch() {
    const SigningKey root = key(root_key), ticket = key(12), member = key(birch_key);
    return {must(sign_ticket({root.public_key(), ticket.public_key(), "birch", Role::documenter, ClaimedTime{1790000000, false}},
                             root)),
            sign_admission({root.public_key(), ticket.public_key(), member.public_key()}, ticket, member)};
  }

  Bag anchors(Dossier& out) {
    const TreeHead shown = log.head();
    Bag bag;
    if (options.later) log.add(anna.next(Act::heartbeat, {}, {Fact::text("decoy", "later").digest()}));
    const Bytes checkpoint = log.checkpoint(late).bytes();
    const std::string folder = "data/anchors/" + std::to_string(log.head().size) + "/";
    test::TokenTraits token;
    token.time = options.stamped;
    bag.emplace(folder + "checkpoint", checkpoint);
    bag.emplace(folder + "north-star.tsr", world.answer(write_time_request(checkpoint, TimeNonce{{1, 2, 3, 4, 5, 6, 7, 8}}), token));
    Bytes chain = world.certificate("signer");
    append(chain, world.certificate("middle"));
    if (options.decoy) append(chain, test::TimeWorld({"signer"}, {"other", true}, {"middle", true}).certificate("middle"));
    append(chain, world.certificate("root"));
    bag.emplace(folder + "north-star.chain.pem", std::move(chain));
    const std::int64_t made = options.stamped + options.lists_made, next = options.stamped + test::day;
    Bytes lists = world.list("middle", options.revoked, made, next, options.point);
    append(lists, world.list("root", {}, made, next));
    bag.emplace(folder + "north-star.crl", std::move(lists));
    if (options.later)
      bag.emplace(folder + "from." + std::to_string(shown.size),
                  write_consistency({shown, log.head(), log.consistency(shown.size)}));
    out.trust.authorities.push_back(must(TimeTrust::parse(world.certificate("root"))));
    return bag;
  }

  struct Sealed {
    Item item;
    SignedStatement statement;
    std::uint64_t at = 0;
    bool hidden = false;
    std::optional<SignedStatement> receive;
    std::optional<Fact> answered;
    std::uint64_t received_at = 0;
  };
  void item(Chain& by, std::string_view note, bool hidden = false) {
    Item made = make_item(team.recipient(), legal.recipient(), note);
    const SignedStatement seal = by.next(Act::seal, made.refs(), made.digests(), seen);
    Sealed one{std::move(made), seal, log.add(seal), hidden, {}, {}};
    one.answered = Fact::text("statement", hex(seal.statement.hash()));
    one.receive = server.next(Act::receive, one.item.refs(), {one.answered->digest()});
    one.received_at = log.add(*one.receive);
    sealed.push_back(std::move(one));
  }

  DossierOptions options;
  Fingerprint of_case = fingerprint_of(key(root_key).public_key());
  age::Identity team = age::Identity::generate(), legal = age::Identity::generate();
  Log log{log_key};
  Chain server{server_key, of_case}, anna{anna_key, of_case}, birch{birch_key, of_case};
  std::vector<SignedStatement> geneses;
  std::vector<Sealed> sealed;
  std::vector<SmallWitness> early, late;
  Seen seen;
  test::TimeWorld world{{.name = "signer", .from = options.stamped - 50 * test::day, .until = options.stamped + 50 * test::day,
                         .lists_at = "http://lists.example/1.crl"},
                        {.name = "middle", .is_authority = true, .from = options.stamped - 50 * test::day, .until = options.stamped + 50 * test::day},
                        {.name = "root", .is_authority = true, .from = options.stamped - 50 * test::day, .until = options.stamped + 50 * test::day}};
};

inline Dossier make_dossier(const DossierOptions& options = {}) { return DossierMaker(options).make(); }

/// What anybody can do after changing files: all manifests and bag-info.txt as they ought to be.
inline void list_dossier_again(BagFiles& files) {
  for (const std::string_view tag : {part::tag_manifest, part::manifest, part::long_manifest, part::bag_info})
    files.erase(std::string(tag));
  const Bytes signature = files[std::string(part::signature)];
  files.erase(std::string(part::signature));
  Manifest payload, tags;
  LongManifest longer;
  std::uint64_t size = 0;
  for (const auto& [path, content] : files) {
    if (!path.starts_with("data/")) continue;
    payload.emplace(path, sha256(content));
    longer.emplace(path, sha512(content));
    size += content.size();
  }
  const Bytes manifest = write_manifest(payload);
  files[std::string(part::bag_info)] = to_bytes(bag_info_text("2026-05-02", hex(sha256(manifest)), size, payload.size()));
  files[std::string(part::manifest)] = manifest;
  files[std::string(part::long_manifest)] = write_manifest(longer);
  for (const auto& [path, content] : files)
    if (!path.starts_with("data/")) tags.emplace(path, sha256(content));
  files[std::string(part::tag_manifest)] = write_manifest(tags);
  files[std::string(part::signature)] = signature;
}

/// What only the holder of an exporter's key can do.
inline void sign_dossier_again(BagFiles& files, Byte exporter = counsel_key) {
  list_dossier_again(files);
  files[std::string(part::signature)] =
      to_bytes(sign_sshsig(files[std::string(part::tag_manifest)], exhibit_namespace, key(exporter)));
}

inline std::string check_dossier(const BagFiles& files, const Trust& trust) {
  const DossierReport report = verify_dossier(bag_of(files), trust);
  if (!report.failure) return std::string(name_of(report.outcome()));
  return std::string(name_of(report.failure->error.code)) + " " + report.failure->where;
}

}  // namespace dokaz::small
