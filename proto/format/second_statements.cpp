// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/format/second_statements.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

constexpr std::string_view header = "dokaz-second-statements/v1";

}  // namespace

Bytes write_second_statements(const std::vector<SignedStatement>& statements) {
  std::string text = std::string(header) + "\n";
  for (const SignedStatement& each : statements)
    text += "statement " + hex(each.member) + " " + hex(each.signature) + " " + base64(each.statement.bytes()) + "\n";
  return to_bytes(text);
}

Result<std::vector<SignedStatement>> read_second_statements(ByteView bytes) {
  DOKAZ_LET(lines, LineReader::open(bytes, max_second_statements_file, header));
  std::vector<SignedStatement> out;
  std::set<StatementHash> seen;
  do {
    DOKAZ_LET(fields, lines.fields<3>("statement"));
    DOKAZ_LET(member, key_from_hex(fields[0]));
    DOKAZ_LET(signature, id_from_hex<Signature>(fields[1]));
    DOKAZ_LET(text, from_base64(fields[2]));
    DOKAZ_LET(statement, Statement::parse(text));
    const auto& first = out.empty() ? statement.fields() : out.front().statement.fields();
    if (statement.fields().chain != first.chain || statement.fields().seq < first.seq ||
        !seen.insert(statement.hash()).second || out.size() == max_second_statements)
      return fail(Errc::malformed, "second statements");
    out.push_back({std::move(statement), member, signature});
  } while (lines.next_is("statement"));
  DOKAZ_TRY(lines.end());
  return out;
}

Result<ForkPlace> read_fork(std::string_view value_json) {
  const auto value = nlohmann::json::parse(value_json, nullptr, false);
  const auto text = [&value](const char* name) {
    const auto found = value.find(name);
    return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!value.is_object() || value.size() != 4 || !value.contains("seq") || !value["seq"].is_number_unsigned())
    return fail(Errc::malformed, "a fork");
  DOKAZ_LET(chain, id_from_hex<ChainId>(text("chain")));
  DOKAZ_LET(logged, id_from_hex<StatementHash>(text("logged")));
  DOKAZ_LET(other, id_from_hex<StatementHash>(text("other")));
  return ForkPlace{chain, value["seq"].get<std::uint64_t>(), logged, other};
}

}  // namespace dokaz
