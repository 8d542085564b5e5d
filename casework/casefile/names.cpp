// SPDX-License-Identifier: GPL-3.0-or-later
#include "casework/casefile/names.hpp"

#include "console/console.hpp"
#include "crypto/key_file.hpp"
#include "proto/format/case.hpp"

namespace dokaz {
namespace {

constexpr std::uint64_t max_key_file = 4096;
constexpr std::int32_t schema_version = 1;
constexpr std::size_t longest_name = 1024, longest_note = 8192;
constexpr const char* schema =
    "CREATE TABLE name (pseudonym TEXT PRIMARY KEY, name TEXT NOT NULL, note TEXT NOT NULL)";

Path key_of(const Path& path) { return path.string() + ".key"; }

bool is_there(const Path& path) {
  std::error_code error;
  return std::filesystem::symlink_status(path, error).type() != std::filesystem::file_type::not_found;
}

Status check(const RealName& name) {
  if (!is_pseudonym(name.pseudonym)) return fail(Errc::malformed, "a pseudonym has 1 to 32 of a-z, 0-9 and -");
  if (name.name.empty() || name.name.size() > longest_name || console::printable(name.name) != name.name)
    return fail(Errc::malformed, "a name is one line of text, at most 1,024 bytes");
  std::string note = name.note;
  std::erase(note, '\n');
  if (note.size() > longest_note || console::printable(note) != note)
    return fail(Errc::malformed, "a note is text, at most 8,192 bytes");
  return {};
}

void wipe_text(std::string& text) { wipe({reinterpret_cast<Byte*>(text.data()), text.size()}); }

/// What is deleted or replaced is not left in free pages, nor in a log beside the file.
Status keep_nothing_deleted(Database& db) { return db.exec("PRAGMA secure_delete = ON"); }

}  // namespace

RealName::~RealName() {
  wipe_text(name);
  wipe_text(note);
}

bool NamesTable::is_at(const Path& path) { return is_there(key_of(path)); }

Result<NamesTable> NamesTable::create(const Path& path, const SecretBytes& passphrase, const PassphraseWork& work) {
  if (is_at(path)) return Errc::already_exists;
  // Without its key a table is one whose making did not end, or nothing of ours.
  if (is_there(path)) return fail(Errc::already_exists, "a file without its key is there");
  DOKAZ_LET(created, KeyFile::create(passphrase, work));
  const Path making = path.string() + ".making";
  if (const Status removed = remove_file_durably(making); !removed && removed.code() != Errc::not_found)
    return removed.error();
  {
    DOKAZ_LET(db, Database::create(making, created.key));
    DOKAZ_TRY(db.exec(schema));
    DOKAZ_TRY(db.set_user_version(schema_version));
    DOKAZ_TRY(db.settle());
  }
  // The key first: with it alone there is an empty table to be made again; the other way round, a table that nobody opens.
  DOKAZ_TRY(create_file_durably(key_of(path), created.file));
  std::error_code error;
  std::filesystem::rename(making, path, error);
  if (error) return Errc::io_error;
  DOKAZ_TRY(sync_folder(path.has_parent_path() ? path.parent_path() : Path(".")));
  return open(path, passphrase);
}

Result<NamesTable> NamesTable::open(const Path& path, const SecretBytes& passphrase) {
  DOKAZ_LET(key_file, read_file(key_of(path), max_key_file));
  DOKAZ_LET(key, KeyFile::open(key_file, passphrase));
  if (!is_there(path)) {
    // A making that was cut before the last of its names. A table that is lost is not an empty one.
    const Path making = path.string() + ".making";
    if (!is_there(making)) return fail(Errc::not_found, "the table is gone, and its key is there: bring back the file");
    std::error_code error;
    std::filesystem::rename(making, path, error);
    if (error) return Errc::io_error;
  }
  DOKAZ_LET(db, Database::open(path, key));
  DOKAZ_LET(version, db.user_version());
  if (version != schema_version) return Errc::unsupported_version;
  DOKAZ_TRY(keep_nothing_deleted(db));
  return NamesTable(std::move(db));
}

Status NamesTable::put(const RealName& name, bool replace) {
  DOKAZ_TRY(check(name));
  const Status put = db_.run(replace ? "INSERT OR REPLACE INTO name (pseudonym, name, note) VALUES (?, ?, ?)"
                                     : "INSERT INTO name (pseudonym, name, note) VALUES (?, ?, ?)",
                             name.pseudonym, name.name, name.note);
  if (!put && put.code() == Errc::already_exists)
    return fail(Errc::already_exists, "this pseudonym has a name; --replace puts another in its place");
  DOKAZ_TRY(put);
  return db_.settle();
}

Result<RealName> NamesTable::find(const std::string& pseudonym) {
  Query query = db_.prepare("SELECT pseudonym, name, note FROM name WHERE pseudonym = ?");
  DOKAZ_LET(there, query.bind(pseudonym).step());
  if (!there) return fail(Errc::not_found, "no name for this pseudonym");
  return RealName{query.text(0), query.text(1), query.text(2)};
}

Status NamesTable::remove(const std::string& pseudonym) {
  DOKAZ_TRY(db_.run("DELETE FROM name WHERE pseudonym = ?", pseudonym));
  if (db_.changes() == 0) return fail(Errc::not_found, "no name for this pseudonym");
  return db_.settle();
}

Result<std::vector<RealName>> NamesTable::all() {
  std::vector<RealName> names;
  Query query = db_.prepare("SELECT pseudonym, name, note FROM name ORDER BY pseudonym");
  while (true) {
    DOKAZ_LET(row, query.step());
    if (!row) return names;
    names.push_back({query.text(0), query.text(1), query.text(2)});
  }
}

}  // namespace dokaz
