// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of what a time-stamp authority, a mirror of revocation lists or an operator hands us. A response that
// passes the check says what the one authority said; a list of authorities names each once, in bounds.
#include "crypto/check.hpp"
#include "proto/anchor/authorities.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/unit/proto/time_authority.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

enum Reader : Byte { response, chain, lists, roots, revocation_list, authorities, readers };

/// One authority, asked once about one checkpoint.
struct World {
  TimeWorld authority;
  Bytes checkpoint = to_bytes("any checkpoint's bytes\n");
  TimeNonce nonce{{1, 2, 3, 4, 5, 6, 7, 8}};
  Bytes answer = authority.answer(write_time_request(checkpoint, nonce));
  TimeTrust trust = TimeTrust::parse(authority.certificate("root")).value();
  AnchorParts parts{authority.certificate("middle"), authority.list("middle")};
};
const World& world() {
  static const World one;
  return one;
}

void judge(const Result<TimeResponse>& read, const TimeTrust& trust, const AnchorParts& parts) {
  if (!read) return;
  const auto proved = trust.check(*read, world().checkpoint, parts, world().nonce);
  if (!proved) return;
  const TimeClaims& claims = (*proved)->claims;
  DOKAZ_CHECK(claims.imprint == Sha256(sha256(world().checkpoint)));
  DOKAZ_CHECK(claims.unix_time == stamp_time && claims.latest() == stamp_time + 2);
}

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  std::vector<Bytes> out;
  const auto keep = [&](Reader reader, const Bytes& bytes) {
    Bytes seed{reader};
    append(seed, bytes);
    out.push_back(std::move(seed));
  };
  keep(response, world().answer);
  TokenTraits rejected;
  rejected.status = 2;
  keep(response, world().authority.answer(write_time_request(world().checkpoint, world().nonce), rejected));
  keep(chain, world().parts.chain);
  keep(lists, world().parts.revocation_lists);
  keep(roots, world().authority.certificate("root"));
  keep(revocation_list, world().authority.list("root"));
  const std::string head = "dokaz/authorities/v1\n";
  for (const char* text : {"authority a 3600 https://tsa.example/ ca.pem\n",
                           "authority a 1 http://a.example/tsr ca/a.pem\nauthority b-2 31536000 https://b.example /b.pem\n"})
    keep(authorities, to_bytes(head + text));
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes bytes = to_bytes(ByteView(data + 1, size - 1));
  static const auto good = TimeResponse::parse(world().answer);
  switch (data[0] % readers) {
    case response: judge(TimeResponse::parse(bytes), world().trust, world().parts); break;
    case chain: judge(good, world().trust, {bytes, world().parts.revocation_lists}); break;
    case lists: judge(good, world().trust, {world().parts.chain, bytes}); break;
    case roots:
      if (const auto trust = TimeTrust::parse(bytes)) judge(good, *trust, world().parts);
      break;
    case revocation_list:
      if (const auto list = read_revocation_list(bytes)) DOKAZ_CHECK(read_revocation_list(*list).value() == *list);
      break;
    case authorities:
      if (const auto list = read_authorities(bytes)) {
        DOKAZ_CHECK(list->size() <= max_authorities);
        for (const TimeAuthority& each : *list) DOKAZ_CHECK(is_authority_name(each.name) && each.every > 0);
      }
      break;
  }
  return 0;
}
