// SPDX-License-Identifier: GPL-3.0-or-later
// Dossiers: what is refused and where, and what is said about what holds.
#include <catch2/catch.hpp>

#include "tests/unit/casework/small_dossier.hpp"

using namespace dokaz;
using namespace dokaz::small;

namespace {

bool has_limit(const DossierReport& report, std::string_view words) {
  for (const std::string& limit : report.limits)
    if (limit.find(words) != std::string::npos) return true;
  return false;
}

/// Every file whose name starts so gets another beginning, as if it stood elsewhere.
void move_files(BagFiles& files, const std::string& from, const std::string& to) {
  BagFiles moved;
  for (auto& [path, content] : files)
    moved.emplace(path.starts_with(from) ? to + path.substr(from.size()) : path, std::move(content));
  files = std::move(moved);
}

std::string cover_of(const BagFiles& files) { return std::string(text_of(files.at("data/dossier"))); }

std::string place_in_chain(const Dossier& dossier, std::uint64_t seq) {
  return part::chain_of(dossier.items[0].item.statement.fields().chain, seq);
}

}  // namespace

TEST_CASE("a dossier says what is in it, what is not, and why") {
  const Dossier dossier = make_dossier();
  const DossierReport report = verify_dossier(bag_of(dossier.files), dossier.trust);
  REQUIRE(check_dossier(dossier.files, dossier.trust) == "verified");
  CHECK(report.exit_code() == exit_ok);
  CHECK(report.addressee == "a court");
  CHECK(report.use == "court");
  CHECK(report.items.size() == 4);
  CHECK(report.items[0].bytes->original);
  CHECK_FALSE(report.items[1].bytes->original);
  CHECK(report.items[3].signed_by->signer.pseudonym == "birch");
  CHECK(report.items[3].signed_by->signer.epoch == 1);
  CHECK(report.items[0].time->proved_not_after() == last_cosigned);
  CHECK(report.items[0].time->proved_not_before() == first_cosigned);
  REQUIRE(report.chains.size() == 2);
  for (const ShownChain& chain : report.chains) {
    if (chain.signer == "birch") {
      CHECK(chain.items == std::vector<std::uint64_t>{2});
      CHECK(chain.withheld.empty());
      continue;
    }
    CHECK(chain.statements == 6);
    CHECK(chain.items == std::vector<std::uint64_t>{1, 4, 5});
    REQUIRE(chain.withheld.size() == 1);
    CHECK(chain.withheld[0].seq == 3);
    CHECK(chain.withheld[0].reason == "consent");
  }
  const std::string text = render_text(report);
  CHECK(text.find("NOT in this dossier, by the exporter's reasons: 3 (consent)") != text.npos);
  CHECK(text.find("VERIFIED, for the case root and the policy that you gave.\n") == 0);
}

TEST_CASE("what is withheld without a reason is a limit and is named") {
  const Dossier dossier = make_dossier({.reason = ""});
  const DossierReport report = verify_dossier(bag_of(dossier.files), dossier.trust);
  CHECK(report.exit_code() == exit_verified_with_limits);
  CHECK(has_limit(report, "withheld without a reason"));
  CHECK(render_text(report).find("3 (NO REASON STATED)") != std::string::npos);
}

TEST_CASE("who exports cannot change what others signed, and the place is named") {
  Dossier dossier = make_dossier({.anchored = true});
  for (const auto& [path, content] : BagFiles(dossier.files)) {
    if (!path.starts_with("data/") || path == part::cover) continue;
    // What lies beside a token is trusted for nothing: the token may have the same certificates in it.
    if (path.ends_with(".chain.pem") || path.ends_with(".crl")) continue;
    CAPTURE(path);
    BagFiles files = dossier.files;
    Bytes& changed = files.at(path);
    // In the middle of a token stand certificates, which nobody's signature is over; at its end the authority's own.
    constexpr std::size_t in_signature = 8;
    changed[path.ends_with(".tsr") ? changed.size() - in_signature : changed.size() / 2] ^= 1;
    sign_dossier_again(files);
    const DossierReport report = verify_dossier(bag_of(files), dossier.trust);
    REQUIRE(report.failure);
    const std::string& where = report.failure->where;
    CAPTURE(where);
    // In the file itself or, for parts that are judged together, in the one beside it.
    const std::string stem = path.substr(0, path.rfind('.'));
    const std::string folder = path.substr(0, path.rfind('/'));
    CHECK((where == path || where == stem || where.starts_with(stem) || where.substr(0, where.rfind('/')) == folder));
  }
}

