// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/named_objects.hpp"

#include <algorithm>
#include <set>

#include "crypto/encoding.hpp"

namespace dokaz {
namespace {

/// Whole ones; a file of another name is none of ours.
Result<std::map<ObjectId, std::uint64_t>> objects_in(const Path& folder) {
  std::map<ObjectId, std::uint64_t> here;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() != ".age") continue;
    const auto object = id_from_hex<ObjectId>(entry->path().stem().string());
    std::error_code unclear;
    const auto size = entry->file_size(unclear);
    if (object && !unclear) here.emplace(*object, size);
  }
  if (error) return fail(Errc::io_error, "the folder of objects");
  return here;
}

}  // namespace

Result<NamedObjects> NamedObjects::read(CaseFile& file) {
  NamedObjects out;
  out.folder_ = file.folder() / "objects";
  DOKAZ_TRY(out.look_again());
  std::set<std::uint64_t> revoked;
  DOKAZ_LET(of_revoked, file.revoked_entries());
  for (const CaseEntry& entry : of_revoked) revoked.insert(entry.index);
  Query query = file.database().prepare("SELECT position, statement FROM entry ORDER BY position");
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return out;
    const auto index = static_cast<std::uint64_t>(query.integer(0));
    DOKAZ_LET(statement, Statement::parse(query.blob(1)));
    for (const ObjectRef& object : statement.fields().objects) {
      out.first_.emplace(object.id, out.named_.size());
      out.named_.push_back({index, statement.hash(), object, revoked.contains(index)});
    }
  }
}

Status NamedObjects::look_again() {
  DOKAZ_LET(here, objects_in(folder_));
  here_ = std::move(here);
  return {};
}

std::vector<ObjectRef> NamedObjects::wanted() const {
  std::vector<ObjectRef> out;
  std::map<ObjectId, std::size_t> at;
  for (const bool of_revoked : {false, true})
    for (const NamedObject& one : named_) {
      if (one.is_revoked != of_revoked || here_.contains(one.object.id)) continue;
      const auto [found, is_new] = at.emplace(one.object.id, out.size());
      if (is_new) out.push_back(one.object);
      else out[found->second].size = std::max(out[found->second].size, one.object.size);
    }
  return out;
}

std::vector<NamedObject> NamedObjects::mismatched() const {
  std::vector<NamedObject> out;
  for (const NamedObject& one : named_)
    if (const auto here = here_.find(one.object.id); here != here_.end() && here->second != one.object.size)
      out.push_back(one);
  return out;
}

const NamedObject* NamedObjects::naming(const ObjectId& id) const {
  const auto found = first_.find(id);
  return found == first_.end() ? nullptr : &named_[found->second];
}

}  // namespace dokaz
