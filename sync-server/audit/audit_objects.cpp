// SPDX-License-Identifier: GPL-3.0-or-later
// Objects: what the database calls kept must be there, and its name must be its hash.
#include <set>

#include "crypto/encoding.hpp"
#include "proto/format/ids.hpp"
#include "sync-server/audit/audit_parts.hpp"

namespace dokaz::server::auditing {
namespace {

constexpr std::size_t block = std::size_t{1} << 18;

Path place_of(const Path& folder, const ObjectId& object) {
  const std::string name = hex(object);
  return folder / "objects" / name.substr(0, 2) / name;
}

/// What is wrong with the file; empty where nothing is. What the disk does not give back is wrong, and no reason to
/// leave the others unread.
Result<std::string> wrong_with(const Path& path, const ObjectId& object, std::uint64_t size) {
  const auto file = File::open(path, File::Access::read);
  if (!file && file.code() == Errc::not_found) return std::string("is missing");
  if (!file && file.code() == Errc::not_regular_file) return std::string("is not an ordinary file");
  if (!file && file.code() == Errc::io_error) return std::string("cannot be read");
  if (!file) return file.error();
  DOKAZ_LET(present, file->size());
  if (present != size) return fmt::format("has {} bytes, and {} were declared", present, size);
  Sha256Stream hash;
  Bytes buffer(block);
  for (std::uint64_t offset = 0; offset < size;) {
    const auto read = file->read_at(buffer, offset);
    if (!read) return std::string("cannot be read");
    const std::size_t got = *read;
    if (got == 0) return std::string("became shorter while it was read");
    hash.update(ByteView(buffer).first(got));
    offset += got;
  }
  return ObjectId(hash.finish().raw()) == object ? std::string() : std::string("does not hold the bytes that it is named for");
}

/// Places in the log tell an operator which statement lost something; hashes tell nobody anything more.
Status check_kept(Audit& audit) {
  DOKAZ_LET(total, [&]() -> Result<std::uint64_t> {
    auto count = audit.database.prepare("SELECT count(DISTINCT hash) FROM objects WHERE kept = 1");
    DOKAZ_LET(there, count.step());
    return there ? static_cast<std::uint64_t>(count.integer(0)) : 0;
  }());
  auto rows = audit.database.prepare(
      "SELECT objects.hash, objects.size, min(statements.leaf) FROM objects"
      " JOIN statements ON statements.id = objects.statement WHERE objects.kept = 1"
      " GROUP BY objects.hash, objects.size ORDER BY objects.hash");
  for (;;) {
    DOKAZ_LET(there, rows.step());
    if (!there) return {};
    DOKAZ_LET(object, rows.id<ObjectId>(0));
    const auto size = static_cast<std::uint64_t>(rows.integer(1));
    DOKAZ_LET(wrong, wrong_with(place_of(audit.folder, object), object, size));
    if (!wrong.empty()) audit.find("objects", "an object of the statement at {} {}", rows.integer(2), wrong);
    ++audit.report.objects;
    audit.report.object_bytes += size;
    audit.progress("objects", audit.report.objects, total);
  }
}

/// A statement that was answered with *stored* has all its objects; the answer said so to the world.
Status check_answers(Audit& audit) {
  auto rows = audit.database.prepare(
      "SELECT answered.leaf FROM statements AS answer JOIN statements AS answered ON answered.id = answer.answers"
      " WHERE EXISTS (SELECT 1 FROM objects WHERE objects.statement = answered.id AND objects.kept = 0)"
      " ORDER BY answered.leaf");
  for (;;) {
    DOKAZ_LET(there, rows.step());
    if (!there) return {};
    audit.find("objects", "the statement at {} was answered as stored, and an object of it is not kept", rows.integer(0));
  }
}

Status count_unnamed(Audit& audit) {
  auto named = audit.database.prepare("SELECT 1 FROM objects WHERE hash = ? AND kept = 1 LIMIT 1");
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(audit.folder / "objects", error), end;
  if (error == std::errc::no_such_file_or_directory) return {};
  for (; !error && entry != end; entry.increment(error)) {
    if (entry->is_directory(error)) continue;
    const auto id = id_from_hex<ObjectId>(entry->path().filename().string());
    named.reset();
    bool known = false;
    if (id) {
      named.bind(*id);
      DOKAZ_LET(there, named.step());
      known = there;
    }
    if (!known) ++audit.report.unnamed_files;
  }
  return error ? fail(Errc::io_error, "the folder of objects") : Status();
}

}  // namespace

Status check_objects(Audit& audit) {
  DOKAZ_TRY(check_kept(audit));
  DOKAZ_TRY(check_answers(audit));
  return count_unnamed(audit);
}

}  // namespace dokaz::server::auditing