TEST_CASE("a missing file and an added one are named") {
  const Dossier dossier = make_dossier({.anchored = true});
  for (const auto& [path, content] : dossier.files) {
    BagFiles files = dossier.files;
    files.erase(path);
    if (path == part::cover) continue;  // without it, it is no dossier
    CHECK(check_dossier(files, dossier.trust) == "missing_part " + path);
  }
  for (const std::string path : {"data/items/0005/statement", "data/more", "data/anchors/1/checkpoint", "more.txt"}) {
    BagFiles files = dossier.files;
    files.emplace(path, to_bytes("x"));
    CHECK(check_dossier(files, dossier.trust) == "unlisted_part " + path);
    sign_dossier_again(files);
    CHECK(check_dossier(files, dossier.trust) == "malformed " + path);
  }
}

TEST_CASE("a manifest of SHA-512 that lies is refused where it lies") {
  const Dossier dossier = make_dossier();
  BagFiles files = dossier.files;
  std::string text(text_of(files.at("manifest-sha512.txt")));
  const std::size_t at = text.find("  data/items/0002/clean.jpg") - 5;
  text[at] = text[at] == '0' ? '1' : '0';
  files.at("manifest-sha512.txt") = to_bytes(text);
  const auto resign = [&] {
    Manifest tags;
    for (const auto& [path, content] : files)
      if (!path.starts_with("data/") && path != part::tag_manifest && path != part::signature) tags.emplace(path, sha256(content));
    files[std::string(part::tag_manifest)] = write_manifest(tags);
    files[std::string(part::signature)] =
        to_bytes(sign_sshsig(files[std::string(part::tag_manifest)], exhibit_namespace, key(counsel_key)));
  };
  CHECK(check_dossier(files, dossier.trust) == "hash_mismatch manifest-sha512.txt");
  resign();
  CHECK(check_dossier(files, dossier.trust) == "hash_mismatch data/items/0002/clean.jpg");
  // One that leaves a file out.
  text = std::string(text_of(dossier.files.at("manifest-sha512.txt")));
  files.at("manifest-sha512.txt") = to_bytes(text.substr(text.find('\n') + 1));
  resign();
  CHECK(check_dossier(files, dossier.trust) == "malformed manifest-sha512.txt");
}

TEST_CASE("forged dossiers: what is missing, twice, foreign or elsewhere") {
  const Dossier dossier = make_dossier();
  BagFiles files = dossier.files;
  const auto judged = [&] {
    sign_dossier_again(files);
    return check_dossier(files, dossier.trust);
  };
  SECTION("a statement of the chain is left out") {
    files.erase(place_in_chain(dossier, 3));
    files.erase(place_in_chain(dossier, 3) + ".tlog-proof");
    files.at("data/dossier") = to_bytes("dokaz/dossier/v1\nfor a court\nuse court\nitems 4\n");
    CHECK(judged() == "missing_part " + place_in_chain(dossier, 3));
  }
  SECTION("an item is left out, and the number of items with it") {
    for (auto at = files.begin(); at != files.end();)
      at = at->first.starts_with("data/items/0002/") ? files.erase(at) : std::next(at);
    move_files(files, "data/items/0003/", "data/items/0002/");
    move_files(files, "data/items/0004/", "data/items/0003/");
    std::string cover = cover_of(files);
    cover.replace(cover.find("items 4"), 7, "items 3");
    files.at("data/dossier") = to_bytes(cover);
    CHECK(judged() == "missing_part " + place_in_chain(dossier, 4));
  }
  SECTION("fewer items are there than the cover says") {
    for (auto at = files.begin(); at != files.end();)
      at = at->first.starts_with("data/items/0004/") ? files.erase(at) : std::next(at);
    CHECK(judged() == "missing_part data/items/0004/statement");
  }
  SECTION("a huge number of items") {
    std::string cover = cover_of(files);
    cover.replace(cover.find("items 4"), 7, "items 9999");
    files.at("data/dossier") = to_bytes(cover);
    CHECK(judged() == "missing_part data/items/0005/statement");
    cover.replace(cover.find("items 9999"), 10, "items 10000");
    files.at("data/dossier") = to_bytes(cover);
    CHECK(judged() == "malformed data/dossier");
  }
  SECTION("a statement is two items") {
    for (const auto& [path, content] : dossier.files)
      if (path.starts_with("data/items/0002/")) files["data/items/0003/" + path.substr(16)] = content;
    for (auto at = files.begin(); at != files.end();)
      at = at->first.starts_with("data/items/0003/") && !dossier.files.contains("data/items/0002/" + at->first.substr(16))
               ? files.erase(at)
               : std::next(at);
    CHECK(judged() == "malformed data/items/0003/statement");
  }
  SECTION("an item is in the chains too") {
    files[place_in_chain(dossier, 1)] = files.at("data/items/0001/statement");
    files[place_in_chain(dossier, 1) + ".tlog-proof"] = files.at("data/items/0001/statement.tlog-proof");
    CHECK(judged() == "malformed " + place_in_chain(dossier, 1));
  }
  SECTION("a chain of which no item is here") {
    for (auto at = files.begin(); at != files.end();)
      at = at->first.starts_with("data/items/0004/") ? files.erase(at) : std::next(at);
    std::string cover = cover_of(files);
    cover.replace(cover.find("items 4"), 7, "items 3");
    files.at("data/dossier") = to_bytes(cover);
    files.erase("data/keys/birch.1.pub");
    const std::string birch = hex(dossier.items[3].item.statement.fields().chain);
    CHECK(judged() == "malformed data/chains/" + birch + "/000001.statement");
  }
  SECTION("the server's answer to another item") {
    for (const std::string end : {"receive", "receive.tlog-proof", "receive.disclosures"})
      files.at("data/items/0001/" + end) = dossier.files.at("data/items/0002/" + end);
    CHECK(judged() == "bad_disclosure data/items/0001/receive");
  }
  SECTION("the receipt of another item") {
    files.at("data/items/0001/statement.tlog-proof") = dossier.files.at("data/items/0002/statement.tlog-proof");
    CHECK(judged() == "bad_signature data/items/0001/statement.tlog-proof");
  }
  SECTION("the facts of another item") {
    files.at("data/items/0001/disclosures") = dossier.files.at("data/items/0002/disclosures");
    CHECK(judged() == "bad_disclosure data/items/0001/disclosures");
  }
  SECTION("a withheld item that is not one") {
    std::string cover = cover_of(files);
    cover.replace(cover.find(" 3 consent"), 10, " 2 consent");
    files.at("data/dossier") = to_bytes(cover);
    CHECK(judged() == "malformed data/dossier");
  }
  SECTION("a place in the chain that the statement does not have") {
    move_files(files, place_in_chain(dossier, 3), place_in_chain(dossier, 9));
    CHECK(judged() == "broken_chain " + place_in_chain(dossier, 9));
  }
  SECTION("an object that is another item's") {
    for (const auto& [path, content] : dossier.files)
      if (path.starts_with("data/items/0002/") && path.ends_with(".age")) files["data/items/0001/" + path.substr(16)] = content;
    CHECK(judged().starts_with("unlisted_part data/items/0001/"));
  }
  SECTION("signed by somebody who may not") {
    sign_dossier_again(files, anna_key);
    CHECK(check_dossier(files, dossier.trust) == "bad_signature tagmanifest-sha256.txt.sig");
  }
}

