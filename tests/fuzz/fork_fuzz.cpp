// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of what a server hands over of a fork: any text of second statements. What is read is written again as
// it was, and all of it is of one chain from one place on. The first byte says whether the rest is that or a fork's fact.
#include "crypto/check.hpp"
#include "crypto/encoding.hpp"
#include "proto/format/second_statements.hpp"
#include "tests/fuzz/seeds.hpp"

using namespace dokaz;

namespace {

SignedStatement statement_of(std::uint64_t seq, const char* fact) {
  std::array<Byte, 32> seed{};
  seed[0] = 1;
  const SigningKey key = SigningKey::from_seed(Secret<32>::copy_of(seed));
  StatementFields fields;
  fields.chain = chain_id(Fingerprint(sha256("case").raw()), key.public_key(), 0);
  fields.seq = seq;
  if (seq > 0) fields.previous = StatementHash(sha256("previous").raw());
  fields.act = seq == 0 ? Act::genesis : Act::note;
  fields.time = {1'777'636'800, false};
  fields.facts = {FactDigest(sha256(fact).raw())};
  return sign_statement(Statement::make(std::move(fields)).value(), key);
}

}  // namespace

std::vector<Bytes> fuzz_seeds() {
  std::vector<Bytes> out;
  const auto keep = [&](Byte kind, ByteView body) {
    Bytes seed{kind};
    append(seed, body);
    out.push_back(std::move(seed));
  };
  keep(0, write_second_statements({statement_of(1, "a")}));
  keep(0, write_second_statements({statement_of(1, "a"), statement_of(1, "b"), statement_of(2, "c")}));
  keep(0, write_second_statements({statement_of(2, "c"), statement_of(1, "a")}));
  keep(0, bytes_of("dokaz-second-statements/v1\n"));
  const std::string hash = hex(sha256("x"));
  keep(1, bytes_of("{\"chain\":\"" + hash + "\",\"logged\":\"" + hash + "\",\"other\":\"" + hash + "\",\"seq\":7}"));
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(data + 1, size - 1);
  if (data[0] % 2 != 0) {
    (void)read_fork(text_of(bytes)).has_value();
    return 0;
  }
  const auto read = read_second_statements(bytes);
  if (!read) return 0;
  DOKAZ_CHECK(std::ranges::equal(write_second_statements(*read), bytes));
  DOKAZ_CHECK(!read->empty() && read->size() <= max_second_statements);
  for (const SignedStatement& each : *read) {
    DOKAZ_CHECK(each.statement.fields().chain == read->front().statement.fields().chain);
    DOKAZ_CHECK(each.statement.fields().seq >= read->front().statement.fields().seq);
  }
  return 0;
}
