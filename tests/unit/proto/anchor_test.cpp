// SPDX-License-Identifier: GPL-3.0-or-later
// Anchors: what holds, and each thing that must not, refused by its own words.
#include <catch2/catch.hpp>

#include "crypto/secret.hpp"
#include "proto/anchor/authorities.hpp"
#include "time_authority.hpp"

namespace dokaz::test {
namespace {

const Bytes checkpoint = to_bytes("any checkpoint's bytes\n");

/// One world, one question, one answer; a test changes what it is about.
struct Case {
  explicit Case(CertificateTraits signer = {"signer"}, CertificateTraits middle = {"middle", true},
                CertificateTraits root = {"root", true})
      : world(std::move(signer), std::move(middle), std::move(root)) {}

  Result<Verified<ProvedTime>> check() const {
    DOKAZ_LET(trust, TimeTrust::parse(world.certificate("root")));
    DOKAZ_LET(response, TimeResponse::parse(world.answer(write_time_request(stamped, sent), token)));
    return trust.check(response, checkpoint, parts, expected);
  }

  TimeWorld world;
  TokenTraits token;
  Bytes stamped = checkpoint;
  TimeNonce sent{{1, 2, 3, 4, 5, 6, 7, 8}};
  std::optional<TimeNonce> expected = sent;
  AnchorParts parts;
};

void refuse(const Result<Verified<ProvedTime>>& outcome, std::string_view words) {
  REQUIRE_FALSE(outcome);
  CHECK(outcome.code() == Errc::bad_anchor);
  INFO(outcome.error().detail);
  CHECK(outcome.error().detail.find(words) != std::string::npos);
}

Bytes join(Bytes one, const Bytes& other) {
  append(one, other);
  return one;
}

}  // namespace

TEST_CASE("anchor: a token over the checkpoint says who, when and under which policy") {
  for (const int rsa_bits : {0, 2048}) {
    Case good({"signer", false, "critical,timeStamping", stamp_time - day, stamp_time + day, rsa_bits});
    const auto proved = good.check();
    REQUIRE(proved);
    CHECK((*proved)->authority == "CN=signer,O=Test");
    CHECK((*proved)->claims.unix_time == stamp_time);
    CHECK((*proved)->claims.accuracy_us == 1'500'000);
    CHECK((*proved)->claims.latest() == stamp_time + 2);
    CHECK((*proved)->claims.policy == "1.3.6.1.4.1.99999.1");
    CHECK((*proved)->revocation == Revocation::not_shown);
    // The chain leads from the signer to the root.
    CHECK((*proved)->chain ==
          join(join(good.world.certificate("signer"), good.world.certificate("middle")), good.world.certificate("root")));
  }
}

TEST_CASE("anchor: the latest second that a token allows") {
  Case at;
  at.token.accuracy.reset();
  CHECK((*at.check())->claims.latest() == stamp_time);
  CHECK_FALSE((*at.check())->claims.accuracy_us);
  at.token.fraction = "25";
  CHECK((*at.check())->claims.latest() == stamp_time + 1);
  at.token.accuracy = {60, 0, 0};
  CHECK((*at.check())->claims.latest() == stamp_time + 61);
  at.token.accuracy = {2'000'000'000, 0, 0};
  refuse(at.check(), "accuracy");
}

TEST_CASE("anchor: other bytes, another request") {
  Case at;
  at.stamped = to_bytes("any checkpoint's bytes");
  refuse(at.check(), "over other bytes");
  at.stamped = checkpoint;
  at.expected = TimeNonce{{1, 2, 3, 4, 5, 6, 7, 9}};
  refuse(at.check(), "another request");
  at.expected.reset();  // later nobody knows it any more
  CHECK(at.check());
}

TEST_CASE("anchor: the signer must be a time-stamp authority, and nothing else") {
  for (const char* usage : {"", "timeStamping", "critical,serverAuth", "critical,timeStamping,serverAuth", "critical,anyExtendedKeyUsage"}) {
    INFO(usage);
    refuse(Case({"signer", false, usage}).check(), "purpose");
  }
  // A root is not taken from the token or from what lies beside it.
  Case stranger;
  const TimeWorld other;
  stranger.parts.chain = stranger.world.certificate("root");
  const auto trust = TimeTrust::parse(other.certificate("root")).value();
  const auto response =
      TimeResponse::parse(stranger.world.answer(write_time_request(checkpoint, stranger.sent))).value();
  refuse(trust.check(response, checkpoint, stranger.parts), "certificate");
}

TEST_CASE("anchor: the chain is judged at the token's time") {
  // Everything here expired years ago.
  CHECK(Case().check());
  refuse(Case({"signer", false, "critical,timeStamping", stamp_time - 2 * day, stamp_time - day}).check(), "expired");
  refuse(Case({"signer", false, "critical,timeStamping", stamp_time + day, stamp_time + 2 * day}).check(), "not yet valid");
  CertificateTraits middle{"middle", true};
  middle.until = stamp_time - day;
  refuse(Case({"signer"}, middle).check(), "expired");
  CertificateTraits no_authority{"middle", false, ""};
  refuse(Case({"signer"}, no_authority).check(), "CA certificate");
}

TEST_CASE("anchor: weak keys, signatures and digests are refused") {
  CertificateTraits weak{"signer"};
  weak.rsa_bits = 1024;
  refuse(Case(weak).check(), "too weak");
  CertificateTraits old{"signer"};
  old.sha1 = true;
  refuse(Case(old).check(), "too weak");
  Case sha1;
  sha1.token.digest = "SHA1";
  refuse(sha1.check(), "digest is too weak");
  Case sha512;
  sha512.token.digest = "SHA512";
  CHECK(sha512.check());
}

TEST_CASE("anchor: the token must name its signer, once") {
  Case unnamed;
  unnamed.token.names_signer = false;
  refuse(unnamed.check(), "signature");
  Case twice;
  twice.token.twice_signed = true;
  refuse(twice.check(), "one signer");
  Case bare;
  bare.token.with_certificates = false;
  refuse(bare.check(), "not there");
  bare.parts.chain = join(bare.world.certificate("signer"), bare.world.certificate("middle"));
  CHECK(bare.check());
}

TEST_CASE("anchor: a rejection is named") {
  for (const auto& [der, words] : std::vector<std::pair<Bytes, std::string>>{
           {{0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02}, "rejected the request"},
           {{0x30, 0x09, 0x30, 0x07, 0x02, 0x01, 0x02, 0x03, 0x02, 0x07, 0x80}, "algorithm not known"},
           {{0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00}, "cannot be read"},
           {{}, "cannot be read"},
           {{0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02, 0x00}, "cannot be read"},
           {Bytes(max_anchor_file + 1), "too large"}}) {
    const auto response = TimeResponse::parse(der);
    REQUIRE_FALSE(response);
    CHECK(response.code() == Errc::bad_anchor);
    INFO(response.error().detail);
    CHECK(response.error().detail.find(words) != std::string::npos);
  }
  Case waiting;
  waiting.token.status = 3;
  refuse(waiting.check(), "cannot be read");
}

TEST_CASE("anchor: no byte of a token can be changed") {
  const Case at;
  const auto trust = TimeTrust::parse(at.world.certificate("root")).value();
  const Bytes good = at.world.answer(write_time_request(checkpoint, at.sent));
  const auto before = trust.check(TimeResponse::parse(good).value(), checkpoint, {}, at.sent).value();
  std::size_t harmless = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes changed = good;
    changed[i] ^= 1;
    const auto response = TimeResponse::parse(changed);
    if (!response) continue;
    const auto after = trust.check(*response, checkpoint, {}, at.sent);
    if (!after) continue;
    // What is not signed (of the form, or a certificate that is not needed) changes nothing of what is proved.
    ++harmless;
    CHECK((*after)->claims.unix_time == before->claims.unix_time);
    CHECK((*after)->claims.policy == before->claims.policy);
    CHECK((*after)->chain == before->chain);
  }
  CHECK(harmless < 16);
}

TEST_CASE("anchor: revocation is judged at the token's time") {
  const auto with = [](const std::vector<Revoked>& revoked, std::int64_t made = stamp_time - day,
                       std::int64_t next = stamp_time + day) {
    Case at;
    at.parts.revocation_lists = join(at.world.list("middle", revoked, made, next), at.world.list("root"));
    return at.check();
  };
  CHECK((*with({}))->revocation == Revocation::not_revoked);
  CHECK((*with({{"root", stamp_time - day, {}}}))->revocation == Revocation::not_revoked);  // another number
  refuse(with({{"signer", stamp_time - day, 5}}), "revoked before");
  refuse(with({{"signer", stamp_time, 5}}), "revoked before");
  refuse(with({{"signer", stamp_time + 1, 5}}), "revoked before");  // the accuracy reaches it
  const std::int64_t later = stamp_time + day;
  for (const int reason : {0, 3, 4, 5}) CHECK((*with({{"signer", later, reason}}, later, later + day))->revocation == Revocation::not_revoked);
  for (const int reason : {1, 2, 6, 9, 10}) refuse(with({{"signer", later, reason}}, later, later + day), "older tokens");
  refuse(with({{"signer", later, {}}}, later, later + day), "older tokens");

  // Lists that say nothing of that time.
  CHECK((*with({}, stamp_time - 3 * day, stamp_time - day))->revocation == Revocation::not_shown);
  CHECK((*with({}, stamp_time - day, 0))->revocation == Revocation::not_shown);
  CHECK((*with({}, stamp_time + day, 0))->revocation == Revocation::not_revoked);
  CHECK((*with({}, stamp_time + 101 * day, stamp_time + 102 * day))->revocation == Revocation::not_shown);
  refuse(with({{"signer", stamp_time - 4 * day, 1}}, stamp_time - 3 * day, stamp_time - day), "revoked before");
}

TEST_CASE("anchor: only the issuer's own complete list counts") {
  Case at;
  const auto revocation_with = [&](Bytes lists) {
    at.parts.revocation_lists = std::move(lists);
    return (*at.check())->revocation;
  };
  const Bytes of_middle = at.world.list("middle");
  const Bytes of_root = at.world.list("root");
  CHECK(revocation_with(of_middle) == Revocation::not_shown);
  CHECK(revocation_with(of_root) == Revocation::not_shown);
  CHECK(revocation_with(join(of_middle, of_root)) == Revocation::not_revoked);
  // Another world's lists have the right names and the wrong key, and cannot revoke anything either.
  const TimeWorld other;
  CHECK(revocation_with(join(other.list("middle", {{"signer", stamp_time - day, 1}}), of_root)) == Revocation::not_shown);
  const auto point = [&](const char* text) { return at.world.list("middle", {}, stamp_time - day, stamp_time + day, text); };
  CHECK(revocation_with(join(point("critical,onlyuser:TRUE"), of_root)) == Revocation::not_revoked);
  CHECK(revocation_with(join(point("critical,onlyCA:TRUE"), of_root)) == Revocation::not_shown);
  CHECK(revocation_with(join(point("critical,indirectCRL:TRUE"), of_root)) == Revocation::not_shown);
  CHECK(revocation_with(join(point("critical,onlyAA:TRUE"), of_root)) == Revocation::not_shown);
  at.parts.revocation_lists = to_bytes("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
  refuse(at.check(), "revocation list cannot be read");
}

TEST_CASE("anchor: lists of one distribution point, and where they are fetched") {
  CertificateTraits signer{"signer"};
  signer.lists_at = "http://lists.example/1.crl";
  Case at(signer);
  CHECK((*at.check())->list_urls == std::vector<std::string>{"http://lists.example/1.crl"});
  CHECK((*Case().check())->list_urls.empty());
  const auto of_point = [&](const char* text) {
    at.parts.revocation_lists =
        join(at.world.list("middle", {}, stamp_time - day, stamp_time + day, text), at.world.list("root"));
    return (*at.check())->revocation;
  };
  CHECK(of_point("critical,fullname:URI:http://lists.example/1.crl") == Revocation::not_revoked);
  CHECK(of_point("critical,fullname:URI:http://lists.example/2.crl") == Revocation::not_shown);
  const Bytes list = at.world.list("root");
  CHECK(read_revocation_list(list).value() == list);
  CHECK(read_revocation_list(bytes_of("no list")).code() == Errc::bad_anchor);
}

TEST_CASE("anchor: roots are certificates and nothing else") {
  const TimeWorld world;
  CHECK(TimeTrust::parse(world.certificate("root")));
  CHECK(TimeTrust::parse(join(world.certificate("root"), world.certificate("middle"))));
  CHECK(TimeTrust::parse({}).code() == Errc::bad_anchor);
  CHECK(TimeTrust::parse(bytes_of("no certificate\n")).code() == Errc::bad_anchor);
  CHECK(TimeTrust::parse(world.list("root")).code() == Errc::bad_anchor);
  Bytes many;
  for (std::size_t i = 0; i < max_time_roots + 1; ++i) append(many, world.certificate("root"));
  CHECK(TimeTrust::parse(many).code() == Errc::bad_anchor);
}

TEST_CASE("authorities file") {
  const auto read = [](std::string_view lines) {
    return read_authorities(to_bytes("dokaz/authorities/v1\n" + std::string(lines)));
  };
  const auto two = read("authority one 3600 https://tsa.example/tsr one.pem\nauthority two-2 86400 http://other.example /etc/two.pem\n");
  REQUIRE(two);
  REQUIRE(two->size() == 2);
  CHECK(two->at(0).name == "one");
  CHECK(two->at(0).every == 3600);
  CHECK(two->at(1).url == "http://other.example");
  CHECK(two->at(1).ca_file == "/etc/two.pem");
  for (const char* wrong :
       {"", "authority One 3600 https://a b\n", "authority -a 3600 https://a b\n", "authority a/b 3600 https://a b\n",
        "authority .. 3600 https://a b\n", "authority a 0 https://a b\n", "authority a 060 https://a b\n",
        "authority a 31536001 https://a b\n", "authority a 60 ftp://a b\n", "authority a 60 https://a\n",
        "authority a 60 https://a b c\n", "authority a 60 https://a b\nauthority a 60 https://c d\n",
        "authority a 60 https://a b", "authority a 60 https://a b\n# more\n",
        "authority abcdefghijklmnopqrstuvwxyz0123456 60 https://a b\n"})
    CHECK(read(wrong).code() == Errc::malformed);
  CHECK(read_authorities(bytes_of("dokaz/authorities/v2\n")).code() == Errc::unsupported_version);
  std::string many;
  for (int i = 0; i < 17; ++i) many += "authority a" + std::to_string(i) + " 60 https://a b\n";
  CHECK(read(many).code() == Errc::malformed);
}

}  // namespace dokaz::test
