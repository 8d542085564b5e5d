// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/publish/sigsum.hpp"

#include "crypto/encoding.hpp"

namespace dokaz::server {
namespace {

constexpr std::size_t time_size = 8;  // of a cosignature's bytes; the signature follows

std::string path_lines(const std::vector<TreeHash>& path) {
  std::string out;
  for (const TreeHash& hash : path) out += "node_hash=" + hex(hash) + "\n";
  return out;
}

}  // namespace

Result<Bytes> sigsum_tree_head(const Checkpoint& checkpoint, const Policy& policy) {
  const std::string origin = log_origin(policy.log());
  const NoteSignature* log = checkpoint.note.find_line(origin, note_key_id(origin, NoteKeyType::ed25519, policy.log()));
  if (log == nullptr || !checkpoint.note.verify(origin, policy.log())) return Errc::damaged_store;
  std::string out = "size=" + std::to_string(checkpoint.head.size) + "\nroot_hash=" + hex(checkpoint.head.root) +
                    "\nsignature=" + hex(log->signature) + "\n";
  for (const Witness& witness : policy.witnesses()) {
    const NoteSignature* line =
        checkpoint.note.find_line(witness.name, note_key_id(witness.name, NoteKeyType::cosignature, witness.key));
    if (line == nullptr) continue;
    const auto time = verify_cosignature(checkpoint.note, *line, witness.key);
    if (!time) continue;
    out += "cosignature=" + hex(witness.key.hash()) + " " + std::to_string(*time) + " " +
           hex(ByteView(line->signature).subspan(time_size)) + "\n";
  }
  return to_bytes(out);
}

Bytes sigsum_inclusion_proof(std::uint64_t index, const InclusionPath& path) {
  return to_bytes("leaf_index=" + std::to_string(index) + "\n" + path_lines(path));
}

Bytes sigsum_consistency_proof(const ConsistencyPath& path) { return to_bytes(path_lines(path)); }

Bytes sigsum_leaves(const std::vector<Leaf>& leaves) {
  std::string out;
  for (const Leaf& leaf : leaves) {
    const ByteView bytes = leaf.view();  // C[32] || S[64] || K[32]
    out += "leaf=" + hex(bytes.first(32)) + " " + hex(bytes.subspan(32, 64)) + " " + hex(bytes.subspan(96)) + "\n";
  }
  return to_bytes(out);
}

}  // namespace dokaz::server