TEST_CASE("a dossier of another case, another log or a forked one is refused") {
  const Dossier dossier = make_dossier();
  Trust other = dossier.trust;
  other.root = fingerprint_of(key(stranger_key).public_key());
  CHECK(check_dossier(dossier.files, other) == "wrong_root data/roster");
  other = dossier.trust;
  other.policy = Policy::log_only(key(stranger_key).public_key());
  CHECK(check_dossier(dossier.files, other) == "policy_unmet data/policy");
  // An item whose proof is under another tree of the same size.
  DossierMaker maker;
  Dossier forked = maker.make();
  Log fork(log_key);
  for (const SignedStatement& entry : maker.log.entries())
    fork.add(fork.entries().size() + 1 < maker.log.entries().size() ? entry : maker.geneses[0]);
  forked.items[1].item.receipt = fork.receipt(forked.items[1].item.receipt.index, maker.late);
  CHECK(check_dossier(DossierMaker::written(forked), forked.trust) == "bad_consistency data");
}

TEST_CASE("a key that another one followed signs nothing further, in whatever chain") {
  DossierMaker maker;
  Dossier dossier = maker.make();
  // birch begins a second chain by the first key after having rotated.
  Chain second(birch_key, maker.of_case, 1);
  Log longer(log_key);
  for (const SignedStatement& entry : maker.log.entries()) longer.add(entry);
  const SignedStatement genesis = second.genesis();
  const std::uint64_t at = longer.add(genesis);
  const Item item = make_item(maker.team.recipient(), maker.legal.recipient(), "five");
  const SignedStatement seal = second.next(Act::seal, item.refs(), item.digests());
  const std::uint64_t seal_at = longer.add(seal);
  dossier.parts.chains.push_back({genesis.statement, longer.receipt(at, maker.late)});
  DossierItem five{{seal.statement, longer.receipt(seal_at, maker.late)}, {}, {}, ShownFile{"jpg", item.clean}, {}, {item.objects.begin(), item.objects.end()}};
  for (const Fact& fact : item.team)
    if (fact.name() != "note") five.disclosures.push_back(fact);
  dossier.items.push_back(five);
  dossier.parts.cover.items = 5;
  CHECK(check_dossier(DossierMaker::written(dossier), dossier.trust) ==
        "wrong_epoch " + part::chain_of(genesis.statement.fields().chain, 0));
}

