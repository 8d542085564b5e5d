// SPDX-License-Identifier: GPL-3.0-or-later
// Three blocks of "key=value" lines: version and leaf; tree head; inclusion.
#include "proto/format/sigsum_proof.hpp"

#include "proto/format/line_reader.hpp"

namespace dokaz {
namespace {

constexpr std::size_t max_proof_size = 65536;
constexpr std::size_t max_cosignatures = 31;  // a note's lines less the log's
constexpr std::size_t max_path = 63;
constexpr std::string_view version_key = "version=";
constexpr std::string_view version = "2";

/// The lines up to the next empty line, which is dropped, or to the end.
std::string_view next_block(std::string_view& rest) {
  const auto end = rest.find("\n\n");
  const std::string_view block = rest.substr(0, end == std::string_view::npos ? end : end + 1);
  rest.remove_prefix(std::min(rest.size(), block.size() + 1));
  return block;
}

Result<std::string_view> value(LineReader& lines, std::string_view key) {
  DOKAZ_LET(line, lines.line());
  if (!line.starts_with(key)) return fail(Errc::malformed, std::string(key));
  return line.substr(key.size());
}

template <std::size_t N>
Result<std::array<std::string_view, N>> fields(LineReader& lines, std::string_view key) {
  DOKAZ_LET(text, value(lines, key));
  DOKAZ_LET(parts, split_fields(text));
  if (parts.size() != N) return fail(Errc::malformed, std::string(key));
  std::array<std::string_view, N> out;
  std::copy(parts.begin(), parts.end(), out.begin());
  return out;
}

template <class Id>
Result<Id> id_value(LineReader& lines, std::string_view key) {
  DOKAZ_LET(text, value(lines, key));
  return id_from_hex<Id>(text);
}

Status read_leaf(std::string_view block, SigsumProof& proof) {
  DOKAZ_LET(lines, LineReader::open(bytes_of(block), max_proof_size));
  DOKAZ_LET(number, value(lines, version_key));
  if (number != version)
    return from_decimal(number) ? Status(Errc::unsupported_version) : fail(Errc::malformed, "version");
  DOKAZ_LET(log, id_value<KeyHash>(lines, "log="));
  DOKAZ_LET(leaf, fields<2>(lines, "leaf="));
  DOKAZ_LET(member, id_from_hex<KeyHash>(leaf[0]));
  DOKAZ_LET(signature, id_from_hex<Signature>(leaf[1]));
  proof.log = log;
  proof.member = member;
  proof.signature = signature;
  return lines.end();
}

Status read_head(std::string_view block, SigsumProof& proof) {
  DOKAZ_LET(lines, LineReader::open(bytes_of(block), max_proof_size));
  DOKAZ_LET(size_text, value(lines, "size="));
  DOKAZ_LET(size, from_decimal(size_text));
  if (size == 0) return fail(Errc::malformed, "size=");
  DOKAZ_LET(root, id_value<TreeHash>(lines, "root_hash="));
  DOKAZ_LET(signature, id_value<Signature>(lines, "signature="));
  proof.head = {size, root};
  proof.log_signature = signature;
  while (!lines.end()) {
    DOKAZ_LET(line, fields<3>(lines, "cosignature="));
    DOKAZ_LET(witness, id_from_hex<KeyHash>(line[0]));
    DOKAZ_LET(unix_time, from_decimal(line[1]));
    DOKAZ_LET(cosignature, id_from_hex<Signature>(line[2]));
    for (const auto& before : proof.cosignatures)
      if (before.witness == witness) return fail(Errc::malformed, "two cosignatures of one witness");
    if (proof.cosignatures.size() == max_cosignatures) return fail(Errc::malformed, "too many cosignatures");
    proof.cosignatures.push_back({witness, unix_time, cosignature});
  }
  return {};
}

Status read_inclusion(std::string_view block, SigsumProof& proof) {
  DOKAZ_LET(lines, LineReader::open(bytes_of(block), max_proof_size));
  DOKAZ_LET(index_text, value(lines, "leaf_index="));
  DOKAZ_LET(index, from_decimal(index_text));
  proof.index = index;
  while (!lines.end()) {
    DOKAZ_LET(hash, id_value<TreeHash>(lines, "node_hash="));
    if (proof.path.size() == max_path) return fail(Errc::malformed, "path too long");
    proof.path.push_back(hash);
  }
  return {};
}

}  // namespace

Result<SigsumProof> read_sigsum_proof(ByteView bytes) {
  if (bytes.size() > max_proof_size) return fail(Errc::malformed, "too long");
  SigsumProof proof;
  std::string_view rest = text_of(bytes);
  DOKAZ_TRY(read_leaf(next_block(rest), proof));
  DOKAZ_TRY(read_head(next_block(rest), proof));
  if (proof.head.size > 1) DOKAZ_TRY(read_inclusion(next_block(rest), proof));
  if (text_of(write_sigsum_proof(proof)) != text_of(bytes)) return fail(Errc::malformed, "not canonical");
  return proof;
}

Bytes write_sigsum_proof(const SigsumProof& proof) {
  std::string out(version_key);
  out.append(version).append("\n");
  out += "log=" + hex(proof.log) + "\n";
  out += "leaf=" + hex(proof.member) + " " + hex(proof.signature) + "\n";
  out += "\nsize=" + std::to_string(proof.head.size) + "\n";
  out += "root_hash=" + hex(proof.head.root) + "\n";
  out += "signature=" + hex(proof.log_signature) + "\n";
  for (const auto& line : proof.cosignatures)
    out += "cosignature=" + hex(line.witness) + " " + std::to_string(line.unix_time) + " " +
           hex(line.signature) + "\n";
  if (proof.head.size > 1) {
    out += "\nleaf_index=" + std::to_string(proof.index) + "\n";
    for (const TreeHash& hash : proof.path) out += "node_hash=" + hex(hash) + "\n";
  }
  return to_bytes(out);
}

}  // namespace dokaz
