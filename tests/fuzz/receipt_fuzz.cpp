// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of both encodings of receipts: what is read is written again as it was; and what passes the check for
// the sample's statement says the one place that the one signed log gives it.
#include "proto/format/sigsum_proof.hpp"
#include "tests/fuzz/seeds.hpp"
#include "tests/unit/proto/log_samples.hpp"

using namespace dokaz;
using namespace dokaz::test;

namespace {

constexpr std::uint64_t places[][2] = {{1, 0}, {2, 1}, {7, 3}, {300, 255}};

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  std::vector<Bytes> out;
  for (const auto& [size, index] : places)
    for (const auto& witnesses : {std::vector<Byte>{}, std::vector<Byte>{1, 3}}) {
      const Receipt receipt = SampleLog(size, index, sample_seal()).receipt(witnesses);
      out.push_back(write_tlog_proof(receipt));
      out.push_back(write_sigsum_proof(receipt, quorum_policy()).value());
    }
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const SignedStatement seal = sample_seal();
  static const Membership members = log_membership();
  static const Policy policy = Policy::log_only(log_key().public_key());
  static const std::vector<TreeHead> heads = [] {
    std::vector<TreeHead> out;
    for (const auto& [leaves, index] : places) out.push_back(SampleLog(leaves, index, seal).head());
    return out;
  }();
  const ByteView bytes(data, size);
  if (const auto receipt = read_tlog_proof(bytes)) {
    DOKAZ_CHECK(std::ranges::equal(write_tlog_proof(*receipt), bytes));
    if (const auto logged = check_receipt(seal.statement, *receipt, members, policy)) {
      const auto head = std::ranges::find(heads, logged->checkpoint.checkpoint.head);
      DOKAZ_CHECK(head != heads.end());
      DOKAZ_CHECK(logged->index == places[head - heads.begin()][1]);
    }
    if (const auto proof = write_sigsum_proof(*receipt, quorum_policy()))
      DOKAZ_CHECK(write_sigsum_proof(read_sigsum_proof(*proof).value()) == *proof);
  }
  if (const auto proof = read_sigsum_proof(bytes)) DOKAZ_CHECK(std::ranges::equal(write_sigsum_proof(*proof), bytes));
  return 0;
}