TEST_CASE("limits of a dossier are those of its items") {
  const auto limits_of = [](const DossierOptions& options) {
    const Dossier dossier = make_dossier(options);
    const DossierReport report = verify_dossier(bag_of(dossier.files), dossier.trust);
    CHECK(report.exit_code() == exit_verified_with_limits);
    return report;
  };
  CHECK(has_limit(limits_of({.stored = false}), "stored the objects"));
  CHECK(has_limit(limits_of({.seen = false}), "did not exist"));
  const DossierReport alone = limits_of({.witness = false});
  CHECK(has_limit(alone, "claimed only"));
  CHECK(has_limit(alone, "No independent witness"));
}

TEST_CASE("without a fingerprint or a policy from elsewhere nothing is verified without limits") {
  Dossier dossier = make_dossier();
  dossier.trust.root_given = false;
  DossierReport report = verify_dossier(bag_of(dossier.files), dossier.trust);
  CHECK(report.exit_code() == exit_verified_with_limits);
  CHECK(has_limit(report, "fingerprint was not given"));
  dossier.trust.root_given = true;
  dossier.trust.policy_given = false;
  report = verify_dossier(bag_of(dossier.files), dossier.trust);
  CHECK(report.exit_code() == exit_verified_with_limits);
  CHECK(has_limit(report, "policy was not given"));
}

TEST_CASE("documents are the exporter's, and counted") {
  Dossier dossier = make_dossier();
  dossier.files["data/documents/annex-1.pdf"] = to_bytes("a page");
  dossier.files["data/documents/foreign/letter.pdf"] = to_bytes("another");
  CHECK(check_dossier(dossier.files, dossier.trust) == "unlisted_part data/documents/annex-1.pdf");
  sign_dossier_again(dossier.files);
  const DossierReport report = verify_dossier(bag_of(dossier.files), dossier.trust);
  REQUIRE_FALSE(report.failure);
  CHECK(report.bytes->documents == 2);
}

TEST_CASE("a revoked member's statements fail from that place of the log on") {
  DossierMaker maker;
  Dossier dossier = maker.make();
  const SigningKey root = key(root_key);
  const auto with = [&](const Revoked& line) {
    Roster roster = must(parse_roster(dossier.parts.roster));
    roster.revoked = {line};
    Dossier changed = dossier;
    changed.parts.roster = must(sign_roster(roster, root));
    return check_dossier(DossierMaker::written(changed), dossier.trust);
  };
  const std::uint64_t at = dossier.items[2].item.receipt.index;
  CHECK(with({key(anna_key).public_key(), at + 1}) == "verified");
  CHECK(with({key(anna_key).public_key(), at}) == "key_revoked data/items/0003/statement.tlog-proof");
  CHECK(with({key(counsel_key).public_key(), 1'000'000}) == "key_revoked allowed_signers");
  // A ticket that was closed: nothing from that place on by whom it admitted.
  CHECK(with({key(ticket_key).public_key(), at + 1}) == "verified");
  CHECK(with({key(ticket_key).public_key(), at}) == "key_revoked data/items/0003/statement.tlog-proof");
}

TEST_CASE("covers are canonical") {
  const std::string good = "dokaz/dossier/v1\nfor a court\nuse court\nitems 4\n";
  CHECK(text_of(must(write_cover(must(read_cover(bytes_of(good)))))) == good);
  const std::string chain(32, 'a');
  for (const std::string bad :
       {"dokaz/dossier/v1\nfor  a court\nuse court\nitems 4\n", "dokaz/dossier/v1\nfor a court\nuse courts\nitems 4\n",
        "dokaz/dossier/v1\nfor a court\nuse court\nitems 04\n", "dokaz/dossier/v1\nfor a court\nuse court\nitems 0\n"})
    CHECK(read_cover(bytes_of(bad)).code() == Errc::malformed);
  for (const std::string& line : {"withheld " + chain + " 1\n", "withheld " + chain + " 1 Privileged\n",
                                 "withheld " + chain + " 2 a\nwithheld " + chain + " 1 a\n",
                                 "withheld " + chain + " 1 a\nwithheld " + chain + " 1 b\n"})
    CHECK(read_cover(bytes_of(good + line)).code() == Errc::malformed);
  CHECK(read_cover(bytes_of(good + "withheld " + chain + " 1 a\nwithheld " + chain + " 2 a\n")));
  CHECK(read_cover(bytes_of("dokaz/dossier/v2\nfor a court\nuse court\nitems 4\n")).code() == Errc::unsupported_version);
}
