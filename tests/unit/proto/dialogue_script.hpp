// SPDX-License-Identifier: GPL-3.0-or-later
// Sample messages, and scripts: whole conversations as tables, for tests of codec, dialogue and transport.
#pragma once

#include "proto/dialogue/client_dialogue.hpp"
#include "proto/dialogue/server_dialogue.hpp"

namespace dokaz::script {

inline SigningKey key(Byte seed) {
  return SigningKey::from_seed(Secret<32>::make([&](std::span<Byte, 32> bytes) {
    for (Byte& byte : bytes) byte = seed;
  }));
}
template <class Id>
Id id(Byte fill) {
  Id out;
  out.raw().fill(fill);
  return out;
}
inline Bytes filled(std::size_t size, Byte fill = 'x') { return Bytes(size, fill); }

inline Hello hello() {
  return {id<Fingerprint>(1), key(2).public_key(), id<Signature>(3),
          AdmissionNotes{filled(350), filled(340)}, 40};
}
inline Submit submit(std::size_t items) {
  Submit out;
  for (std::size_t i = 0; i < items; ++i) out.items.push_back({filled(600), id<Signature>(4)});
  return out;
}
inline Entries::Entry entry(std::uint64_t index) {
  return {index, filled(500), key(5).public_key(), id<Signature>(6), filled(900), "WyJh"};
}
inline Welcome welcome() {
  Welcome out;
  out.checkpoint = filled(300);
  out.consistency = {id<TreeHash>(1), id<TreeHash>(2)};
  out.chains = {{id<ChainId>(7), 7, id<StatementHash>(8)}};
  return out;
}

inline const ObjectId object = id<ObjectId>(9);

/// Who says what, in order. GoesOn: the server waits for further Data.
struct GoesOn {};
using Line = std::variant<Request, Response, GoesOn>;
using Script = std::vector<Line>;

struct Named {
  const char* name;
  Script lines;
};

/// Every exchange there is, each after a welcome.
inline std::vector<Named> scripts() {
  const Script start = {Request(hello()), Response(welcome())};
  const auto after = [&](Script rest) {
    Script out = start;
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
  };
  return {
      {"refused", {Request(hello()), Response(Failure{Errc::refused})}},
      {"nothing to do", start},
      {"submit", after({Request(submit(2)),
                        Response(Submitted{{{std::nullopt, filled(900)}, {Errc::forked_chain, {}}}})})},
      {"upload", after({Request(Offer{object}), Response(Resume{10, false, 15 + max_chunk}),
                        Request(Data{10, filled(5)}), GoesOn{}, Request(Data{15, filled(max_chunk)}),
                        Response(More{20 + max_chunk}), Request(Data{15 + max_chunk, filled(1)}),
                        Response(Kept{object})})},
      {"already there", after({Request(Offer{object}), Response(Resume{16, true, 0}),
                               Request(Collect{id<StatementHash>(1)}),
                               Response(Stored{filled(700), "WyJh", filled(900)})})},
      {"upload fails", after({Request(Offer{object}), Response(Resume{0, false, 100}), Request(Data{0, filled(5)}),
                              Response(Failure{Errc::quota_exceeded}), Request(Offer{object}),
                              Response(Failure{Errc::not_found})})},
      {"read", after({Request(List{3, 7}), Response(Entries{{entry(3), entry(9)}, true, {id<TreeHash>(1)}}),
                      Request(List{10}), Response(Entries{{}, false, {}}), Request(ListMembers{}),
                      Response(Members{filled(500), {{filled(350), filled(340)}}})})},
      {"prove", after({Request(Prove{{id<StatementHash>(1), id<StatementHash>(2)}, 5}),
                       Response(Proofs{{{filled(900), filled(901)}, {}}, {id<TreeHash>(1)}})})},
      {"fetch", after({Request(Fetch{object, 4}), Response(Content{max_chunk + 6}),
                       Response(Data{4, filled(max_chunk)}), Response(Data{max_chunk + 4, filled(2)}),
                       Request(Fetch{object, 7}), Response(Content{7}), Request(List{0}),
                       Response(Failure{Errc::refused})})},
      {"fetch fails", after({Request(Fetch{object, 0}), Response(Content{100}), Response(Data{0, filled(60)}),
                             Response(Failure{Errc::internal}), Request(ListMembers{}),
                             Response(Failure{Errc::refused})})},
      {"put a roster", after({Request(PutRoster{filled(400)}), Response(RosterTaken{2}), Request(PutRoster{filled(400)}),
                              Response(Failure{Errc::already_exists})})},
  };
}

/// One of each, valid on its own.
inline std::vector<Request> requests() {
  return {hello(),         submit(1), Offer{object}, Data{0, filled(3)}, Collect{id<StatementHash>(1)}, List{1},
          ListMembers{}, Fetch{object, 1}, Prove{{id<StatementHash>(1), id<StatementHash>(2)}, 3},
          PutRoster{filled(6)}};
}
inline std::vector<Response> responses() {
  return {welcome(),
          Submitted{{{std::nullopt, filled(9)}}},
          Resume{1, false, 2},
          More{2},
          Kept{object},
          Stored{filled(7), "WyJh", filled(9)},
          Entries{{entry(1)}, false, {id<TreeHash>(2)}},
          Members{filled(5), {{filled(3), filled(4)}}},
          Content{5},
          Data{0, filled(3)},
          Proofs{{{filled(9), {}}, {}}, {id<TreeHash>(3)}},
          RosterTaken{3},
          Failure{Errc::not_found}};
}

}  // namespace dokaz::script
